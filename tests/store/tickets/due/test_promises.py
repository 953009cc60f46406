"""Targets set by hand, other policies, and finding what has drifted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from ivr.domain.errors import NotAllowedError, NotFoundError, NotValidError
from ivr.store.tables import sla_clock
from ivr.store.tables import ticket as ticket_table
from ivr.tickets.sla.policies import Policy, Targets
from tests.fakes.ticket_house import CATALOGUE, HOUR, RULES

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk

CLOCK = "sla::resolution:1"


async def test_a_target_set_by_hand_holds_and_is_written_down(desk: Desk) -> None:
    ticket = await desk.open()
    act = desk.act(reason="promised on the phone")
    clocks = await desk.tickets.set_target(ticket.number, CLOCK, 4 * HOUR, act)
    assert [each.target_s for each in clocks if each.id == CLOCK] == [4 * HOUR]
    await desk.change(ticket.number, subject="other")
    assert (await desk.clock(ticket.number, "resolution")).target_s == 4 * HOUR
    assert await desk.ledger(ticket.number, "resolution") == ["start", "retarget hand"]


async def test_counting_again_is_for_supervisors(desk: Desk) -> None:
    ticket = await desk.open()
    set_target = desk.tickets.set_target
    act = desk.act(reason="wrong hours")
    with pytest.raises(NotAllowedError):
        await set_target(ticket.number, CLOCK, HOUR, act, recount=True)
    act = desk.act(reason="wrong hours", supervisor=True)
    await set_target(ticket.number, CLOCK, HOUR, act, recount=True)
    assert (await desk.clock(ticket.number, "resolution")).target_s == HOUR


async def test_what_is_no_target_is_refused(desk: Desk) -> None:
    ticket = await desk.open()
    set_target = desk.tickets.set_target
    with pytest.raises(NotValidError):
        await set_target(ticket.number, CLOCK, HOUR, desk.act())
    with pytest.raises(NotValidError):
        await set_target(ticket.number, CLOCK, 0, desk.act(reason="x"))
    with pytest.raises(NotFoundError):
        await set_target(ticket.number, "sla::update:1", HOUR, desk.act(reason="x"))


async def test_a_new_policy_moves_the_open_clocks_and_no_ended_one(desk: Desk) -> None:
    ticket, closed = await desk.open(category="card"), await desk.open(category="card")
    await desk.change(closed.number, status="resolved")
    before = await desk.tickets.clocks(closed.number)
    shorter = Policy("usual", 2, "sla", None, "branch", {"resolution": Targets(HOUR)})
    desk.rules = replace(RULES, catalogue=replace(CATALOGUE, policies=(shorter,)))
    assert await desk.tickets.review(desk.at) == 1
    assert await desk.tickets.clocks(closed.number) == before
    found = {each.id: (each.state, each.target_s) for each in await desk.tickets.clocks(ticket.id)}
    assert found[CLOCK] == ("running", HOUR)
    assert found["sla::accept:1"][0] == "cancelled"
    assert await desk.tickets.drift() == []


async def test_a_clock_that_is_not_its_ledger_is_found(desk: Desk) -> None:
    ticket, _other = await desk.open(), await desk.open()
    assert await desk.tickets.drift() == []
    first = (await desk.rows("sla_clock"))[0]["id"]
    wrong = update(sla_clock).where(sla_clock.c.id == first).values(target_s=1)
    await desk.store.database.change(lambda it: it.execute(wrong))
    assert await desk.tickets.drift() == [ticket.number]


async def test_a_due_time_that_is_not_that_of_the_first_clock_is_found(desk: Desk) -> None:
    ticket = await desk.open()
    wrong = update(ticket_table).values(due_at=desk.at)
    await desk.store.database.change(lambda it: it.execute(wrong))
    assert await desk.tickets.drift() == [ticket.number]
