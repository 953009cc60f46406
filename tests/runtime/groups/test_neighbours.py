"""A server without screen pops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.agent import AgentId
from ivr.domain.call import CallId
from ivr.domain.commands import Enqueue
from ivr.domain.queue import OfferId, Ticket
from ivr.runtime.groups.neighbours import Offer, Silent
from ivr.runtime.live import LiveCall

if TYPE_CHECKING:
    from ivr.runtime.groups.neighbours import Pops

CALL = CallId("c1")


async def test_without_pops_nobody_waits_for_one() -> None:
    pops: Pops = Silent()
    call = LiveCall(CALL, "main", "sip", "ref", b"", 1)
    await pops.queued(call, Enqueue(ticket=Ticket("c1/3"), queue="cards"))
    offer = Offer(OfferId("o1"), AgentId("ada"), CALL, Ticket("c1/3"), "cards", 1.0)
    await pops.show(call, offer)
    pops.ringing(offer.offer)
    pops.answered(offer.offer)
    pops.ended(CALL)
