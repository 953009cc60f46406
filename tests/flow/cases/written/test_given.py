"""Everything that may be given to a call, and every mistake in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from ivr.domain.values import Money, Value
from ivr.flow.cases.model import Given, Lookup, QueueGiven
from ivr.flow.cases.written.given import made_up
from tests.flow.cases.scene import a_type, call, case_file, told

MADE_UP: dict[str, Value] = {
    "state": "state",
    "sum": Money(Decimal(100), "TRY"),
    "count": Decimal(7),
    "paid": False,
    "due": None,
    "note": None,
}


def given(text: str) -> Given:
    """What a call is given."""
    return case_file(call(given=text)).cases[0].given


def test_a_record_has_made_up_values_for_what_is_left_out() -> None:
    (lookup,) = given("{order: {state: yolda, sum: 12.50, note: acele}}").lookups["order"]
    record = {**MADE_UP, "state": "yolda", "sum": Money(Decimal("12.50"), "TRY"), "note": "acele"}
    assert lookup == Lookup("found", record, 0.2)


def test_an_optional_field_may_be_none_and_a_moment_has_a_zone() -> None:
    text = "{order: {note: none, due: 2026-11-24 09:00 Europe/Istanbul}}"
    (lookup,) = given(text).lookups["order"]
    assert lookup.record["note"] is None
    assert lookup.record["due"] == datetime(2026, 11, 24, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "lookup"),
    [
        ("{took: 900ms}", Lookup("found", MADE_UP, 0.9)),
        ("{}", Lookup("found", MADE_UP, 0.2)),
        ("{gives: {paid: true}, took: 1s}", Lookup("found", {**MADE_UP, "paid": True}, 1.0)),
        ("{fails: timeout}", Lookup("failed", {}, 0.2, "timeout")),
        ("{fails: shape, took: 3s}", Lookup("failed", {}, 3.0, "shape")),
        ("{missing: true}", Lookup("missing", {}, 0.2)),
        ("{missing: false}", Lookup("found", MADE_UP, 0.2)),
    ],
)
def test_a_lookup_may_be_slow_fail_or_miss(text: str, lookup: Lookup) -> None:
    assert given(f"{{order: {text}}}").lookups["order"] == (lookup,)


def test_a_list_is_one_per_lookup() -> None:
    found = given("{order: [{missing: true}, {state: b}]}").lookups["order"]
    assert [one.result for one in found] == ["missing", "found"]


def test_hours_are_real_open_closed_or_in_detail() -> None:
    assert given("{hours: {door: real}}").facts == {}
    assert given("{hours: {door: open}}").facts == {"hours.door.open": True}
    assert given("{hours: {door: closed}}").facts == {"hours.door.open": False}
    text = "{open: false, next_open: 2026-11-24 09:00 Europe/Istanbul}"
    assert given(f"{{hours: {{door: {text}}}}}").facts == {
        "hours.door.open": False,
        "hours.door.next_open": datetime(2026, 11, 24, 6, tzinfo=UTC),
    }


def test_switches_are_facts() -> None:
    assert given("{switch: {emergency: true}}").facts == {"switch.emergency": True}


def test_figures_of_queues_are_facts_and_the_rest_is_fate() -> None:
    found = given("{queues: {desk: {agents: 2, position: 3, estimate: 90s, answers: 15s}}}")
    assert found.facts == {
        "queues.desk.open": True,
        "queues.desk.agents": Decimal(2),
        "queues.desk.waiting": Decimal(2),
        "queues.desk.estimate": timedelta(seconds=90),
    }
    assert found.fates == {("queue", "desk"): "answers"}
    assert found.queues == {"desk": QueueGiven(15.0, position=3, estimate_s=90.0)}
    nobody = given("{queues: {desk: {agents: 2, nobody: true}}}")
    assert nobody.facts["queues.desk.open"] is False
    assert nobody.fates == {("queue", "desk"): "nobody"}


def test_places_payments_and_surveys_are_fates() -> None:
    text = "{places: {boss: busy}, payments: {cash: paid}, surveys: {csat: invited}}"
    assert given(text).fates == {
        ("transfer", "boss"): "busy",
        ("pay", "cash"): "paid",
        ("survey", "csat"): "invited",
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{ordr: {}}", '4:13 T101 error no source "ordr"; did you mean "order"?'),
        (
            "{order: {paid: maybe}}",
            '4:27 T103 error given order.paid: "maybe" is not true or false',
        ),
        (
            "{order: {stat: a}}",
            '4:21 T102 error given order has no field "stat"; did you mean "state"?',
        ),
        ("{order: x}", "4:20 T103 error given order wants a map of name: value"),
        ("{order: []}", "4:20 T103 error given order is empty"),
        (
            "{order: {fails: badly}}",
            '4:28 T103 error given order.fails: "badly" is none of timeout, error, shape',
        ),
        (
            "{order: {took: 5}}",
            '4:27 T103 error given order.took: "5" is not a duration; write 5s or 5m',
        ),
        ("{hours: {dor: open}}", '4:21 T101 error no hours "dor"; did you mean "door"?'),
        (
            "{hours: {door: ajar}}",
            '4:27 T103 error given hours.door: "ajar" is none of real, open, closed',
        ),
        ("{switch: {storm: true}}", '4:22 T101 error no switch "storm"'),
        ("{queues: {desc: {}}}", '4:22 T101 error no queue "desc"; did you mean "desk"?'),
        (
            "{queues: {desk: {agent: 1}}}",
            '4:29 T102 error given queues.desk has no field "agent"; did you mean "agents"?',
        ),
        (
            "{places: {boss: away}}",
            '4:28 T103 error given places.boss: "away" is none of busy, noanswer, failed, answers',
        ),
        ("{surveys: {cs: not}}", '4:23 T101 error no survey "cs"'),
        ("x", "4:12 T103 error given wants a map of name: value"),
    ],
)
def test_mistakes_are_told_where_they_stand(text: str, problem: str) -> None:
    (line,) = told(call(given=text))
    assert line.startswith(f"shop.test.yaml:{problem}"), line


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "x"),
        ("text?", None),
        ("bool", False),
        ("money(USD)", Money(Decimal(100), "USD")),
        ("language", "tr"),
        ("digits", "1234567"),
        ("phone", "+905551112200"),
        ("ticket", {"number": "number", "id": "id"}),
    ],
)
def test_made_up_values_are_of_the_type(kind: str, value: Value) -> None:
    assert made_up(a_type(kind), "x", "tr") == value
