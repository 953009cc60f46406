"""Surveys after tickets, on both databases: each closed ticket asks once, and nobody twice."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ivr.runtime.surveys.after_tickets import AfterTickets, Standing
from ivr.runtime.surveys.closing import ClosedLoop, Loop
from ivr.store.surveys.closed_tickets import SqlClosedTickets
from ivr.store.surveys.responses import SqlResponses
from tests.fakes.fresh_store import open_fresh
from tests.fakes.survey_house import PLAN as AFTER_CALL
from tests.fakes.ticket_house import RULES
from tests.fakes.ticket_house import Desk as Tickets
from tests.fakes.wave_house import NOW, WaveHouse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

FIRST = "Puan? 1 kötü 5 iyi IPTAL"
PLAN = {"when": "post_ticket", "seed": "t", "media": ["sms"], "every": None, "match": None}
ENGINES = ("sqlite", "postgres")
"""Surveys are kept in a database."""


class TicketHouse(WaveHouse):
    """A house that asks after tickets. theirs: number of the customer whose tickets they are."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.desk = Tickets(self.store, at=self.clock.now())
        rows = SqlClosedTickets(self.store.database)
        since = partial(self.waves.since, halted=True)
        self.after = AfterTickets(Standing(rows, self._known, since, self.clock, self.new_id))
        self.loop = ClosedLoop(
            Loop(
                SqlResponses(self.store.database, tuple),
                *(self.desk.tickets, lambda: RULES, self.clock, lambda queue: queue, self._tell),
            )
        )
        self.theirs = ""

    async def _tell(self, *_told: object) -> None:
        """Nobody has a page open."""

    async def customer(self) -> str:
        """Public id of the customer, who agreed to surveys."""
        self.theirs = self.theirs or await self.person()
        await self.agreed(self.theirs)
        [row] = await self.rows_of("customer")
        return str(row["public_id"])

    async def another_customer(self, **columns: Any) -> str:  # noqa: ANN401
        """Public id of somebody new, who agreed to surveys as well."""
        await self.agreed(await self.person(**columns))
        return str((await self.rows_of("customer"))[-1]["public_id"])

    async def closed(self, **fields: Any) -> str:  # noqa: ANN401 - of a ticket
        """Somebody opens a ticket and closes it; its number."""
        self.desk.at = self.clock.now()
        ticket = await self.desk.open(**{"category": "billing", **fields})
        await self.close(ticket.number)
        return ticket.number

    async def close(self, number: str) -> None:
        """It is solved and closed."""
        self.desk.at = self.clock.now()
        row = await self.desk.tickets.get(number)
        if row.kind == "complaint":
            await self.desk.change(number, category=row.category or "billing")
            await self.desk.change(number, root_cause="own_error")
        await self.desk.change(number, status="resolved", resolution_code="done")
        await self.desk.change(number, status="closed")

    async def step(self, **later: float) -> list[str]:
        """Time passes; the words that went out."""
        await self.look(**later)
        await self.after.look()
        await self.look()
        return await self.deliver()

    async def found(self) -> list[tuple[str, str]]:
        """State and reason of all invitations after tickets."""
        rows = await self.rows_of("survey_invitation")
        return [(row["state"], row["reason"]) for row in rows if row["ticket_id"] is not None]


@pytest.fixture
async def house(address: str) -> AsyncIterator[TicketHouse]:
    store = open_fresh(address, synchronous="NORMAL", create=True)
    yield TicketHouse(store)
    await store.close()


async def test_who_had_a_ticket_is_asked_once_after_it_was_closed(house: TicketHouse) -> None:
    await house.publish(**PLAN)
    who = await house.customer()
    number = await house.closed(customer=who)
    assert await house.step() == [], "not before the delay is over"
    assert await house.step(minutes=6) == [FIRST]
    assert await house.step(minutes=6) == []
    [row] = await house.rows_of("survey_invitation")
    assert (row["value_norm"], row["category"], row["agent"]) == (house.theirs, "billing", "")
    await house.desk.later(minutes=20).change(number, status="open", reason="once more")
    await house.close(number)
    assert await house.step(minutes=6) == [], "closed again, but asked once"
    assert await house.writes("5", house.theirs)
    [response] = await house.rows_of("survey_response")
    assert (response["score"], response["medium"]) == (5, "sms")


async def test_it_asks_about_the_tickets_of_its_match_and_says_why_not_of_others(
    house: TicketHouse,
) -> None:
    await house.publish(**{**PLAN, "match": "ticket.kind == 'fault' and not ticket.follow_up"})
    who = await house.customer()
    await house.closed(customer=who)
    await house.closed(kind="fault")
    await house.closed(kind="fault", customer=who)
    await house.step()
    assert await house.found() == [
        ("suppressed", "not_matching"), ("suppressed", "no_contact_point"), ("scheduled", ""),
    ]  # fmt: skip


