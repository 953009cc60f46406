"""`/status`: how a request stands, for who knows its number and one thing besides.

An unknown number and a wrong second thing are answered with the same words.
"""

from __future__ import annotations

import hashlib
from html import escape
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.flow.prompts import Voice
from ivr.media.say import When, write
from ivr.tickets.numbering import shown
from ivr.web.files.receiving import read_form
from ivr.web.help.markup import alert, field, hidden, page, text_input
from ivr.web.help.parts import kindly, language_of, too_often
from ivr.web.help.tokens import COOKIE
from ivr.web.help.words import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value
    from ivr.runtime.ports import FetchResult
    from ivr.web.help.parts import HelpParts

LIMIT_S = 5.0
FORM = "status"
LAST = 4
_MOST = 40


class StatusPage:
    """The handlers."""

    def __init__(self, parts: HelpParts) -> None:
        self._parts = parts

    def routes(self) -> list[web.RouteDef]:
        """Both ways to this page."""
        return [
            web.get("/status", kindly(self.show)),
            web.post("/status", kindly(self.ask)),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """The question."""
        return self._page(request, "", "")

    async def ask(self, request: web.Request) -> web.Response:
        """The answer."""
        language = language_of(request)
        if not self._parts.admit(request):
            return too_often(language)
        values = await read_form(request)
        number = values.get("number", "")[:_MOST]
        cookie = request.cookies.get(COOKIE, "")
        token, now = values.get("token", ""), self._parts.clock.now()
        if self._parts.tokens.read(token, FORM, cookie, now) is None:
            return self._page(request, number, "expired")
        factor = values.get("factor", "")[:_MOST]
        found = await self._parts.status.fetch(
            self._asked(request, number, factor, language), LIMIT_S
        )
        if found.result == "found":
            return page(language, said(language, "status"), self._told(found, language))
        return self._page(request, number, _reason(found))

    def _asked(
        self, request: web.Request, number: str, factor: str, language: str
    ) -> dict[str, Value]:
        """Four digits are the end of a customer number, anything else a telephone number. Wrong
        answers without one are counted for where they come from."""
        digits = "".join(each for each in number if each.isdigit() and each.isascii())
        plain = factor.strip()
        if len(plain) == LAST and plain.isdigit() and plain.isascii():
            source = hashlib.sha256(self._parts.source(request).encode()).hexdigest()[:16]
            return {
                "number": digits,
                "last4": plain,
                "phone": f"web-{source}",
                "language": language,
            }
        return {"number": digits, "phone": plain or "web", "language": language}

    def _told(self, found: FetchResult, language: str) -> str:
        rules = self._parts.rules()
        voice = Voice(language, self._parts.clock.now(), rules.zone, rules.country)
        values = found.record
        rows = [(said(language, "number"), shown(str(values["number"])))]
        rows += [
            (said(language, name), _written(values[name], voice.when, language))
            for name in ("opened", "promised")
            if values.get(name) is not None
        ]
        listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in rows)
        return f"<p><strong>{escape(str(values['label']))}</strong></p><dl>{listed}</dl>"

    def _page(self, request: web.Request, number: str, wrong: str) -> web.Response:
        language, parts = language_of(request), self._parts
        chance = parts.tokens.chance(request.cookies.get(COOKIE, ""))
        token = parts.tokens.make(FORM, chance, parts.clock.now())
        must: Mapping[str, object] = {"required": True, "autocomplete": "off"}
        figures = {**must, "inputmode": "numeric", "maxlength": _MOST}
        body = (
            f"{alert(said(language, wrong)) if wrong else ''}"
            f'<form method="post" action="?lang={language}">{hidden("token", token)}'
            + field("number", said(language, "number"), text_input("number", number, more=figures))
            + field("factor", said(language, "factor"), text_input("factor", "", more=must))
            + f"<button>{escape(said(language, 'ask'))}</button></form>"
        )
        status = 200 if not wrong else 422
        return parts.dress(page(language, said(language, "status"), body, status=status), chance)


def _reason(found: FetchResult) -> str:
    if found.result == "missing":
        return "not_found"
    return found.reason if found.reason in {"locked", "not_announced"} else "away"


def _written(value: Value, when: When, language: str) -> str:
    return write(language, "datetime", "", value, when)
