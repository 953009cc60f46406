"""A wave of a planned survey drawn from 100,000 customers, one in ten of them invited.

On an SQLite database, by the parts of the server that do it. Each has a number and a last ticket
that the condition looks at; what is drawn a second time must be the same.
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.table import Benchmark, Row, parameter
from ivr.runtime.survey_waves.waving import draw
from ivr.store import open_store
from ivr.store.opening import SqlStore
from tests.fakes.survey_house import MORNING
from tests.fakes.wave_house import WaveHouse

if TYPE_CHECKING:
    from collections.abc import Sequence

CUSTOMERS = 100_000
_AT_ONCE = 5_000
_PLAN = {"match": "customer.segment == 'corporate' and ticket.kind == 'fault'", "rate": "10%"}


def measure() -> Sequence[Row]:
    """One wave, drawn twice and invited once."""
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as name:
        return asyncio.run(_measured(Path(name), int(parameter("CUSTOMERS", CUSTOMERS))))


async def _measured(folder: Path, many: int) -> Sequence[Row]:
    store = open_store(f"sqlite:///{folder / 'ivr.db'}", create=True)
    assert isinstance(store, SqlStore)
    house = WaveHouse(store)
    for begin in range(0, many, _AT_ONCE):
        await _fill(house, range(begin + 1, min(begin + _AT_ONCE, many) + 1))
    survey = await house.publish(**_PLAN)
    plan = house.plan_in_force()
    gc.collect()
    gc.freeze()  # as a server does at its start
    begun = time.perf_counter()
    drawn = await draw(house.waves, survey, plan, "2026-11-23T10:00")
    took = time.perf_counter() - begun
    again = await draw(house.waves, survey, plan, "2026-11-23T10:00")
    await house.clock.advance(7 * 86_400)
    lag = asyncio.create_task(_lag())  # noqa: TID251 - beside what is measured
    begun = time.perf_counter()
    await house.waving.look()
    whole = time.perf_counter() - begun
    lag.cancel()
    [wave] = await house.waves.list()
    await store.close()
    return [
        Row("customers looked at a second", many / took, "1/s", "draw"),
        Row("drawn differently the second time", float(drawn != again), "", "differs"),
        Row("invitations made", float(wave.placed), ""),
        Row("seconds from the wave to the last invitation", whole, "s", "whole"),
        Row("longest that other work waited", _waited[-1] * 1000 if _waited else 0, "ms"),
    ]


_waited: list[float] = []


async def _lag() -> None:
    """The longest time by which a pause was longer than it should be; the last one counts."""
    _waited.append(0.0)
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.005)  # noqa: TID251 - the time itself is measured
        _waited[-1] = max(_waited[-1], time.perf_counter() - before - 0.005)


async def _fill(house: WaveHouse, keys: range) -> None:
    await house.fill("customer", [_customer(key) for key in keys])
    await house.fill("contact_point", [_point(key) for key in keys])
    await house.fill("ticket", [_ticket(key) for key in keys])


def _customer(key: int) -> dict[str, Any]:
    return {
        **dict.fromkeys(("name_fold", "pref_medium", "pref_window"), ""),
        "id": key,
        "public_id": f"C{key:025}",
        "customer_no": f"C{key}",
        "kind": "person",
        "full_name": f"Müşteri {key}",
        "segment": "corporate" if key % 10 else "private",
        "locale": "tr",
        "attrs": {},
        "created_at": MORNING,
        "updated_at": MORNING,
    }


def _point(key: int) -> dict[str, Any]:
    number = f"+90532{key:07}"
    return {
        **dict.fromkeys(("label", "verified_how"), ""),
        "public_id": f"P{key:025}",
        "customer_id": key,
        "kind": "phone",
        "value_raw": number,
        "value_norm": number,
        "tail9": number[-9:],
        "is_primary": True,
        "shared": False,
        "confidence": 100,
        "confirmed_at": MORNING,
    }


def _ticket(key: int) -> dict[str, Any]:
    names = ("subject", "description", "search_fold", "pref_medium", "pref_window", "category")
    more = ("team", "assignee", "source", "opened_by", "root_cause", "resolution_code")
    return {
        **dict.fromkeys((*names, *more, "form_sha256"), ""),
        **dict.fromkeys(("emergency", "blocking", "first_contact_resolved"), False),
        "public_id": f"T{key:025}",
        "number": f"26{key:07}",
        "origin_key": f"bench:{key}",
        "kind": "fault" if key % 3 else "request",
        "status": "open",
        "state_type": "open",
        "priority": 2,
        "severity": 1,
        "customer_id": key,
        "opened_at": MORNING,
        "last_activity_at": MORNING,
        "custom": {},
        "course": {},
    }


BENCHMARK = Benchmark(
    "survey_waves",
    "a wave of a planned survey drawn from 100,000 customers",
    ("draw", "differs", "whole"),
    measure,
)
