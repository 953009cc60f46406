"""The standard names of the flow language, as expressions read them during a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ivr.engine.state import Heard
from ivr.engine.view import View
from tests.engine.small import small_book
from tests.fakes.call_script import START, CallScript
from tests.flow.bank import bank_world

if TYPE_CHECKING:
    from ivr.domain.values import Value

NODES = "  start:\n    - menu: main\n      keys: {'1': start}\n      giveup: start"


def view(at: datetime = START, **facts: Value) -> View:
    """What a verb sees in the menu of a small flow, in the world of the bank."""
    dotted = {name.replace("__", "."): value for name, value in facts.items()}
    script = CallScript(small_book(NODES, "vars: {text: text = a}")).ring(facts=dotted, test=True)
    book = replace(script.book, world=bank_world())
    return View(script.now, book, at)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "CALL1"),
        ("ani", "+905321112233"),
        ("dnis", "+908502220000"),
        ("channel", ""),
        ("trunk", ""),
        ("language", "tr"),
        ("started", START),
        ("talked", False),
        ("test", True),
    ],
)
def test_facts_of_the_call(name: str, value: Value) -> None:
    assert view().read(("call", name)) == value


def test_the_last_listen_or_the_one_that_has_just_failed() -> None:
    now = view()
    now.state.heard = Heard("word", "match", 2, "kredi")
    read = [now.read(("heard", name)) for name in ("by", "reason", "tries", "words")]
    assert read == ["word", "match", Decimal(2), "kredi"]
    failing = now.after_failing(Heard("key", "none", 1))
    read = [failing.read(("heard", name)) for name in ("by", "reason", "tries", "words")]
    assert read == ["key", "none", Decimal(1), None]


def test_variables_and_the_parts_of_records() -> None:
    now = view()
    now.frame.variables["customer"] = {"id": "C-9", "name": None}
    assert now.read(("text",)) == "a"
    assert now.read(("customer", "id")) == "C-9"
    assert now.read(("customer", "name")) is None
    assert now.read(("customer", "name", "more")) is None
    assert now.read(("nobody",)) is None
    assert now.with_variable("text", "b").read(("text",)) == "b"
    assert now.read(("text",)) == "a"


def test_visits_are_those_of_the_frame() -> None:
    assert (view().visits("start"), view().visits("other")) == (1, 0)


def test_hours_come_from_the_calendar_at_the_time_of_the_event() -> None:
    monday = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    night = monday + timedelta(hours=12)
    assert view(monday).read(("hours", "branch", "open")) is True
    assert view(night).read(("hours", "branch", "open")) is False
    assert view(night).read(("hours", "branch", "next_open")) == datetime(
        2026, 11, 24, 6, tzinfo=UTC
    )
    assert view(monday).read(("hours", "branch", "closes_at")) == datetime(
        2026, 11, 23, 15, tzinfo=UTC
    )


def test_a_fact_given_for_the_call_wins_over_the_calendar() -> None:
    assert view(hours__branch__open=False).read(("hours", "branch", "open")) is False


def test_a_switch_closes_the_hours_it_belongs_to() -> None:
    now = view(switch__storm=True)
    assert now.read(("hours", "branch", "open")) is True
    world = replace(now.book.world, switches={"branch": "storm"})
    stormy = View(now.state, replace(now.book, world=world), START)
    assert stormy.read(("hours", "branch", "open")) is False


def test_queues_nobody_told_of_are_empty_and_closed() -> None:
    names = ("open", "waiting", "agents", "longest", "estimate")
    read = [view().read(("queues", "cards", name)) for name in names]
    assert read == [False, Decimal(0), Decimal(0), None, None]
    assert view(queues__cards__open=True).read(("queues", "cards", "open")) is True


def test_now_and_today_are_those_of_the_event_in_the_flows_zone() -> None:
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    assert view(late).read(("now",)) == late
    assert str(view(late).read(("today",))) == "2026-11-24"
    assert str(view(late).zone) == "Europe/Istanbul"
