"""Conditions of policies see the ticket as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.flow.expressions import parse
from ivr.tickets.sla.policies import Policy, Targets
from tests.fakes.ticket_house import CATALOGUE, RULES

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


@pytest.mark.parametrize(
    "condition",
    [
        "kind == 'complaint'",
        "category == 'billing.wrong_amount'",
        "product == 'P-1'",
        "priority == 'urgent' and severity == 'major'",
        "not emergency",
        "medium == 'voice' and team == 'billing' and status == 'new'",
        "'x' in tags",
        "customer.segment == 'gold' and customer.vip_rank >= 2 and customer.kind == 'person'",
    ],
)
async def test_a_fact_is_known_from_the_first_moment(desk: Desk, condition: str) -> None:
    targets = {"resolution": Targets(60)}
    policy = Policy("this", 1, "sla", parse(condition), "branch", targets)
    desk.rules = replace(RULES, catalogue=replace(CATALOGUE, policies=(policy,)))
    vip = await desk.add_customer("V" * 26, segment="gold", vip_rank=2)
    words = {"code": "P-1", "path": "p", "name": "p", "level_kind": "", "related": []}
    await desk.add("product", **words, default_attrs={})
    ticket = await desk.open(
        category="billing.wrong_amount", customer=vip, product="P-1", tags=("x",)
    )
    assert ticket.product == "P-1"
    assert [each.policy for each in await desk.tickets.clocks(ticket.number)] == ["this"]
    assert await desk.open() is not None
