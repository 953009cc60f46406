"""Conditions and values: types, literals, constants, secrets."""

from __future__ import annotations

import pytest

from tests.flow.checker.bank import told

FLOW = """\
uses: {places: [by_extension], queues: [general], payments: [desk]}
vars: {number: phone?, born: date?, usd: money(USD) = 5, code: sealed digits?, sure: bool = true}
nodes:
  start:
    - {ask: hello, into: code, secret: true, giveup: end}
    - {step}
    - go: end
  end:
    - hangup: bye
"""


def said(step: str) -> list[str]:
    """What is told of a flow with this step."""
    return told(FLOW.replace("{step}", step))


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("set: {born: 2026-11-23}", ""),
        ("set: {born: tomorrow}", "F302 born wants a date, this is text;"),
        ("set: {born: =today}", ""),
        ("set: {born: =now}", "F302 born wants a date, this is a datetime"),
        ("set: {usd: 12.50}", ""),
        ("set: {usd: 12.505}", "F302 usd wants money, this is text;"),
        ("set: {number: call.ani}", "F302 number wants a phone number, this is text; did you mean"),
        ('set: {number: "=default(call.ani, None)"}', ""),
        ("set: {number: =call.ani}", "F303 call.ani may be missing here; test known(call.ani)"),
        ("set: {call.language: tr}", ""),
        ("set: {code: 1234}", 'F702 "code" is sealed; only a secret question gives it a value'),
        ("outcome: self_served\n      note: sure", 'F308 "sure" is plain text here'),
        ("outcome: self_served\n      note: call.ani", 'F308 "call.ani" is plain text here'),
        (
            "outcome: self_served\n      note: =code",
            'F702 sealed "code" would be written into a note',
        ),
        ("outcome: self_served\n      only: sure", ""),
        ("outcome: self_served\n      only: call.dnis", "F305 a condition must be true or false;"),
        ("outcome: self_served\n      only: not true", "F309 this condition is always false"),
        ("outcome: self_served\n      only: code == '1'", ""),
        ("outcome: self_served\n      only: usd + 1 > usd", "F306 + does not take money and"),
    ],
)
def test_a_value_fits_its_place_or_is_named(step: str, message: str) -> None:
    lines = said(step)
    assert len(lines) == (1 if message else 0), lines
    assert message in "".join(lines).replace("warning ", "")


def test_inputs_of_a_place_are_typed() -> None:
    ways = "busy: end, noanswer: end, failed: end"
    move = f"{{transfer: by_extension, with: {{ext: X}}, kind: blind, {ways}}}"
    body = FLOW.replace("{step}\n    - go: end", move)
    assert told(body.replace("X", "12")) == []
    assert ["F302" in line for line in told(body.replace("X", "=call.id"))] == [True]
    assert told(body.replace("X", "=code")) == [
        '10:45 F702 sealed "code" would be written into "ext" of by_extension, which is not sealed'
    ]


def test_an_amount_is_money_of_the_configured_currency() -> None:
    pay = "{pay: desk, amount: =usd, declined: end, giveup: end, failed: end}"
    assert said(pay) == ["10:28 F307 money in USD and money in TRY do not mix"]
    assert said(pay.replace("=usd", "=usd * 2")) == [
        "10:28 F307 money in USD and money in TRY do not mix"
    ]
    assert said(pay.replace("=usd", "12.50")) == []


def test_after_a_mistake_no_condition_is_called_constant() -> None:
    step = "set: {number: =call.ani}\n    - {outcome: self_served, only: known(number)}"
    assert [line.split(" ")[1] for line in said(step)] == ["F303"]
    assert [line.split(" ")[1] for line in said(step.replace("call.ani", "call.dnis"))] == ["F309"]


def test_a_mistyped_guard_is_one_mistake() -> None:
    step = "{outcome: self_served, only: known(numbr) and number == call.dnis}"
    assert [line.split(" ")[1] for line in said(step)] == ["F204"]
