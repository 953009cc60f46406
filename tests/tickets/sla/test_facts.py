"""A fact that is not known still has a value, so that conditions need no `known`."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ivr.flow.expressions import infer, parse
from ivr.flow.types import BOOL
from ivr.tickets.sla.facts import FACTS, SCOPE, Facts

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_fact_that_is_not_known_is_empty_of_its_type() -> None:
    nothing = Facts({}, NOW)
    read = {name: nothing.read(tuple(name.split("."))) for name in FACTS}
    assert (read["category"], read["emergency"], read["tags"]) == ("", False, ())
    assert read["customer.vip_rank"] == Decimal(0)
    assert nothing.read(("no", "such")) is None
    assert nothing.visits("menu") == 0


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("priority == 'high' and not emergency", True),
        ("'vip' in tags", True),
        ("customer.segment == 'gold'", False),
        ("category == 'billing.wrong_amount' or medium == 'email'", True),
        ("customer.vip_rank > 0", False),
    ],
)
def test_conditions_are_checked_and_worked_out(text: str, holds: bool) -> None:
    known = Facts({"priority": "high", "tags": ("vip",), "medium": "email"}, NOW)
    condition = parse(text)
    assert infer(condition, SCOPE, BOOL).problems == ()
    assert condition.evaluate(known) is holds


@pytest.mark.parametrize("text", ["call.ani == '1'", "priority > 2", "customer.vip == 1"])
def test_what_is_no_fact_is_refused_before_publishing(text: str) -> None:
    assert infer(parse(text), SCOPE, BOOL).problems
