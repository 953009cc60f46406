"""The place that a step `queue` asks for."""

from __future__ import annotations

from ivr.domain.commands import Enqueue
from ivr.domain.queue import Ticket
from tests.engine.verbs.test_queueing import waiting


def test_a_place_is_named_by_call_and_turn_and_knows_how_urgent_it_is() -> None:
    script = waiting("      priority: 7\n      skills: [cards]")
    (place,) = [one for one in script.all if isinstance(one, Enqueue)]
    assert (place.ticket, place.priority) == (Ticket(f"CALL1/{place.turn}"), "7")
    assert (place.skills, place.keep_from, place.longest_s) == (("cards",), "", None)
