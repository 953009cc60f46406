"""What an operation has at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.store.tickets.operation import publish
from tests.fakes.ticket_house import ALWAYS, RULES

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


def test_the_same_rules_are_made_ready_once() -> None:
    first = publish(RULES)
    assert publish(RULES, first) is first
    assert sorted(first.keys) == ["always", "branch"]


def test_calendars_of_before_are_still_known() -> None:
    first = publish(RULES)
    second = publish(replace(RULES, calendars={"branch": ALWAYS}), first)
    assert set(first.calendars) < set(second.calendars)
    assert second.keys["branch"] != first.keys["branch"]


async def test_the_audit_row_of_another_tenant_says_so(desk: Desk) -> None:
    await desk.open(2)
    [row] = await desk.store.audit.recent()
    assert row.facts["tenant"] == 2
