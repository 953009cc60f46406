"""Stored rows, and a group made of them again; see also test_group.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.acd.group import Group, decide, restore
from ivr.acd.settings import SECOND, Sticky
from ivr.acd.words import CallQueued, Offered, Row, Tick
from ivr.domain.agent import Reach
from ivr.domain.call import CallId
from ivr.domain.queue import Ticket
from tests.acd.house import House, card, only, queue, wanted

if TYPE_CHECKING:
    from collections.abc import Iterable

ADA, BOB = card("ada", 1), card("bob", 2)


def rows_of(*outs: Iterable[object]) -> list[Row]:
    """The last row of each thing, live ones only."""
    last = {(row.kind, row.key): row for out in outs for row in only(out, Row)}
    return [row for row in last.values() if row.columns.get("live", True)]


def test_one_offer_writes_all_that_it_changes_once() -> None:
    house = House(queue(), agents=[ADA])
    house.call("t1")
    kinds = sorted(row.kind for row in only(house.out, Row))
    assert kinds == ["agent_state", "offer", "ring_group", "waiting"]


def test_a_live_offer_goes_on_after_a_restart_and_ends_by_its_deadline() -> None:
    """R22."""
    house = House(queue(), agents=[ADA])
    login = house.agent("ada", "set_break", reason="break") + house.agent("ada", "set_available")
    stored = rows_of(login, house.call("t1"))
    offer = house.offer_of("ada")
    again = Group("g", 2)
    restore(again, house.rules, house.cards, stored)
    assert list(again.offers) == [offer]
    turn = CallQueued(
        at=house.at, ticket=Ticket("t1"), call=CallId("c-t1"), turn=8, queue="q", reach=Reach.SIP
    )
    assert [(each.offer, each.turn) for each in only(decide(again, turn), Offered)] == [(offer, 8)]
    decide(again, Tick(at=house.at + 4 * SECOND))
    assert list(again.offers) == []
    out = decide(again, Tick(at=house.at + 14 * SECOND))
    assert [each.offer for each in only(out, Offered)] == ["o-2-1"]


def test_who_is_wanted_is_known_after_a_restart_also_from_rows_of_older_versions() -> None:
    house = House(queue(sticky=Sticky(("ticket_owner", "last_agent"))), agents=[ADA, BOB])
    login = house.agent("ada", "set_break", reason="break") + house.agent("ada", "set_available")
    house.call("t0")
    house.answers("ada")
    rows = rows_of(login, house.call("t1", wanted=wanted("ada", source="ticket_owner")))
    older = [changed_row(row, wanted=["ada"]) for row in rows]
    for stored, source in ((rows, "ticket_owner"), (older, "last_agent")):
        again = Group("g", 2)
        restore(again, house.rules, house.cards, stored)
        call = again.calls[Ticket("t1")]
        assert (call.wanted, call.kept_by) == (wanted("ada", source=source), source)


def changed_row(row: Row, **columns: object) -> Row:
    """The row of a caller with other columns; others as they are."""
    return row._replace(columns={**row.columns, **columns}) if row.kind == "waiting" else row


def test_an_offer_without_its_agent_puts_the_caller_back() -> None:
    house = House(queue(), agents=[ADA, BOB])
    login = house.agent("bob", "set_break", reason="break") + house.agent("bob", "set_available")
    stored = rows_of(login, house.call("t1"))
    again = Group("g", 2)
    restore(again, house.rules, (BOB,), stored)
    out = decide(again, Tick(at=house.at))
    assert [(each.agent, each.ticket) for each in only(out, Offered)] == [("bob", "t1")]


def test_an_agent_without_an_offer_is_free_again() -> None:
    house = House(queue(), agents=[ADA])
    stored = [row for row in rows_of(house.call("t1")) if row.kind == "agent_state"]
    again = Group("g", 2)
    restore(again, house.rules, house.cards, stored)
    assert again.agents[ADA.agent].state == "available"


def test_the_place_of_a_talking_caller_outlives_a_restart() -> None:
    house = House(queue(), agents=[ADA])
    house.call("t1")
    at = house.at
    house.wait(1)
    stored = rows_of(house.answers("ada"))
    again = Group("g", 2)
    restore(again, house.rules, house.cards, stored)
    later = CallQueued(
        at=house.at + 60 * SECOND,
        ticket=Ticket("t2"),
        call=CallId("c-t1"),
        turn=9,
        queue="q",
        reach=Reach.SIP,
        keep_from=Ticket("t1"),
    )
    decide(again, later)
    assert again.calls[Ticket("t2")].enqueued_at == at


def test_rows_of_queues_and_agents_that_are_gone_are_left_out() -> None:
    house = House(queue(), agents=[ADA])
    stored = rows_of(house.call("t1"))
    again = Group("g", 2)
    restore(again, House(queue("other")).rules, (), stored)
    assert (again.calls, again.agents, again.offers) == ({}, {}, {})
