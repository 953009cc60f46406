"""The whole server: what is posted or asked of a ticket system comes to the ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession

from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.tickets import Act, NewTicket
from tests.fakes.served import Served, shipped
from tests.fakes.ticket_systems import SECRET, FakeRt, FakeZammad
from tests.fakes.waiting import until_now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

WRITTEN = """zone: Europe/Istanbul
ticket_systems:
  rt:
    adapter: rt
    url: "http://127.0.0.1:{rt}"
    token: "${{file:key}}"
    queue: General
    inbound: {{every: 100ms}}
  zam:
    adapter: zammad
    url: "http://127.0.0.1:{zammad}"
    token: "${{file:key}}"
    queue: Users
    number_field: ivr_number
    requester: phone@firm.example
    inbound: {{secret: "${{file:key}}", unknown: ignore}}
"""


@pytest.fixture
async def systems() -> AsyncIterator[tuple[FakeRt, FakeZammad]]:
    found = (FakeRt(), FakeZammad())
    for each in found:
        await each.open()
    yield found
    for each in found:
        await each.close()


@pytest.fixture
async def served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, systems: tuple[FakeRt, FakeZammad]
) -> AsyncIterator[Served]:
    (tmp_path / "key").write_text(SECRET)
    (tmp_path / "key").chmod(0o600)
    ports = {each.kind: each.base.rpartition(":")[2] for each in systems}
    monkeypatch.chdir(tmp_path)
    changes = {"zone: Europe/Istanbul\n": WRITTEN.format(**ports)}
    made = await Served.start(shipped(tmp_path, changes))
    yield made
    await made.close()


async def post(served: Served, headers: dict[str, str], body: bytes) -> int:
    url = f"{served.web.url}/inbox/zam"
    async with ClientSession() as session, session.post(url, data=body, headers=headers) as got:
        return got.status


async def test_what_happens_in_one_system_reaches_our_ticket_and_the_other_system(
    served: Served, systems: tuple[FakeRt, FakeZammad]
) -> None:
    rt, zammad = systems
    assert served.server.house is not None
    tickets = served.server.house.tickets
    act = Act("ayse", SystemClock().now())
    made = (await tickets.open(NewTicket("t:1", "Işık yok", "voice"), act)).ticket
    await until_now(lambda: rt.kept and zammad.kept)
    [there], [other] = zammad.kept.values(), rt.kept.values()
    await zammad.speak(there.id, "Zammad dedi")
    await zammad.turn(there.id, status="pending reminder")
    headers, body = zammad.post(there.id, SystemClock().now())
    assert await post(served, {}, body) == 403
    assert await post(served, headers, body) == 200
    await until_now(lambda: other.status == "stalled" and other.said)
    assert [each.body for each in other.said] == ["Zammad dedi"]
    await rt.turn(other.id, status="open")
    await until_now(lambda: there.status == "open")
    found = await tickets.get(made.number)
    assert found is not None
    assert found.status == "open"
    rows = await tickets.articles(made.number)
    assert [(row.author, row.body) for row in rows] == [("zam: bob@firm.example", "Zammad dedi")]
    assert [each.body for each in there.said] == ["Zammad dedi"]
