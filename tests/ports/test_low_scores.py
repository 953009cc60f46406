"""A low score becomes one ticket for somebody who calls back, on every database, told once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from ivr.runtime.surveys.closing import ClosedLoop, Loop
from ivr.runtime.tasks import Tasks
from ivr.store.outbox_events import Receiver
from ivr.store.surveys.responses import SqlResponses
from tests.fakes.fresh_store import open_fresh
from tests.fakes.survey_house import SurveyHouse
from tests.fakes.ticket_house import RULES
from tests.fakes.ticket_house import Desk as Tickets

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

HOUR = 3600
ENGINES = ("sqlite", "postgres")
"""Surveys are kept in a database."""


class LoopHouse(SurveyHouse):
    """Surveys whose low scores are looked at. leads: what they were told."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.tickets = Tickets(self.store, at=self.clock.now())
        self.leads: list[tuple[Sequence[str], str, Mapping[str, Any]]] = []
        responses = SqlResponses(self.store.database, lambda: [Receiver("hook:crm")])
        self.loop = ClosedLoop(
            Loop(
                responses,
                self.tickets.tickets,
                lambda: RULES,
                self.clock,
                lambda queue: queue,
                self.tell,
            )
        )

    async def tell(self, recipients: Sequence[str], team: str, shown: Mapping[str, Any]) -> None:
        """Somebody's page."""
        self.leads.append((recipients, team, shown))

    async def asked(self, **more: Any) -> str:  # noqa: ANN401 - columns of an invitation
        """Somebody has the first question on his telephone."""
        plan = more.pop("plan", None) or await self.plan()
        invitation = await self.missed(plan, **more)
        await self.look()
        await self.look(minutes=5)
        await self.deliver()
        await self.look()
        return invitation

    async def judge(self) -> list[str]:
        """What is over is looked at; the types of all events about responses."""
        while await self.loop.look():
            pass
        found = await self.rows_of("outbox_event")
        return [row["type"] for row in found if row["aggregate"] == "survey_response"]

    async def follow_ups(self) -> list[dict[str, Any]]:
        """Every ticket."""
        return await self.rows_of("ticket")


@pytest.fixture
async def house(address: str) -> AsyncIterator[LoopHouse]:
    store = open_fresh(address, synchronous="NORMAL", create=True)
    house = LoopHouse(store)
    await house.agreed()
    yield house
    await store.close()


async def test_a_low_score_opens_one_ticket_with_its_own_clock(house: LoopHouse) -> None:
    await house.asked()
    await house.writes("1")
    assert await house.judge() == []
    await house.writes("Çok bekledim")
    assert await house.judge() == ["survey.answered", "survey.low_score"]
    assert await house.judge() == ["survey.answered", "survey.low_score"]
    [ticket] = await house.follow_ups()
    [response] = await house.rows_of("survey_response")
    assert ticket["origin_key"] == f"survey:{response['public_id']}"
    told = ("kind", "priority", "team", "assignee", "source", "description")
    assert [ticket[each] for each in told] == [
        *("complaint", 3, "cards", "", "sms", "csat: 1 / 5\ncomment: Çok bekledim")
    ]
    clock = await house.tickets.clock(ticket["number"], "callback")
    assert (clock.state, clock.target_s) == ("running", 4 * HOUR)
    assert house.leads == [
        (("lead",), "cards", {"number": ticket["number"], "category": "", "survey": "support"})
    ]


async def test_a_good_score_is_told_and_nothing_more(house: LoopHouse) -> None:
    await house.asked()
    await house.writes("5")
    assert await house.judge() == ["survey.answered"]
    assert (await house.follow_ups(), house.leads) == ([], [])


async def test_a_survey_left_halfway_calls_for_it_too(house: LoopHouse) -> None:
    await house.asked()
    await house.writes("2")
    await house.look(hours=24)
    await house.judge()
    assert len(await house.follow_ups()) == 1


