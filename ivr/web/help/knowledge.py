"""`/help/kb`: what the house has published for everybody, to read and to search."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.knowledge import ArticleFilter, Use
from ivr.runtime.ports.search import ARTICLE, SearchSight
from ivr.tickets.knowledge import (
    ANNOUNCEMENT,
    DOCUMENT,
    HELPFUL,
    KINDS,
    PUBLISHED,
    SHOWN,
    VISITOR,
)
from ivr.tickets.search import MOST_CHARACTERS, SearchError, parse_query
from ivr.web.auth.csrf import check_public
from ivr.web.help.markup import field as framed
from ivr.web.help.markup import page, text_input
from ivr.web.help.parts import kindly, language_of, too_often
from ivr.web.help.prose import prose
from ivr.web.help.words import said
from ivr.web.rates import Rates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.knowledge import ArticleRow, Knowledge
    from ivr.runtime.ports.search import Search
    from ivr.runtime.ports.tickets import Rules

PER_S, BURST = 2, 60
"""Pages of one address; a whole office may stand behind one."""
COUNTED_S, COUNTED = 1 / 60, 30
"""Readings of one address that are counted, so that machines fill no table."""
A_PAGE = 50


@dataclass(frozen=True, slots=True)
class KnowledgePages:
    """The handlers. source, origins: of a request."""

    knowledge: Knowledge
    search: Search
    rules: Rules
    clock: Clock
    source: Callable[[web.Request], str]
    origins: Callable[[web.Request], Sequence[str]]
    rates: Rates = field(default_factory=lambda: Rates(PER_S, BURST))
    counted: Rates = field(default_factory=lambda: Rates(COUNTED_S, COUNTED))

    def routes(self) -> list[web.RouteDef]:
        """Every page of this module."""
        return [
            web.get("/help/kb", kindly(self.articles)),
            web.get("/help/kb/{slug}", kindly(self.article)),
            web.post("/help/kb/{slug}", kindly(self.helped)),
        ]

    async def articles(self, request: web.Request) -> web.Response:
        """What there is, or what was searched for."""
        language = language_of(request)
        if self._too_often(request):
            return too_often(language)
        typed = request.query.get("q", "").strip()[:MOST_CHARACTERS]
        found = await self._found(typed, language) if typed else await self._all(request, language)
        return page(language, said(language, "kb"), _box(typed, language) + found)

    async def article(self, request: web.Request) -> web.Response:
        """One article, in the asked language or, if it is not there, in another."""
        language = language_of(request)
        if self._too_often(request):
            return too_often(language)
        row = await self._row(request, language)
        await self._count(request, row, SHOWN)
        button = f"<button>{escape(said(language, 'kb_helpful'))}</button>"
        form = f'<form method="post" action="?lang={language}">{button}</form>'
        return page(language, row.title, _whole(row, language) + form)

    async def helped(self, request: web.Request) -> web.Response:
        """Somebody says that an article helped him."""
        language = language_of(request)
        check_public(request, self.origins(request))
        if self._too_often(request):
            return too_often(language)
        row = await self._row(request, language)
        await self._count(request, row, HELPFUL)
        thanks = f'<p role="status">{escape(said(language, "kb_thanks"))}</p>'
        return page(language, row.title, _whole(row, language) + thanks)

    async def _all(self, request: web.Request, language: str) -> str:
        kinds = tuple(each for each in KINDS if each != ANNOUNCEMENT)
        which = ArticleFilter(
            kinds=kinds, states=(PUBLISHED,), locale=language, valid_at=self.clock.now()
        )
        try:
            shown = await self.knowledge.page(
                which, VISITOR, cursor=request.query.get("after", ""), limit=A_PAGE
            )
        except NotValidError:
            raise web.HTTPNotFound from None
        more = ""
        if shown.next:
            link = f"?lang={language}&after={quote(shown.next)}"
            more = f'<p><a href="{escape(link)}">{escape(said(language, "kb_more"))}</a></p>'
        return _list([(row.slug, row.title) for row in shown.rows], language) + more

    async def _found(self, typed: str, language: str) -> str:
        try:
            query = parse_query(typed, self.rules().country)
        except SearchError:
            return _list([], language)
        sight = SearchSight(reader=VISITOR, at=self.clock.now())
        found = await self.search.find(query, (ARTICLE,), sight, limit=A_PAGE)
        rows = [(each.number, each.title) for each in found if each.group == language]
        return _list(rows, language)

    async def _row(self, request: web.Request, language: str) -> ArticleRow:
        slug, now = request.match_info["slug"], self.clock.now()
        for each in (language, ""):
            row = await self.knowledge.published(slug, each, VISITOR, now)
            if row is not None:
                return row
        raise web.HTTPNotFound

    async def _count(self, request: web.Request, row: ArticleRow, kind: str) -> None:
        source, now = self.source(request), self.clock.now()
        if not self.counted.wait_s(source, now.timestamp()):
            await self.knowledge.use(row.id, Use(kind), now)

    def _too_often(self, request: web.Request) -> bool:
        return bool(self.rates.wait_s(self.source(request), self.clock.now().timestamp()))


def _box(typed: str, language: str) -> str:
    """The search box."""
    line = text_input("q", typed, kind="search", more={"maxlength": MOST_CHARACTERS})
    shown = framed("q", said(language, "kb_words"), line)
    lang = f'<input type="hidden" name="lang" value="{language}">'
    find = escape(said(language, "kb_find"))
    inside = f"{lang}{shown}<button>{find}</button>"
    return f'<form method="get" action="/help/kb" role="search">{inside}</form>'


def _list(rows: Sequence[tuple[str, str]], language: str) -> str:
    if not rows:
        return f"<p>{escape(said(language, 'kb_none'))}</p>"
    links = "".join(
        f'<li><a href="/help/kb/{quote(slug)}?lang={language}">{escape(title)}</a></li>'
        for slug, title in rows
    )
    return f"<ul>{links}</ul>"


def _whole(row: ArticleRow, language: str) -> str:
    """An article; its language is told if it is not that of the page."""
    text = prose(row.body or row.ivr_answer)
    at = row.published_at or row.at
    day = f"{said(language, 'kb_changed')}: {at:%d.%m.%Y}"
    kind = ' class="document"' if row.kind == DOCUMENT else ""
    whole = f'<article lang="{escape(row.locale)}"{kind}>{text}</article>'
    return f"{whole}\n<p><small>{escape(day)}</small></p>\n"
