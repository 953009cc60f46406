"""Lookups in a table: by every column named, never silently the first of several."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ivr.config.load import load_config
from ivr.config.world import to_world
from ivr.cti.sources.opening import customs_of
from ivr.cti.sources.rows import read_rows
from ivr.cti.sources.table import TableLookup, make_table
from ivr.domain.values import Money, Sealed
from ivr.runtime.memory.clock import VirtualClock

if TYPE_CHECKING:
    from ivr.cti.sources.table import Table
    from ivr.domain.problem import Problem

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
PEOPLE = """
- {id: C-1, phone: "0532 111 22 33", name: Ada, debt: 5.50}
- {id: C-2, phone: "+905321112234"}
- {id: C-3, phone: 0532 111 22 35}
- {id: C-4, phone: "+905321112235"}
- {id: C-5}
"""
BY_PHONE = "match: {phone: phone}, takes: {phone: phone?}, gives: {id: text, debt: money?}"
BY_PIN = (
    "match: {customer: who, pin: pin}, takes: {who: text, pin: sealed digits},"
    " gives: {ok: bool}, otherwise: {ok: false}"
)
PINS = "- {customer: C-9, pin: '0123', ok: true}\n"


def make(settings: str, rows: str) -> tuple[Table, list[Problem]]:
    """A table with these settings and rows."""
    text = f"zone: UTC\nsources: {{t: {{table: t.yaml, {settings}}}}}"
    config = load_config({"c.yaml": text.encode()}, {}, now=NOW)
    source = config.sources["t"]
    read, problems = read_rows("t.yaml", rows.encode())
    assert problems == []
    shape = to_world(config, NOW).sources["t"]
    at = config.where("sources", "t", "table")
    return make_table(source, shape, read, at, customs_of(config))  # type: ignore[arg-type]


def asking(settings: str, rows: str, clock: VirtualClock | None = None) -> TableLookup:
    """A lookup in a table that is right."""
    table, problems = make(settings, rows)
    assert problems == []
    return TableLookup(table, clock or VirtualClock())


async def test_a_row_is_found_however_its_number_is_written() -> None:
    found = await asking(BY_PHONE, PEOPLE).fetch({"phone": "+905321112233"}, 1.5)
    assert (found.result, found.record) == (
        "found",
        {"id": "C-1", "debt": Money(Decimal("5.50"), "TRY")},
    )
    other = await asking(BY_PHONE, PEOPLE).fetch({"phone": "+905321112234"}, 1.5)
    assert other.record == {"id": "C-2", "debt": None}


async def test_nobody_with_that_number_is_missing() -> None:
    lookup = asking(BY_PHONE, PEOPLE)
    assert (await lookup.fetch({"phone": "+905321112299"}, 1.5)).result == "missing"
    assert (await lookup.fetch({"phone": None}, 1.5)).result == "missing"
    assert (await lookup.fetch({}, 1.5)).result == "missing"


async def test_several_rows_are_a_failure() -> None:
    result = await asking(BY_PHONE, PEOPLE).fetch({"phone": "+905321112235"}, 1.5)
    assert (result.result, result.reason, result.record) == ("failed", "shape", {})


async def test_a_sealed_input_is_compared_and_otherwise_answers_for_the_rest() -> None:
    lookup = asking(BY_PIN, PINS)
    right = await lookup.fetch({"who": "C-9", "pin": Sealed("0123")}, 1.5)
    wrong = await lookup.fetch({"who": "C-9", "pin": Sealed("123")}, 1.5)
    assert (right.record, wrong.record) == ({"ok": True}, {"ok": False})
    assert (right.result, wrong.result) == ("found", "found")


async def test_an_answer_may_be_made_to_take_long() -> None:
    clock = VirtualClock()
    began = clock.now()
    lookup = asking(f"{BY_PHONE}, took: 900ms", PEOPLE, clock)
    await _while(clock, lookup, limit_s=1.5, result="found")
    assert (clock.now() - began).total_seconds() == pytest.approx(2.0)
    await _while(clock, lookup, limit_s=0.5, result="failed")


async def _while(clock: VirtualClock, lookup: TableLookup, *, limit_s: float, result: str) -> None:
    from asyncio import TaskGroup  # noqa: PLC0415

    async with TaskGroup() as group:
        task = group.create_task(lookup.fetch({"phone": "+905321112233"}, limit_s))
        await clock.advance(0.4)
        assert not task.done()
        await clock.advance(1.6)
        assert task.done()
    assert task.result().result == result
    assert task.result().reason == ("" if result == "found" else "timeout")


@pytest.mark.parametrize(
    ("settings", "rows", "line"),
    [
        (
            "match: {fone: phone}, takes: {phone: phone}",
            PEOPLE,
            'c.yaml:2:22 C141 error the table has no column "fone"; did you mean "phone"?',
        ),
        (
            "match: {id: id}, takes: {id: text}, gives: {balance: text}",
            PEOPLE,
            'c.yaml:2:22 C141 error the table has no column "balance";'
            " its columns are id, phone, name, debt",
        ),
        (
            BY_PHONE,
            "- {id: a, phone: 12, debt: 1}",
            "t.yaml:1:18 C142 error phone is not a phone",
        ),
        (
            BY_PHONE,
            "- {id: a, phone: '+905321112233', debt: lots}",
            "t.yaml:1:41 C142 error debt is not a money(TRY)",
        ),
        (
            BY_PHONE,
            "- {phone: '+905321112233'}\n- {id: a}",
            't.yaml:1:3 C142 error this row has no "id"',
        ),
        (
            BY_PIN.replace("false", "no"),
            PINS,
            "c.yaml:2:22 C142 error otherwise: ok: this is not a bool",
        ),
    ],
)
def test_a_cell_that_does_not_fit_refuses_the_start(settings: str, rows: str, line: str) -> None:
    _, problems = make(settings, rows)
    assert [str(each) for each in problems] == [line]


async def test_an_empty_table_knows_nobody() -> None:
    assert (await asking(BY_PHONE, "[]").fetch({"phone": "+905321112233"}, 1.5)).result == "missing"
    await asking(BY_PHONE, "[]").close()
