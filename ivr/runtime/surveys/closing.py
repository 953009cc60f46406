"""The closed loop: a low score becomes one ticket for a person who calls back, and others hear.

A ticket stands under the key of its response, so that a server killed on the way opens no second
one. The agent who was rated never gets it by this. Source: surveys.md section 7.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ivr.domain.errors import RequestError
from ivr.runtime.ports.asking.responses import News
from ivr.runtime.ports.tickets import (
    CUSTOMER,
    MESSAGE,
    SURVEY_ORIGIN,
    Act,
    NewArticle,
    NewTicket,
)
from ivr.runtime.surveys.book import SurveyBook
from ivr.runtime.tasks import Bell, look_again
from ivr.surveys.invitations import State
from ivr.surveys.low_scores import calls_for_follow_up, raised, subject, told
from ivr.tickets.sla.facts import PRIORITIES
from ivr.tickets.states import UNDER_WAY

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.asking.responses import Finished, Responses
    from ivr.runtime.ports.tickets import Rules, TicketRow, Tickets
    from ivr.surveys.model import LowTicket, Survey

ANSWERED, LOW_SCORE = "survey.answered", "survey.low_score"
BY = "server"
CALLBACK = "callback"
LOOK = timedelta(seconds=10)
"""What ends here rings the bell; this finds what another server wrote, or a crash has left."""
MOST = 100
_NORMAL = 2
_LOG = logging.getLogger(__name__)
Tell = Callable[[Sequence[str], str, Mapping[str, Any]], Awaitable[None]]
"""Tells people on their pages: recipients of the plan (`lead`, a role), team, what."""


@dataclass(frozen=True, slots=True)
class Loop:
    """What it stands on. team_of: the team of a queue, "" = none."""

    responses: Responses
    tickets: Tickets
    rules: Rules
    clock: Clock
    team_of: Callable[[str], str]
    tell: Tell


class ClosedLoop:
    """Looks at each response once, when it is over; at those of anonymous plans not at all."""

    def __init__(self, loop: Loop) -> None:
        self._it = loop
        self._book = SurveyBook()
        self.bell = Bell()

    async def run(self) -> None:
        """For ever. A store that fails is asked again at the next look."""
        pause = self.bell.every(self._it.clock, LOOK)
        await look_again(self.look, pause, "responses_wait_for_store", MOST)

    async def look(self) -> int:
        """Look at what is over now; how many there were."""
        found = await self._it.responses.unjudged(MOST)
        for each in found:
            await self._surely(each)
        return len(found)

    async def _surely(self, response: str) -> None:
        """One whose plan cannot be read any more must not hold up the others."""
        try:
            await self._judge(response)
        except (ValueError, KeyError) as error:
            facts = {"response": response, "why": str(error)}
            _LOG.error("response_not_judged", extra={"facts": facts})
            await self._it.responses.judged(response, (), self._it.clock.now())

    async def _judge(self, response: str) -> None:
        it = await self._it.responses.get(response)
        now = self._it.clock.now()
        if it is None:
            await self._it.responses.judged(response, (), now)
            return
        if it.anonymous:  # who hears of it now knows who has just called
            await self._it.responses.judged(response, (), now)
            return
        survey, plan = self._book.of(it.invited)
        said = [each.text for each in it.answers if each.text]
        facts, language = it.invited.facts, it.invited.locale
        low = calls_for_follow_up(plan.low, it.given, said, facts, language)
        news = [News(ANSWERED, _outline(it))]
        ticket: TicketRow | None = None
        if low and plan.low is not None:
            ticket = await self._follow_up(it, survey, plan.low.ticket)
            number = ticket.number if ticket is not None else ""
            news.append(News(LOW_SCORE, {**_outline(it), "ticket": number}))
        fresh = await self._it.responses.judged(response, news, now)
        if fresh and plan.low is not None and low:
            team = ticket.team if ticket is not None else self._it.team_of(it.queue)
            shown = {
                "number": ticket.number if ticket is not None else "",
                "category": ticket.category if ticket is not None else "",
                "survey": survey.code,
            }
            await self._it.tell(plan.low.tell, team, shown)

    async def _follow_up(
        self, it: Finished, survey: Survey, wanted: LowTicket | None
    ) -> TicketRow | None:
        """The ticket of this response, new or one that is open already; None = none is wanted."""
        if wanted is None:
            return None
        try:
            if it.follow_up:
                return await self._append(it, survey)
            return await self._open(it, survey, wanted)
        except RequestError as error:
            facts = {"response": it.id, "why": str(error)}
            _LOG.error("follow_up_not_opened", extra={"facts": facts})
            return None

    async def _append(self, it: Finished, survey: Survey) -> TicketRow:
        act = self._act()
        text = told(survey.questions, _lines(it))
        article = NewArticle(
            *(MESSAGE, CUSTOMER, it.invited.value, text, act.at),
            message_id=f"{SURVEY_ORIGIN}{it.id}",
            interaction=it.interaction,
        )
        return (await self._it.tickets.append(it.follow_up, article, act)).ticket

    async def _open(self, it: Finished, survey: Survey, wanted: LowTicket) -> TicketRow:
        act = self._act()
        original = await self._original(it)
        above, before = _beside(original)
        new = NewTicket(
            origin_key=f"{SURVEY_ORIGIN}{it.id}",
            subject=subject(it.invited.locale),
            source=it.medium,
            description=told(survey.questions, _lines(it)),
            category=wanted.category,
            kind=wanted.kind,
            priority=raised(self._usual(wanted.category), wanted.steps_up),
            customer=it.customer,
            pref_medium=it.pref_medium,
            pref_window=it.pref_window,
            team=self._it.team_of(it.queue) if it.queue or original is None else original.team,
            interaction=it.interaction,
            parent=above,
            follows=before,
        )
        ticket = (await self._it.tickets.open(new, act)).ticket
        if it.invited.state is not State.OPTED_OUT:
            await self._promise(ticket, wanted.callback_within_s)
        return ticket

    async def _original(self, it: Finished) -> TicketRow | None:
        """The ticket that he was asked about, or that the contact was about."""
        if it.ticket:
            return await self._it.tickets.get(it.ticket)
        found = await self._it.tickets.of_interaction(it.interaction) if it.interaction else ()
        others = (row for row in found if not row.origin_key.startswith(SURVEY_ORIGIN))
        return next(others, None)

    async def _promise(self, ticket: TicketRow, within_s: float | None) -> None:
        """He is called back, within so much working time; promised once."""
        clocks = await self._it.tickets.clocks(ticket.id)
        if any(each.metric == CALLBACK for each in clocks):
            return
        act = self._act()
        await self._it.tickets.callback_promised(ticket.id, act.at, act)
        if within_s is None:
            return
        because = Act(BY, act.at, "survey plan", supervisor=True)
        for each in await self._it.tickets.clocks(ticket.id):
            if each.metric == CALLBACK and each.target_s != int(within_s):
                target = int(within_s)
                await self._it.tickets.set_target(ticket.id, each.id, target, because)

    def _usual(self, category: str) -> int:
        """The priority of the category."""
        found = self._it.rules().catalogue.category(category) if category else None
        return PRIORITIES.index(found.priority) + 1 if found is not None else _NORMAL

    def _act(self) -> Act:
        return Act(BY, self._it.clock.now())


def _beside(original: TicketRow | None) -> tuple[str, str]:
    """The ticket above the new one, which is the one it is about while that is open, else the one
    before it."""
    if original is None:
        return "", ""
    stands = original.state in UNDER_WAY and not original.parent
    return (original.number, "") if stands else ("", original.number)


def _lines(it: Finished) -> list[tuple[str, str]]:
    """Each answer with the words beside it."""
    return [
        (each.question, " · ".join(filter(None, (_number(each.number), each.text))))
        for each in it.answers
    ]


def _number(number: int | None) -> str:
    return "" if number is None else str(number)


def _outline(it: Finished) -> dict[str, Any]:
    """What other systems hear: no words of the customer."""
    return {
        "response": it.id,
        "plan": it.invited.plan_name,
        "medium": it.medium,
        "completion": it.completion,
        "score": it.score,
        "score_kind": it.score_kind,
        "customer": it.customer,
        "interaction": it.interaction,
    }