async def test_tickets_from_before_the_plan_and_of_long_ago_are_none_of_its(
    house: TicketHouse,
) -> None:
    who = await house.customer()
    await house.closed(customer=who)
    await house.clock.advance(60)
    await house.publish(**PLAN)
    await house.clock.advance(60)
    await house.step()
    assert await house.found() == []
    await house.closed(customer=who)
    await house.clock.advance(timedelta(days=3).total_seconds())
    await house.step()
    assert await house.found() == [], "the server was off for three days"


async def test_whoever_is_worked_for_again_is_not_asked(house: TicketHouse) -> None:
    await house.publish(**PLAN)
    number = await house.closed(customer=await house.customer())
    await house.step()
    await house.desk.later(minutes=1).change(number, status="open", reason="not done")
    assert await house.step(minutes=6) == []
    assert await house.found() == [("suppressed", "not_matching")]


async def test_consent_and_the_gap_hold_after_tickets_too(house: TicketHouse) -> None:
    await house.publish(**PLAN)
    who = await house.customer()
    await house.closed(customer=who)
    await house.step()
    await house.step(minutes=6)
    await house.closed(customer=who)
    await house.step()
    await house.step(minutes=6)
    assert (await house.found())[1] == ("suppressed", "gap")
    await house.agreed(house.theirs, "opt_out")
    await house.closed(customer=who)
    await house.step()
    await house.step(minutes=6)
    assert (await house.found())[2] == ("suppressed", "opted_out")


async def test_tickets_of_a_paused_plan_are_not_asked_about_later_either(
    house: TicketHouse,
) -> None:
    await house.publish(**PLAN)
    scheduled = await house.another_customer()
    await house.closed(customer=scheduled)
    await house.step()
    await house.pauses.halt("support", NOW, halted=True)
    await house.closed(customer=await house.another_customer())
    assert await house.step() == []
    assert await house.step(minutes=6) == []
    assert await house.found() == [("suppressed", "plan_inactive")] * 2
    await house.pauses.halt("support", NOW, halted=False)
    await house.closed(customer=await house.another_customer())
    await house.step()
    assert await house.step(minutes=6) == [FIRST]


async def test_a_quota_asks_about_as_many_tickets_as_answers_are_wanted(
    house: TicketHouse,
) -> None:
    await house.product("modem")
    await house.product("tv")
    await house.publish(**PLAN, quota={"product": {"modem": "1"}})
    for product in ("modem", "modem", "tv"):
        await house.closed(customer=await house.another_customer(), product=product)
    await house.step()
    assert await house.found() == [
        ("scheduled", ""), ("suppressed", "quota_full"), ("scheduled", ""),
    ]  # fmt: skip
    assert await house.step(minutes=6) == [FIRST, FIRST]


async def test_tickets_are_asked_about_by_the_region_of_their_customers(
    house: TicketHouse,
) -> None:
    await house.publish(
        **{**PLAN, "match": "customer.region != 'north'"}, quota={"region": {"west": "1"}}
    )
    for region in ("west", "north", "west", "east"):
        who = await house.another_customer(attrs={"region": region})
        await house.closed(customer=who)
    await house.step()
    assert await house.found() == [
        ("scheduled", ""), ("suppressed", "not_matching"), ("suppressed", "quota_full"),
        ("scheduled", ""),
    ]  # fmt: skip


async def test_after_a_low_score_was_put_right_one_question_asks_whether_it_was(
    house: TicketHouse,
) -> None:
    low = AFTER_CALL["low"]
    await house.publish(**{**PLAN, "match": "ticket.follow_up", "low": low, "expires": "7d"})
    who = await house.customer()
    [key] = [row["id"] for row in await house.rows_of("customer")]
    await house.missed(await house.plan(), house.theirs, customer_id=key)
    await house.look()
    await house.look(minutes=6)
    assert await house.deliver() == [FIRST]
    for words in ("1", "Kötü"):
        await house.writes(words, house.theirs)
    assert await house.loop.look() == 1
    [follow_up] = await house.rows_of("ticket")
    await house.deliver()
    await house.close(follow_up["number"])
    await house.step()
    assert await house.step(minutes=6) == [FIRST], "a minute after the last question, in no gap"
    for words in ("2", "Hala kötü"):
        await house.writes(words, house.theirs)
    assert await house.loop.look() == 1
    tickets = await house.rows_of("ticket")
    assert len(tickets) == 2, "somebody calls back again"
    assert tickets[1]["team"] == tickets[0]["team"] != ""
    [link] = await house.desk.rows("ticket_link")
    assert [link["other_id"], link["ticket_id"]] == [each["id"] for each in tickets]
    await house.deliver()
    await house.close(tickets[1]["number"])
    await house.step()
    assert await house.step(minutes=6) == [], "but nobody asks a third time"
    assert (await house.found())[1] == ("suppressed", "not_matching")
    assert who


async def test_two_looks_at_once_ask_once(house: TicketHouse) -> None:
    await house.publish(**PLAN)
    await house.closed(customer=await house.customer())
    rows = SqlClosedTickets(house.store.database)
    [closed] = await rows.undecided(house.clock.now() - timedelta(days=1), 10)
    await house.after.look()
    assert not await rows.decide(closed, [], house.clock.now(), house.new_id)
    assert len(await house.found()) == 1
