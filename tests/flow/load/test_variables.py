"""Reading variables: type, default, one name once. `§` marks the mistake."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ivr.domain.values import Money
from tests.flow.shop import HEAD, PIN, check, files, loaded, shop

VARS = "vars: {customer: customer?, reason: text = none}"
MISTAKES = [
    ("vars: {a: §txt}", 'F103 error no type "txt"; did you mean "text"?'),
    ("vars: {a: §sealed money}", "F103 error money cannot be sealed; digits, phone, text can"),
    ("vars: {a: bool = §yes}", 'F103 error "yes" is not true or false; write true'),
    ('vars: {a: "number = §x"}', 'F103 error "x" is not a number; write it as 12 or 12.5'),
    ("vars: {a: customer = §x}", "F103 error a customer cannot be written as one value"),
    ("vars: {§callback: text}", 'F206 error "callback" is a reserved word'),
    ("vars: {§from: text}", 'F206 error "from" is a reserved word'),
    ("vars: {§true: text}", 'F206 error "true" is a reserved word'),
    ("vars: {§Plan: text}", 'F105 error "Plan" is not a name; use a-z, 0-9 and _'),
    ("vars: {a: §[text]}", "F103 error a wants one value, not a list or a map"),
    ("vars: §text", "F103 error vars wants a map of name: value"),
    ("inputs: {a: text}\nvars: {§a: text}", 'F003 error "a" is here twice, first in line 6'),
]


@pytest.mark.parametrize(("written", "message"), MISTAKES)
def test_a_wrong_variable_is_told_where_it_is(written: str, message: str) -> None:
    check(files(shop(head=HEAD.replace(VARS, written))), message)


def test_types_and_defaults_are_read() -> None:
    written = (
        "vars: {a: money = 12.50, b: sealed digits?, c: number=3, d: customer?, e: text = a=b}"
    )
    variables = loaded(files(shop(head=HEAD.replace(VARS, written)))).flows["shop"].variables
    assert variables["a"].default == Money(Decimal("12.50"), "TRY")
    assert (str(variables["b"].type), variables["b"].default) == ("sealed digits?", None)
    assert variables["c"].default == Decimal(3)
    assert str(variables["d"].type.fields["vip"]) == "bool"
    assert variables["e"].default == "a=b"
    assert variables["a"].at is not None
    assert (variables["a"].at.line, variables["a"].at.column) == (6, 8)


def test_a_variable_may_hold_the_outputs_of_a_sub_flow() -> None:
    pin = PIN.replace("exits: [locked]", "outputs: {tries: number, who: customer}\nexits: [locked]")
    folder = files(shop(head=HEAD.replace(VARS, "vars: {seen: pin?}")), pin=pin)
    kind = loaded(folder).flows["shop"].variables["seen"].type
    assert (kind.name, kind.optional, [*kind.fields]) == ("pin", True, ["tries", "who"])


def test_a_source_that_is_not_in_the_configuration_is_told_under_uses_only() -> None:
    head = HEAD.replace("sources: [customer]", "sources: [§custom]").replace(
        "customer: customer?", "c: custom?"
    )
    check(
        files(shop(head=head)),
        'F203 error source "custom" is not in config.yaml; did you mean "customer"?',
    )
