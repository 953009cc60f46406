"""Every field of `expect`, met and not met."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from ivr.domain.values import Money, Sealed
from ivr.flow.cases.expect import matches, shown
from ivr.flow.reader import read
from tests.flow.cases.scene import failed, names

DESK = '[{presses: "0"}]'
ORDER = '[{presses: "1"}, {presses: "123"}]'
NOBODY = "{queues: {desk: {nobody: true}}}"
PIN = '[{presses: "2"}, {presses: "482913"}]'


@pytest.mark.parametrize(
    ("talk", "expect"),
    [
        (DESK, "queue: desk, priority: 3, skills: [tr], pop: {mood: iyi, other: none}"),
        (DESK, "queue: {queue: desk, skills: [tr]}, voicemail: main, survey: csat"),
        (DESK, "ticket: {subject: subject, priority: high, tags: [a, b]}, tickets: 1"),
        (DESK, 'sms: {to: "+905321112233", says: text_message}, sms_count: 1'),
        (DESK, "payment: none, callback: none, transfer: none"),
        ('[{presses: "3"}, {agent: rejects}]', "transfer: boss, queue: desk"),
        ('[{presses: "3"}]', "transfer: {transfer: boss, kind: bridge}"),
        (ORDER, "queue: none, ticket: none, sms: none, tickets: 0, voicemail: none"),
        (ORDER, 'heard: [welcome, state_is], not_heard: [help, pin], says: "Durum: state."'),
        (ORDER, "language: tr, outcome: self_served, ended: hangup, path: [hello, track]"),
        (ORDER, "exits: [hello.menu.1], vars: {number: 123, mood: gitti, pin: none}"),
        (PIN, 'nowhere: "482913", human_within: 10s'),
    ],
)
def test_what_holds_passes(talk: str, expect: str) -> None:
    assert failed(talk, f"{{{expect}}}", NOBODY) == []


@pytest.mark.parametrize(
    ("talk", "expect", "message"),
    [
        (ORDER, "queue: desk", "queue desk; no queue was asked for"),
        (DESK, "priority: 4", 'priority "4"; it was 3'),
        (DESK, "skills: [en]", "skills en; it was [tr]"),
        (DESK, "pop: {mood: none}", "pop mood none; it was {mood: iyi}"),
        (DESK, "queue: none", "queue none; it was desk"),
        (DESK, "transfer: boss", "transfer boss; no transfer was asked for"),
        (DESK, "voicemail: other", "voicemail other; it was main"),
        (DESK, "callback: desk", "callback desk; no callback was asked for"),
        (DESK, "survey: none", "survey none; it was csat"),
        (DESK, "payment: cash", "payment cash; no pay was asked for"),
        (ORDER, "ticket: {tags: [a]}", "ticket tags [a]; there was none"),
        (DESK, "tickets: 2", 'tickets "2"; there were 1'),
        (DESK, "sms_count: 0", 'sms_count "0"; there were 1'),
        (DESK, "heard: [choose, welcome]", "heard choose, welcome; welcome was not heard"),
        (DESK, "not_heard: choose", "not_heard choose; choose was heard"),
        (DESK, "says: Hoş", 'says Hoş; nothing said is "Hoş"'),
        (DESK, "language: en", "language en; it was tr"),
        (DESK, "outcome: handled", "outcome handled; it was overflowed"),
        (DESK, "ended: caller", "ended caller; it was hangup"),
        ("[]", "ended: caller", "ended caller; the call goes on"),
        (DESK, "path: [desk, hello]", "path desk, hello; hello was not entered then"),
        (DESK, "exits: [hello.menu.1]", "exits hello.menu.1; shop.hello.menu.1 was not taken then"),
        (ORDER, "vars: {mood: iyi}", "vars mood iyi; mood was gitti"),
        (ORDER, 'nowhere: "123"', 'nowhere "123"; it was found (plain)'),
        (DESK, "human_within: 1s", "human_within 1s; it took 3.8 s"),
        ("[]", "human_within: 1s", "human_within 1s; no human step was reached"),
    ],
)
def test_what_does_not_hold_is_named(talk: str, expect: str, message: str) -> None:
    assert failed(talk, f"{{{expect}}}", NOBODY) == [f"T201 {message}"]


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ("12.50", Money(Decimal("12.5"), "TRY")),
        ("7", Decimal("7.0")),
        ("3", 3),
        ("true", True),
        ("90s", timedelta(seconds=90)),
        ("2026-11-23 10:30 Europe/Istanbul", datetime(2026, 11, 23, 7, 30, tzinfo=UTC)),
        ("none", None),
        ("[a, none]", ("a", None)),
        ("{a: {b: c}}", {"a": {"b": "c", "d": "e"}}),
    ],
)
def test_values_match_by_type(wanted: str, value: object) -> None:
    assert matches(node(wanted), value, names())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ("yes", True),
        ("[a]", ("a", "b")),
        ("[a]", "a"),
        ("{a: b}", "b"),
        ("a", None),
        ("none", "a"),
        ("1234", Sealed("1234")),
        ("12x", Decimal(12)),
    ],
)
def test_other_values_do_not_match(wanted: str, value: object) -> None:
    assert not matches(node(wanted), value, names())  # type: ignore[arg-type]


def node(text: str):  # type: ignore[no-untyped-def]
    """A YAML value."""
    document, _problems = read("x", f"x: {text}\n".encode())
    assert document is not None
    return document.root.get("x")  # type: ignore[union-attr]


def test_a_value_is_shown_in_one_line_and_secrets_as_dots() -> None:
    values = {"a": ("b", None), "c": Sealed("1234"), "d": Money(Decimal("1.20"), "TRY")}
    assert shown(values) == "{a: [b, none], c: •••, d: 1.20}"
