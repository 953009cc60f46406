"""A call as its pop tells it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from ivr.cti.numbers import Line
from ivr.cti.pop_call import plain, pop_call
from ivr.domain.call import CallId, Turn
from ivr.domain.commands import Enqueue
from ivr.domain.queue import Ticket
from ivr.domain.values import Money, Sealed, Value
from ivr.engine.state import State

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def test_the_facts_of_a_call_come_from_its_state_and_its_wait() -> None:
    state = State(CallId("c1"), "h", "+908502220000", AT, ani="+905321234567", language="tr")
    state.path = ["welcome", "main"]
    wait = Enqueue(
        turn=Turn(7),
        ticket=Ticket("c1/7"),
        queue="cards",
        priority="vip",
        pop={"reason": "kayıp kart", "pin": Sealed("1234")},
    )
    call = pop_call(state, wait, "TR", Line(trusted=True))
    assert (call.sender.e164, call.sender.level) == ("+905321234567", 2)
    assert (call.queue, call.priority, call.language) == ("cards", "vip", "tr")
    assert call.path == ("welcome", "main")
    assert (call.text("reason"), call.text("pin"), call.text("none")) == ("kayıp kart", "", "")


def test_a_hidden_number_is_withheld() -> None:
    state = State(CallId("c1"), "h", "+908502220000", AT)
    call = pop_call(state, Enqueue(turn=Turn(1), ticket=Ticket("c1/1"), queue="q"), "TR")
    assert (call.sender.e164, call.sender.level) == ("", 0)


@pytest.mark.parametrize(
    ("value", "json"),
    [
        (None, None),
        (True, True),
        (3, 3),
        ("ş", "ş"),
        (Decimal("1E+2"), "100"),
        (Money(Decimal("12.50"), "TRY"), "12.50 TRY"),
        (date(2026, 11, 23), "2026-11-23"),
        (time(9, 30), "09:30:00"),
        (AT, "2026-11-23T07:30:00+00:00"),
        (timedelta(seconds=90), "90 s"),
        (("a", Decimal(1)), ["a", "1"]),
        ({"a": Sealed("x"), "b": "c"}, {"a": None, "b": "c"}),
        (Sealed("1234"), None),
    ],
)
def test_values_become_json_and_secrets_nothing(value: Value, json: object) -> None:
    assert plain(value) == json
