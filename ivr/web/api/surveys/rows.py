"""Invitations and answers one by one: for those who look after surveys, never for agents."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from pydantic import AwareDatetime, Field

from ivr.domain.errors import NotAllowedError
from ivr.reports.written import harmless, lines_text
from ivr.runtime.ports.opinions import Wanted
from ivr.web.api.parts import BASE
from ivr.web.api.reports.asking import (
    LONGEST,
    USUAL,
    Names,
    mistake,
    sees_persons,
    within_of,
)
from ivr.web.api.surveys.shapes import InvitationOut, ResponseOut
from ivr.web.permissions import OWN, Right, demand, may
from ivr.web.typed import Ask, Items, Limit, Query, Reply, Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

    from ivr.web.api.surveys.parts import SurveyParts

T = TypeVar("T")
CSV = "text/csv"
INVITATION, SCORE, COMMENT = "survey_invitation", "survey_score", "survey_comment"
Cursor = Annotated[str, Field(pattern=r"^[0-9]{0,18}\z")]


class RowsAsked(Query):
    """Which rows: of a time `[since, until)`, the last seven days without one; the newest first.

    survey, plan, queue, agent, category (with those below it), medium, state, reason: one of these.
    As text, the header X-Next says where the next page begins.
    """

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    survey: Names = ()
    plan: Names = ()
    queue: Names = ()
    agent: Names = ()
    category: Names = ()
    medium: Names = ()
    state: Names = ()
    reason: Names = ()
    cursor: Cursor = ""
    limit: Limit = 50
    format: Literal["json", "csv"] = "json"


class ResponsesAsked(RowsAsked):
    """comments: only answers with words. order: the newest or the lowest score first, of which
    there is one page only."""

    comments: bool = False
    order: Literal["newest", "lowest"] = "newest"


@dataclass(frozen=True, slots=True)
class SurveyRowRoutes:
    """The routes /invitations and /responses."""

    parts: SurveyParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        one = partial(Route, "GET", media=(CSV,))
        return [
            one(f"{BASE}/invitations", self.invitations, Right(INVITATION, "r")),
            one(f"{BASE}/responses", self.responses, Right(SCORE, "r")),
            one(f"{BASE}/survey-comments", self.comments, Right(COMMENT, "r")),
        ]

    async def invitations(self, ask: Ask, query: RowsAsked) -> Reply[Items[InvitationOut]]:
        """Who was asked and how far it came, or why he was not; not of anonymous plans."""
        page = await self.parts.opinions.invitations(self._wanted(ask, query, INVITATION))
        items = [InvitationOut.model_validate(row) for row in page.rows]
        lines = _lines(list(InvitationOut.model_fields), [asdict(row) for row in page.rows])
        return _reply(Items(items=items, next=page.next or None), query, "invitations", lines)

    async def responses(self, ask: Ask, query: ResponsesAsked) -> Reply[Items[ResponseOut]]:
        """What callers answered, one by one; not of anonymous plans, and not for agents. Comments
        only for those who may read them."""
        found = await self._answers(ask, query, SCORE)
        if may(ask.who, COMMENT, "r") is None:
            found = found.model_copy(update={"items": [_wordless(row) for row in found.items]})
        return _reply(found, query, "responses", _answer_lines(found.items))

    async def comments(self, ask: Ask, query: ResponsesAsked) -> Reply[Items[ResponseOut]]:
        """The same, of those who said something in their own words, written or spoken."""
        asked = query.model_copy(update={"comments": True})
        found = await self._answers(ask, asked, COMMENT)
        return _reply(found, query, "comments", _answer_lines(found.items))

    async def _answers(self, ask: Ask, query: ResponsesAsked, resource: str) -> Items[ResponseOut]:
        wanted = self._wanted(ask, query, resource)
        page = await self.parts.opinions.responses(wanted)
        items = [ResponseOut.model_validate(row) for row in page.rows]
        return Items(items=items, next=page.next or None)

    def _wanted(self, ask: Ask, query: RowsAsked, resource: str) -> Wanted:
        """Raises InvalidError, NotAllowedError."""
        scope = demand(ask.who, resource, "r")
        if scope == OWN or (query.agent and not sees_persons(ask.who)):
            raise NotAllowedError("single answers are not for you to see; ask for a report")
        until = query.until or self.parts.api.clock.now()
        since = query.since or until - USUAL
        if not since < until <= since + LONGEST:
            raise mistake("since", "a time begins before it ends, and is no longer than 400 days")
        answers = query if isinstance(query, ResponsesAsked) else ResponsesAsked()
        return Wanted(
            since,
            until,
            surveys=query.survey,
            plans=query.plan,
            states=query.state,
            reasons=query.reason,
            queues=query.queue,
            agents=query.agent,
            categories=query.category,
            media=query.medium,
            within=within_of(self.parts.api, self.parts.rules, ask.who, scope),
            comments=answers.comments,
            lowest=answers.order == "lowest",
            cursor=query.cursor,
            limit=query.limit,
        )


def _wordless(row: ResponseOut) -> ResponseOut:
    """Without what the caller said in his own words."""
    silent = {"text": "", "spoken": None}
    answers = tuple(each.model_copy(update=silent) for each in row.answers)
    return row.model_copy(update={"answers": answers})


def _answer_lines(rows: Sequence[ResponseOut]) -> list[list[str]]:
    """A line for each answer, what is of the response beside it."""
    heads = [name for name in ResponseOut.model_fields if name != "answers"]
    names = ["question", "value", "text"]
    found = [
        {
            **row.model_dump(exclude={"answers"}),
            **answer.model_dump(include=set(names)),
            "recording": answer.spoken.id if answer.spoken else "",
        }
        for row in rows
        for answer in row.answers
    ]
    return _lines([*heads, *names, "recording"], found)


def _lines(names: Sequence[str], rows: Sequence[dict[str, object]]) -> list[list[str]]:
    return [list(names), *([_cell(row[name]) for name in names] for row in rows)]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else harmless(str(value)) if isinstance(value, str) else str(value)


def _reply(found: Items[T], query: RowsAsked, name: str, lines: list[list[str]]) -> Reply[Items[T]]:
    if query.format == "json":
        return Reply(found)
    further = {"X-Next": found.next} if found.next else {}
    return Reply(found, headers=further, dress=partial(as_csv, name, lines))


def as_csv(name: str, lines: list[list[str]], response: web.StreamResponse) -> None:
    """The same as text."""
    response.content_type = CSV
    response.charset = "utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.body = lines_text(lines).encode()  # type: ignore[attr-defined]
