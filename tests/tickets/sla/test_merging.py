"""Two tickets become one, and two again: whose promise holds meanwhile."""

from __future__ import annotations

from ivr.tickets.sla.following import new_lines
from ivr.tickets.sla.happenings import Answered, Moved, Reviewed
from ivr.tickets.sla.merging import absorb, release
from tests.tickets.sla.scene import HOUR, Ticket, at, facts, policy

DAY = policy("default", 9, first_response=2 * HOUR, resolution=8 * HOUR)
NUMBER = "260042174"


def pair() -> tuple[Ticket, Ticket]:
    """One opened at 09:00 with 8 hours, one at 11:00 with 8 hours."""
    return Ticket((DAY,), at("06-01 09:00")), Ticket((DAY,), at("06-01 11:00"))


def merge(survivor: Ticket, loser: Ticket, when: str, number: str = NUMBER) -> None:
    survivor.clocks = absorb(survivor.clocks, loser.clocks, number, at(when), survivor.house)
    loser.tell(Moved(at(when), "merged"))


def unmerge(survivor: Ticket, loser: Ticket, when: str, number: str = NUMBER) -> None:
    survivor.clocks = release(survivor.clocks, number, at(when), survivor.house)
    loser.tell(Moved(at(when), "open"))


def test_the_survivor_is_due_when_the_earlier_of_both_was() -> None:
    older, newer = pair()
    merge(newer, older, "06-01 12:00")
    assert newer.clock("resolution").state.due_at == at("06-01 18:00")
    assert newer.clocks.due_at == at("06-01 12:00")  # the first response of the older one is late
    assert newer.kinds("resolution") == ["start", "retarget merged"]
    assert newer.clock("resolution").ledger[-1].data == {"from": NUMBER}
    older2, newer2 = pair()
    merge(older2, newer2, "06-01 12:00")
    assert older2.kinds("resolution") == ["start"]


def test_every_clock_of_the_loser_pauses_also_those_that_nothing_else_pauses() -> None:
    older, newer = pair()
    merge(newer, older, "06-01 10:00")
    assert older.kinds("first_response") == ["start", "pause merged"]
    assert older.kinds("resolution") == ["start", "pause merged"]
    assert older.clocks.due_at is None


def test_unmerge_writes_the_reverse_and_both_count_on() -> None:
    older, newer = pair()
    before = newer.clock("resolution").state
    merge(newer, older, "06-01 12:00")
    unmerge(newer, older, "06-01 14:30")
    assert newer.clock("resolution").state.due_at == before.due_at
    assert newer.kinds("resolution") == ["start", "retarget merged", "retarget unmerged"]
    assert older.kinds("resolution") == ["start", "pause merged", "resume merged"]
    assert older.clock("resolution").state.counted_s == 3 * HOUR
    assert older.clock("resolution").state.due_at == at("06-02 10:30")


def test_a_late_first_response_is_late_for_the_survivor_too() -> None:
    older, newer = pair()
    merge(newer, older, "06-01 11:30")
    assert newer.kinds("first_response") == ["start", "retarget merged", "breach"]
    assert newer.clock("first_response").state.breached_at == at("06-01 11:30")


def test_an_answered_or_waiting_loser_brings_no_target() -> None:
    older, newer = pair()
    older.tell(Answered(at("06-01 10:00")), Moved(at("06-01 11:00"), "pending_customer"))
    merge(newer, older, "06-01 12:00")
    assert newer.kinds("first_response") == ["start"]
    assert newer.kinds("resolution") == ["start"]


def test_a_survivor_that_waits_is_due_as_if_it_went_on_now() -> None:
    older, newer = pair()
    newer.tell(Moved(at("06-01 11:30"), "pending_customer"))
    merge(newer, older, "06-01 12:00")
    assert newer.clock("resolution").state.target_s == 1800 + 5 * HOUR
    newer.tell(Moved(at("06-01 12:00"), "open"))
    assert newer.clock("resolution").state.due_at == at("06-01 18:00")


def test_of_two_merged_tickets_one_may_be_taken_out_again() -> None:
    older, newer = pair()
    oldest = Ticket((DAY,), at("05-25 16:00"))
    merge(newer, older, "06-01 12:00", "17")
    merge(newer, oldest, "06-01 12:10", "18")
    assert newer.clock("resolution").state.breached_at == at("06-01 12:10")
    unmerge(newer, oldest, "06-01 12:20", "18")
    assert newer.clock("resolution").state.due_at == at("06-01 18:00")
    unmerge(newer, older, "06-01 12:30", "17")
    assert newer.clock("resolution").state.due_at == at("06-02 11:00")


def test_a_new_policy_while_merged_keeps_the_earlier_due_time() -> None:
    vip = policy("vip", 1, "customer.vip_rank > 0", resolution=20 * HOUR, first_response=20 * HOUR)
    older, newer = pair()
    newer.policies = (DAY, vip)
    merge(newer, older, "06-01 12:00")
    newer.facts = facts(vip=1)
    newer.tell(Reviewed(at("06-01 14:00")))
    assert newer.clock("resolution").state.due_at == at("06-01 18:00")
    unmerge(newer, older, "06-01 15:00")
    assert newer.clock("resolution").state.target_s == 20 * HOUR


def test_taking_out_a_ticket_that_was_never_merged_writes_nothing() -> None:
    older, _ = pair()
    after = release(older.clocks, NUMBER, at("06-01 09:30"), older.house)
    assert new_lines(older.clocks, after) == ()