async def test_whoever_refused_is_not_called_but_the_lead_sees_it(house: LoopHouse) -> None:
    await house.asked()
    await house.writes("1")
    await house.texting.opted_out(await house.arrived("iptal"))
    assert "survey.low_score" in await house.judge()
    [ticket] = await house.follow_ups()
    assert "callback" not in [
        row.metric for row in await house.tickets.tickets.clocks(ticket["number"])
    ]
    assert len(house.leads) == 1


async def test_a_second_low_score_is_added_to_the_open_follow_up(house: LoopHouse) -> None:
    plan = await house.plan(gap="0s")
    for words in ("1", "Neden mi"), ("2", "Hâlâ kötü"):
        await house.asked(plan=plan)
        for each in words:
            await house.writes(each)
        await house.judge()
        await house.look(days=30)
    [ticket] = await house.follow_ups()
    articles = await house.tickets.tickets.articles(ticket["number"])
    assert [row.body for row in articles] == ["csat: 2 / 5\ncomment: Hâlâ kötü"]
    assert len(house.leads) == 2


async def test_once_it_is_solved_a_low_score_opens_another(house: LoopHouse) -> None:
    plan = await house.plan(gap="0s")
    for words in ("1", "a"), ("1", "b"):
        await house.asked(plan=plan)
        for each in words:
            await house.writes(each)
        await house.judge()
        [*_, ticket] = await house.follow_ups()
        await house.tickets.change(ticket["number"], status="cancelled")
        await house.look(days=30)
    assert len(await house.follow_ups()) == 2


async def test_a_server_killed_after_the_ticket_opens_no_second_one(
    house: LoopHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.asked()
    for words in ("1", "Kötü"):
        await house.writes(words)

    async def killed(*_given: object) -> bool:
        raise RuntimeError

    monkeypatch.setattr(SqlResponses, "judged", killed)
    with pytest.raises(RuntimeError):
        await house.judge()
    monkeypatch.undo()
    assert await house.judge() == ["survey.answered", "survey.low_score"]
    assert len(await house.follow_ups()) == 1


async def test_a_plan_that_cannot_be_read_holds_up_nobody(house: LoopHouse) -> None:
    plan = await house.plan()
    await house.asked(plan=plan)
    await house.writes("5")
    await house.spoil(plan[0])
    assert await house.judge() == []
    assert await house.follow_ups() == []
    [response] = await house.rows_of("survey_response")
    assert response["judged_at"] is not None


async def test_the_follow_up_stands_below_the_ticket_of_the_contact(house: LoopHouse) -> None:
    await house.asked()
    [call] = [row["public_id"] for row in await house.rows_of("interaction")]
    original = await house.tickets.open(subject="Kart gelmedi", interaction=call)
    for words in ("1", "Kötü"):
        await house.writes(words)
    await house.judge()
    [_, ticket] = await house.follow_ups()
    found = await house.tickets.tickets.get(ticket["number"])
    assert (found.parent, found.interaction) == (original.number, call)


async def test_an_anonymous_answer_opens_nothing_and_nobody_is_told_of_it(house: LoopHouse) -> None:
    plan = await house.plan()
    await house.asked(plan=plan)
    await house.add_anonymous(plan[0])  # as it would be if it was given on the line
    for words in ("1", "Kötü"):
        await house.writes(words)
    assert await house.judge() == []
    assert (await house.follow_ups(), house.leads) == ([], [])
    [response] = await house.rows_of("survey_response")
    assert response["judged_at"] is not None, "it can be cut off from the caller"


async def test_what_is_over_is_looked_at_when_the_bell_rings(house: LoopHouse) -> None:
    tasks = Tasks()
    tasks.start(house.loop.run(), "low scores")
    await house.clock.advance(0)
    await house.asked()
    await house.writes("1 kötü")
    await house.writes("Çok bekledim")
    house.loop.bell.ring()
    async with asyncio.timeout(10):
        while not await house.follow_ups():  # no time passes: only the bell has woken it
            await house.clock.advance(0)
    await tasks.close()
