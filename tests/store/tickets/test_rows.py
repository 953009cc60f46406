"""What other systems are told of a ticket says nothing about the person."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


async def test_an_event_holds_names_and_codes_and_no_words(desk: Desk) -> None:
    ali = await desk.add_customer("A" * 26)
    ticket = await desk.open(
        category="C-1", customer=ali, subject="Ali Işık arıyor", description="0532 123 45 67"
    )
    [event] = await desk.rows("outbox_event")
    assert json.loads(event["payload"]) == {
        "assignee": "",
        "by": "ayşe",
        "category": "card",
        "customer": ali,
        "emergency": False,
        "id": ticket.id,
        "kind": "request",
        "number": ticket.number,
        "priority": "normal",
        "severity": "minor",
        "source": "voice",
        "state": "new",
        "status": "new",
        "team": "cards",
    }


async def test_a_category_that_is_gone_is_shown_by_what_the_ticket_remembers(desk: Desk) -> None:

    ticket = await desk.open(category="C-1")
    desk.rules = replace(desk.rules, catalogue=replace(desk.rules.catalogue, categories={}))
    assert (await desk.tickets.get(ticket.number)).category == "C-1"
