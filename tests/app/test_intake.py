"""The intake put together: who is told, and what runs over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.registry import REGISTRY

from ivr.app import Parts
from ivr.app.intake import EXPIRE_S, open_intake, receivers_of
from ivr.config.load import load_config
from ivr.cti.letters.hearer import ENDPOINT
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports.intake import LEASE_S
from tests.fakes.intake import Pool
from tests.fakes.served import Served, shipped

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_customers_are_told_where_an_account_sends() -> None:
    raw = "zone: Europe/Istanbul\nmail:\n  a: {%s, from: a@firma.example}\n"
    sends = load_config({"c.yaml": (raw % 'smtp: "smtp://127.0.0.1:1"').encode()}, {}, now=START)
    assert [each.endpoint for each in receivers_of(sends)] == [ENDPOINT]
    reads = load_config(
        {"c.yaml": (raw % 'imap: "imap://127.0.0.1:1", user: u, password: "${env:P}"').encode()},
        {"P": "x"},
        now=START,
    )
    assert receivers_of(reads) == ()


async def test_a_server_in_memory_has_no_intake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    parts = Parts(clock=VirtualClock(), store=MemoryStore())
    served = await Served.start(shipped(tmp_path), parts)
    assert open_intake(served.server) is None
    assert served.server.intake is None
    await served.close()


async def test_claims_run_over_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clock = VirtualClock()
    served = await Served.start(shipped(tmp_path), Parts(clock=clock))
    house = served.server.house
    assert house is not None
    pool = Pool(served.server.switch.store, at=clock.now())  # type: ignore[arg-type]
    item = (await pool.arrive()).id
    await pool.arrive(received_at=clock.now())
    await house.intake.claim(item, pool.act())
    await clock.advance(LEASE_S)
    for _ in range(100):
        await clock.advance(EXPIRE_S + 1)
        row = await house.intake.get(item)
        if row is not None and row.state == "new":
            break
    assert row is not None
    assert (row.state, row.claimed_by) == ("new", "")
    assert REGISTRY.get_sample_value("ivr_intake_new") in {1.0, 2.0}
    assert (REGISTRY.get_sample_value("ivr_intake_oldest_seconds") or 0) > 0
    await served.close()
