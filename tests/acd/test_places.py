"""Places of callers who were cut off and call again (acd-cti.md 7.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivr.acd.group import Group, restore
from ivr.acd.places import MOST_PLACES
from ivr.acd.settings import ATTESTED, MINUTE, PIN, SECOND, Nobody, Wrapup
from ivr.acd.state import Place
from ivr.acd.words import CallQueued, Decided, Row, WaitOver
from ivr.domain.queue import Ticket, WaitEnd
from tests.acd.house import House, card, only, queue
from tests.acd.kept import Kept
from tests.acd.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Container

    from ivr.acd.state import Place

ADA, BOB, AYSE = card("ada", 1), "+905321112233", "+905554443322"


def kept(minutes: int = 10, name: str = "q", by: tuple[str, ...] = (ATTESTED,)) -> House:
    """Ada is on a break; places are kept for so long in two queues."""
    waits = {"nobody": Nobody(join=(), leave=()), "wrapup": Wrapup("none")}
    keeps = {"rejoin_ns": minutes * MINUTE, "rejoin_by": by}
    house = House(queue(name, **waits, **keeps), queue("other", **waits, **keeps), agents=[ADA])
    house.agent("ada", "set_break", reason="break")
    return house


def first(house: House) -> str:
    """Who is first now."""
    return str(min(call.key for call in house.group.calls.values() if call.key)[3].ticket)


@pytest.mark.parametrize("end", [WaitEnd.ABANDONED, WaitEnd.SYSTEM_LOST])
def test_a_caller_who_was_cut_off_has_the_old_place_again(end: WaitEnd) -> None:
    house = kept()
    house.call("t1", identity=BOB, attested=True)
    house.wait(30)
    house.call("t2", identity=AYSE, attested=True)
    house.gone("t1", end)
    house.wait(60)
    house.call("t3", identity=BOB, attested=True)
    assert first(house) == "t3"
    call = house.group.calls[Ticket("t3")]
    assert call.rejoined == "t1"
    assert house.at - call.enqueued_at == 90 * SECOND


def test_the_wait_of_before_stays_what_it_was_in_the_figures() -> None:
    house = kept()
    house.call("t1", identity=BOB, attested=True)
    house.gone("t1")
    house.call("t2", identity=BOB, attested=True)
    found = house.group.queues["q"].counts
    assert (found.offered, found.abandoned, found.overflowed) == (2, 1, 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"identity": BOB}, {"identity": BOB, "attested": True}),
        ({"identity": BOB, "attested": True}, {"identity": BOB}),
        ({"identity": "", "attested": True}, {"identity": "", "attested": True}),
        ({"identity": BOB, "attested": True}, {"identity": AYSE, "attested": True}),
    ],
    ids=["not attested then", "not attested now", "withheld", "another number"],
)
def test_nobody_gets_a_place_by_a_number_that_is_not_surely_his(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    house = kept()
    house.call("t1", **before)
    house.call("t2")
    house.gone("t1")
    house.call("t3", **after)
    assert first(house) == "t2"
    assert house.group.calls[Ticket("t3")].rejoined == ""


@pytest.mark.parametrize(("later_s", "who"), [(600, "t3"), (600.001, "t2")])
def test_the_place_is_kept_for_the_grace_to_the_instant(later_s: float, who: str) -> None:
    house = kept(10)
    house.call("t1", identity=BOB, attested=True)
    house.call("t2", longest_ns=60 * MINUTE)
    house.gone("t1")
    house.wait(later_s)
    house.call("t3", identity=BOB, attested=True)
    assert first(house) == who


def test_a_place_is_given_back_once_and_in_its_own_queue() -> None:
    house = kept()
    house.call("t1", identity=BOB, attested=True)
    house.call("t2")
    house.gone("t1")
    house.call("t3", "other", identity=BOB, attested=True)
    assert house.group.calls[Ticket("t3")].rejoined == ""
    house.call("t4", identity=BOB, attested=True)
    house.call("t5", identity=BOB, attested=True)
    assert house.group.calls[Ticket("t4")].rejoined == "t1"
    assert house.group.calls[Ticket("t5")].rejoined == ""


@pytest.mark.parametrize(
    "end", [WaitEnd.ANSWERED, WaitEnd.CALLBACK, WaitEnd.TIMEOUT, WaitEnd.OVERFLOW, WaitEnd.KEY]
)
def test_a_wait_that_led_somewhere_gives_no_place_back(end: WaitEnd) -> None:
    house = kept()
    house.call("t1", identity=BOB, attested=True)
    house.gone("t1", end)
    house.call("t2", identity=BOB, attested=True)
    assert house.group.calls[Ticket("t2")].rejoined == ""


def test_who_waits_still_is_not_pushed_out_by_a_second_call_of_the_same_number() -> None:
    """Two people of one company may show the same number."""
    house = kept()
    house.call("t1", identity=BOB, attested=True)
    house.call("t2", identity=BOB, attested=True)
    assert [*house.group.calls] == ["t1", "t2"]


def test_who_is_not_let_in_keeps_the_place_for_the_next_try() -> None:
    house = House(queue(rejoin_ns=10 * MINUTE), agents=[ADA])
    house.call("t1", identity=BOB, attested=True)
    house.gone("t1")
    house.agent("ada", "set_break", reason="break")
    assert [each.end for each in only(house.call("t2", identity=BOB, attested=True), WaitOver)] == [
        WaitEnd.NOBODY
    ]
    house.agent("ada", "set_available")
    house.call("t3", identity=BOB, attested=True)
    assert house.group.calls[Ticket("t3")].rejoined == "t1"


def test_a_queue_that_keeps_no_places_gives_none_back() -> None:
    house = kept(0)
    house.call("t1", identity=BOB, attested=True)
    house.gone("t1")
    house.call("t2", identity=BOB, attested=True)
    assert (house.group.calls[Ticket("t2")].rejoined, house.group.cut_off) == ("", {})


def test_a_caller_lost_by_a_restart_has_the_place_again() -> None:
    house = kept()
    stored = only(house.call("t1", identity=BOB, attested=True), Row)
    house.group = Group("g", 2)
    restore(house.group, house.rules, house.cards, stored)
    house.gone("t1", WaitEnd.SYSTEM_LOST)
    house.wait(20)
    stored = only(house.call("t2", identity=BOB, attested=True), Row)
    assert house.group.calls[Ticket("t2")].rejoined == "t1"
    once_more = Group("g", 3)
    restore(once_more, house.rules, house.cards, stored)
    assert once_more.calls[Ticket("t2")].rejoined == "t1"


def test_a_customer_whose_pin_was_right_has_the_old_place_by_any_telephone() -> None:
    house = kept(by=(PIN,))
    house.call("t1", identity=BOB, proved="c9")
    house.call("t2", identity=AYSE, proved="c8")
    house.gone("t1")
    house.call("t3", identity="", proved="c9")
    assert (house.group.calls[Ticket("t3")].rejoined, first(house)) == ("t1", "t3")


@pytest.mark.parametrize(
    ("by", "after"),
    [
        ((PIN,), {"identity": BOB, "attested": True}),
        ((PIN,), {"identity": BOB, "attested": True, "proved": "c8"}),
        ((ATTESTED,), {"proved": "c9"}),
        ((ATTESTED, PIN), {"identity": BOB, "proved": ""}),
    ],
    ids=["number alone", "another customer", "no PIN wanted", "neither"],
)
def test_a_queue_takes_no_other_proof_than_it_wants(
    by: tuple[str, ...], after: dict[str, Any]
) -> None:
    house = kept(by=by)
    house.call("t1", identity=BOB, attested=True, proved="c9")
    house.gone("t1")
    house.call("t2", **after)
    assert house.group.calls[Ticket("t2")].rejoined == ""


def test_a_place_that_was_given_back_by_number_is_not_given_again_by_pin() -> None:
    house = kept(by=(ATTESTED, PIN))
    house.call("t1", identity=BOB, attested=True, proved="c9")
    house.gone("t1")
    house.call("t2", identity=BOB, attested=True)
    assert house.group.calls[Ticket("t2")].rejoined == "t1"
    house.call("t3", identity=AYSE, proved="c9")
    assert house.group.calls[Ticket("t3")].rejoined == ""


def test_a_digest_that_looks_like_a_number_is_nobodys_number() -> None:
    house = kept(by=(ATTESTED, PIN))
    house.call("t1", identity=BOB, attested=True)
    house.gone("t1")
    house.call("t2", proved=BOB)
    assert house.group.calls[Ticket("t2")].rejoined == ""


def test_who_was_cut_off_before_a_restart_has_the_old_place_again() -> None:
    house = kept()
    store = Kept(house)
    house.call("t1", identity=BOB, attested=True)
    house.wait(30)
    house.call("t2", identity=AYSE, attested=True)
    house.gone("t1")
    store.restart()
    house.wait(60)
    house.call("t3", identity=BOB, attested=True)
    assert first(house) == "t3"
    call = house.group.calls[Ticket("t3")]
    assert (call.rejoined, house.at - call.enqueued_at) == ("t1", 90 * SECOND)


@pytest.mark.parametrize(("later_s", "rejoined"), [(600, "t1"), (600.001, "")])
def test_a_restart_makes_the_grace_neither_longer_nor_shorter(
    later_s: float, rejoined: str
) -> None:
    house = kept(10)
    store = Kept(house)
    house.call("t1", identity=BOB, attested=True)
    house.gone("t1")
    house.wait(300)
    house.call("t2")
    store.restart()
    house.wait(later_s - 300)
    house.call("t3", identity=BOB, attested=True)
    assert house.group.calls[Ticket("t3")].rejoined == rejoined


@pytest.mark.parametrize("answered", [False, True])
def test_a_place_that_was_given_back_is_not_given_again_after_a_restart(answered: bool) -> None:
    house = kept()
    store = Kept(house)
    house.call("t1", identity=BOB, attested=True)
    house.gone("t1")
    house.call("t2", identity=BOB, attested=True)
    if answered:
        house.agent("ada", "set_available")
        house.answers("ada")
    store.restart()
    house.call("t3", identity=BOB, attested=True)
    assert house.group.calls[Ticket("t3")].rejoined == ""


def test_who_is_cut_off_twice_goes_on_with_the_second_wait_after_a_restart() -> None:
    house = kept()
    store = Kept(house)
    for ticket in ("t1", "t2"):
        house.call(ticket, identity=BOB, attested=True)
        house.wait(10)
        house.gone(ticket)
    store.restart()
    store.restart()
    house.call("t3", identity=BOB, attested=True)
    call = house.group.calls[Ticket("t3")]
    assert (call.rejoined, house.at - call.enqueued_at) == ("t2", 20 * SECOND)


def test_a_step_that_goes_on_waiting_has_its_place_after_a_restart() -> None:
    house = kept()
    store = Kept(house)
    house.call("t1")
    house.wait(30)
    house.gone("t1", WaitEnd.KEY)
    store.restart()
    house.call("t2", keep_from=Ticket("t1"))
    assert house.at - house.group.calls[Ticket("t2")].enqueued_at == 30 * SECOND


def test_a_customer_is_known_by_his_pin_after_a_restart() -> None:
    house = kept(by=(ATTESTED, PIN))
    store = Kept(house)
    house.call("t1", identity=BOB, proved="c9")
    house.gone("t1")
    store.restart()
    house.call("t2", identity=AYSE, proved="c9")
    assert house.group.calls[Ticket("t2")].rejoined == "t1"


def test_numbers_of_places_are_not_given_twice_after_a_restart() -> None:
    house = kept()
    store = Kept(house)
    house.call("t1", identity=BOB, attested=True)
    house.call("t2")
    house.gone("t1")
    house.gone("t2")
    store.restart()
    house.call("t3")
    assert house.group.calls[Ticket("t3")].seq == 3


def test_rows_of_an_earlier_version_keep_no_place() -> None:
    house = kept()
    store = Kept(house)
    house.call("t1", identity=BOB, attested=True)
    house.gone("t1")
    row = store.rows["waiting", "t1"]
    columns = {name: value for name, value in row.columns.items() if name != "ended_at"}
    store.rows["waiting", "t1"] = Row(kind="waiting", key="t1", columns=columns)
    store.restart()
    assert (house.group.cut_off, house.group.places) == ({}, {})


@pytest.mark.parametrize("seed", range(60, 80))
def test_on_random_days_the_places_are_the_same_after_a_restart(seed: int) -> None:
    """But for steps that were not let in with the place of a wait: nobody has that, it is back."""
    walk = Walk(seed)
    walk.reuses = False
    store = Kept(walk.house)
    for _ in range(250):
        walk.step()
    refused = {
        event.keep_from
        for event in walk.house.events
        if isinstance(event, CallQueued) and store.was_refused(event.ticket)
    }
    before, after = walk.house.group, store.again()
    assert places_of(after, refused) == places_of(before, refused)
    assert cut_off_of(after, refused) == cut_off_of(before, refused)


def places_of(group: Group, without: Container[Ticket | None]) -> dict[str, Place]:
    """Places of waits that are over; those of talks that go on are found by their agents."""
    talks = {agent.place.ticket for agent in group.agents.values() if agent.place is not None}
    others = {*group.calls, *talks}
    return {
        ticket: place
        for ticket, place in group.places.items()
        if ticket not in others and ticket not in without
    }


def cut_off_of(
    group: Group, without: Container[Ticket | None]
) -> dict[tuple[str, str], tuple[Ticket, int]]:
    """Whose place would be given back, were the caller to call now."""
    return {
        mine: (found.ticket, found.at)
        for mine, found in group.cut_off.items()
        if found.ticket in places_of(group, without)
        and group.now - found.at <= group.queues[mine[0]].rule.rejoin_ns
    }


def test_the_decision_record_tells_whose_place_it_was() -> None:
    house = kept()
    house.call("t1", identity=BOB, attested=True)
    house.gone("t1")
    house.call("t2", identity=BOB, attested=True)
    records = [each.record for each in only(house.agent("ada", "set_available"), Decided)]
    assert [(each["ticket"], each["rejoined"]) for each in records] == [("t2", "t1")]


@pytest.mark.unmeasured
def test_no_more_numbers_are_remembered_than_places() -> None:
    house = kept()
    for number in range(MOST_PLACES + 3):
        house.call(f"t{number}", identity=f"+9053{number:08}", attested=True)
        house.gone(f"t{number}")
    assert len(house.group.cut_off) == len(house.group.places) == MOST_PLACES
