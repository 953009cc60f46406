"""Clocks that come due: each level once, whatever happens in between."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.ports.tickets import NOTICE, Act, Ticked
from ivr.store import open_store
from ivr.store.tickets.due import ticking
from ivr.tickets.sla.policies import Policy, Rule, Targets
from tests.fakes.ticket_house import CATALOGUE, HOUR, RULES, Desk

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.runtime.ports.tickets import TicketRules
    from ivr.store.tickets.operation import Operation


def rules(*levels: Rule, target_s: int = HOUR) -> TicketRules:
    """One promise around the clock."""
    targets = {"resolution": Targets(target_s)}
    policy = Policy("day", 1, "sla", None, "always", targets, {"resolution": levels})
    return replace(RULES, catalogue=replace(CATALOGUE, policies=(policy,)))


async def _notices(desk: Desk) -> list[tuple[str, str, int]]:
    rows = [row for row in await desk.rows("outbox_message") if row["type"] == NOTICE]
    found = [json.loads(row["payload"]) for row in rows]
    return [(each["to"], each["way"], each["level"]) for each in found]


async def test_a_level_comes_once_with_its_notices(desk: Desk) -> None:
    desk.rules = rules(Rule(75, tell=("assignee",), by=("desk", "email")))
    ticket = await desk.open(assignee="ali")
    due = desk.at + timedelta(minutes=45)
    assert await desk.tickets.next_due() == due
    assert await desk.tickets.tick(due - timedelta(seconds=1)) == Ticked()
    assert await desk.tickets.tick(due) == Ticked(fired=1)
    assert await desk.tickets.tick(due) == Ticked()
    assert await _notices(desk) == [("ali", "desk", 1), ("ali", "email", 1)]
    [fired] = await desk.rows("escalation_fired")
    assert (fired["rule"], fired["n"], fired["outcome"]) == ("day/1", 0, "sent")
    events = [row["type"] for row in await desk.rows("outbox_event")]
    assert events == ["ticket.created", "sla.warned"]
    assert await desk.ledger(ticket.number, "resolution") == ["start", "warn"]
    assert await desk.tickets.drift() == []


async def test_a_breach_is_noted_one_second_after_the_due_moment(desk: Desk) -> None:
    desk.rules = rules()
    ticket = await desk.open()
    due = (await desk.clock(ticket.number, "resolution")).due_at
    assert await desk.tickets.next_due() == due + timedelta(seconds=1)
    assert await desk.tickets.tick(due) == Ticked()
    found = await desk.tickets.tick(due + timedelta(hours=3))
    assert found == Ticked(((ticket.number, "resolution"),))
    assert (await desk.clock(ticket.number, "resolution")).breached_at == due
    assert await desk.tickets.tick(due + timedelta(hours=4)) == Ticked()
    assert await desk.tickets.next_due() is None
    assert [row["type"] for row in await desk.rows("outbox_event")][-1] == "sla.breached"


async def test_after_an_outage_only_the_highest_level_is_told(desk: Desk) -> None:
    levels = (
        Rule(50, tell=("assignee",), by=("desk",)),
        Rule(75, tell=("assignee",), by=("desk",), set={"priority": "high"}),
        Rule(90, tell=("assignee",), by=("email",), set={"severity": "major"}),
    )
    desk.rules = rules(*levels)
    ticket = await desk.open(assignee="ali")
    assert (await desk.tickets.tick(desk.later(minutes=58).at)).fired == 3
    assert await _notices(desk) == [("ali", "email", 3)]
    found = {row["rule"]: row["outcome"] for row in await desk.rows("escalation_fired")}
    assert found == {"day/1": "skipped", "day/2": "skipped", "day/3": "sent"}
    after = await desk.tickets.get(ticket.number)
    assert (after.priority, after.severity) == (3, 2)


async def test_where_nobody_is_the_next_level_comes_at_once(desk: Desk) -> None:
    desk.rules = rules(
        Rule(50, tell=("lead",), by=("desk",)), Rule(100, tell=("role:chief",), by=("sms",))
    )
    await desk.add_person("zeynep", "chief")
    await desk.open(team="billing")
    await desk.tickets.tick(desk.later(minutes=30).at)
    assert await _notices(desk) == [("zeynep", "sms", 2)]
    first, second = await desk.rows("escalation_fired")
    assert (first["outcome"], second["outcome"]) == ("nobody", "sent")
    assert "has no lead" in first["detail"]


async def test_the_lead_of_the_team_and_the_customer_are_told(desk: Desk) -> None:
    desk.rules = rules(Rule(50, tell=("lead", "customer"), by=("desk",)))
    await desk.add_lead("lale", "billing")
    ali = await desk.add_customer("A" * 26)
    await desk.open(team="billing", customer=ali)
    await desk.tickets.tick(desk.later(minutes=30).at)
    assert await _notices(desk) == [("lale", "desk", 1), ("customer", "desk", 1)]


async def test_repeats_come_until_there_were_enough(desk: Desk) -> None:
    desk.rules = rules(Rule(50, tell=("assignee",), by=("call",), repeat_s=600, most=3))
    await desk.open(assignee="ali")
    fired = [(await desk.tickets.tick(desk.later(minutes=10).at)).fired for _ in range(8)]
    assert sum(fired) == 3
    assert [row["n"] for row in await desk.rows("escalation_fired")] == [0, 1, 2]


async def test_a_pause_holds_levels_back(desk: Desk) -> None:
    desk.rules = rules(Rule(75, tell=("assignee",), by=("desk",)))
    ticket = await desk.open(assignee="ali")
    await desk.later(minutes=10).change(ticket.number, status="waiting_customer")
    assert await desk.tickets.next_due() is None
    assert await desk.tickets.tick(desk.later(days=9).at) == Ticked()
    await desk.change(ticket.number, status="open")
    assert await desk.tickets.next_due() == desk.at + timedelta(minutes=35)


async def test_what_a_level_sets_changes_the_promise(desk: Desk) -> None:
    await desk.add_lead("lale", "billing")
    ticket = await desk.open(category="billing", assignee="ali")
    due = (await desk.clock(ticket.number, "resolution")).due_at
    desk.at = due + timedelta(seconds=1)
    await desk.tickets.tick(desk.at)
    after = await desk.tickets.get(ticket.number)
    assert after.priority == 4
    clock = await desk.clock(ticket.number, "resolution")
    assert (clock.policy, clock.target_s) == ("urgent", 4 * HOUR)
    assert await desk.tickets.drift() == []


@pytest.mark.parametrize("when", ["outbox", "set", "late"])
async def test_a_level_fires_once_also_across_a_kill_in_the_middle(
    desk: Desk, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.rules = rules(Rule(75, tell=("assignee",), by=("desk",), set={"priority": "urgent"}))
    ticket = await desk.open(assignee="ali")
    now = desk.later(minutes=50).at
    broken = {"outbox": "_notify", "set": "_set", "late": "refresh"}[when]

    def die(*_args: object) -> None:
        raise StoreError("killed", retryable=True)

    with monkeypatch.context() as patch:
        patch.setattr(ticking, broken, die)
        with pytest.raises(StoreError):
            await desk.tickets.tick(now)
    assert await _notices(desk) == []
    assert await desk.rows("escalation_fired") == []
    await asyncio.gather(*(desk.tickets.tick(now) for _ in range(5)))
    assert await _notices(desk) == [("ali", "desk", 1)]
    assert (await desk.tickets.get(ticket.number)).priority == 4


async def test_of_two_servers_that_look_at_once_one_fires(desk: Desk, address: str) -> None:
    desk.rules = rules(Rule(75, tell=("assignee",), by=("desk",), set={"severity": "major"}))
    for _ in range(3):
        await desk.open(assignee="ali")
    second = open_store(address)
    other = Desk(second, desk.rules)
    now = desk.later(minutes=50).at
    ticked = await asyncio.gather(*(each.tickets.tick(now) for each in (desk, other)))
    await second.close()
    assert sum(each.fired for each in ticked) == 3
    assert await _notices(desk) == [("ali", "desk", 1)] * 3


async def test_a_ticket_that_cannot_be_ticked_stops_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.rules = rules()
    bad, good = await desk.open(), await desk.open()
    before = ticking.tick_ticket
    row = {each["number"]: each["id"] for each in await desk.rows("ticket")}[bad.number]

    def tick(operation: Operation, ticket_id: int) -> Ticked:
        if ticket_id == row:
            raise KeyError("bug")
        return before(operation, ticket_id)

    monkeypatch.setattr(ticking, "tick_ticket", tick)
    found = await desk.tickets.tick(desk.later(hours=2).at)
    assert found.breached == ((good.number, "resolution"),)


async def test_looking_for_what_is_due_walks_an_index(desk: Desk) -> None:
    def plan(connection: Connection) -> str:
        if connection.dialect.name != "sqlite":
            return "ix_sla_clock_next"  # a small table is read whole there
        question = "EXPLAIN QUERY PLAN SELECT min(next_at) FROM sla_clock WHERE next_at <= '2026'"
        return str(list(connection.exec_driver_sql(question)))

    assert "ix_sla_clock_next" in await desk.store.database.read(plan)


async def test_closing_asks_again_before_it_closes(desk: Desk) -> None:
    ticket = await desk.open(category="card")
    await desk.change(ticket.number, status="resolved")
    late = desk.later(days=30).at
    found = await desk.store.database.read(lambda it: ticking.closing(it, late))
    await desk.tickets.reopen(ticket.number, desk.act())
    jobs = desk.tickets._jobs
    [(tenant, row)] = found
    assert await jobs.write(Act("server", late), tenant, lambda it: ticking.close(it, row)) == ""
