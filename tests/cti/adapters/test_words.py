"""Words of ours become theirs, and theirs ours, and those nobody knows are nobody's."""

from __future__ import annotations

from ivr.cti.adapters.far import FarRules, FarTicket, TicketOut
from ivr.cti.adapters.rt import TONGUE
from ivr.cti.adapters.words import Translation
from ivr.cti.adapters.zendesk import TONGUE as ZENDESK

RULES = FarRules(status={"waiting_supplier": "at supplier"}, people={"ayşe": "ayse@f.example"})
WORDS = Translation(RULES, TONGUE)


def ticket(status: str, state: str, assignee: str = "", priority: int = 2) -> TicketOut:
    return TicketOut("i", "n", "s", "t", "", status, state, priority, "", assignee)


def test_our_fields_in_their_words() -> None:
    assert WORDS.fields(ticket("open", "open", "ayşe", 4)) == {
        "status": "open",
        "priority": "100",
        "assignee": "ayse@f.example",
    }
    assert WORDS.fields(ticket("open", "open"))["assignee"] == ""
    assert "assignee" not in WORDS.fields(ticket("open", "open", "somebody"))
    assert WORDS.status(ticket("waiting_supplier", "pending_third")) == "at supplier"


def test_their_words_here() -> None:
    known = {"at supplier": "waiting_supplier", "stalled": "waiting_customer", "open": "open"}
    known |= {"resolved": "resolved", "rejected": "cancelled"}
    assert {word: WORDS.ours("status", word) for word in known} == known
    assert WORDS.ours("status", "deleted") is None
    assert WORDS.ours("assignee", "ayse@f.example") == "ayşe"
    assert WORDS.ours("assignee", "") == ""
    assert WORDS.ours("assignee", "bob") is None


def test_a_priority_between_two_of_ours_is_the_nearer_one() -> None:
    levels = {"0": "low", "34": "low", "36": "normal", "80": "high", "999": "urgent"}
    assert {word: WORDS.ours("priority", word) for word in levels} == levels
    assert WORDS.ours("priority", "sehr hoch") is None
    there = FarTicket("1", "open", "Nobody", priority="62")
    assert WORDS.theirs(there) == {"status": "open", "assignee": "", "priority": "50"}
    assert WORDS.theirs(FarTicket("1", "x", priority="?"))["priority"] == "?"


def test_a_status_that_a_ticket_slides_into_by_itself_counts_as_the_one_before() -> None:
    there = FarTicket("1", "closed", priority="low")
    assert Translation(FarRules(), ZENDESK).theirs(there)["status"] == "solved"
