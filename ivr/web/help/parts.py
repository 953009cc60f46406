"""The seams behind the public pages, and what every one of them does first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web

from ivr.domain.errors import StoreError
from ivr.web.auth.csrf import check_public
from ivr.web.bodies import TooLargeError
from ivr.web.help.markup import alert, page
from ivr.web.help.tokens import COOKIE, LIFE_S
from ivr.web.help.words import LANGUAGES, said
from ivr.web.pages import preferred
from ivr.web.rates import Rates

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from aiohttp.typedefs import Handler

    from ivr.runtime.ports import Clock, Source
    from ivr.runtime.ports.intake import Intake
    from ivr.runtime.ports.tickets import Rules
    from ivr.web.files.receiving import Taking
    from ivr.web.help.tokens import FormTokens

HOUR_S = 3600
PER_HOUR = 5
"""Forms of one address in an hour (tickets.md 7)."""
TRIES_PER_HOUR = 40
"""Pages sent by one address in an hour, mistakes and questions after a status included."""
CallBack: TypeAlias = "Callable[[str, str, str], Awaitable[str]]"
"""Item, number to call, language -> number of the ticket that the promise is."""


@dataclass(frozen=True, slots=True)
class HelpParts:
    """What the public pages need. forms: categories that may be written about; source, origins: of
    a request; call_back None: nobody is called back."""

    intake: Intake
    taking: Taking
    status: Source
    rules: Rules
    clock: Clock
    tokens: FormTokens
    source: Callable[[web.Request], str]
    origins: Callable[[web.Request], Sequence[str]]
    secure: bool = False
    forms: tuple[str, ...] = ()
    call_back: CallBack | None = None
    tries: Rates = field(default_factory=lambda: Rates(TRIES_PER_HOUR / HOUR_S, TRIES_PER_HOUR))
    sent: Rates = field(default_factory=lambda: Rates(PER_HOUR / HOUR_S, PER_HOUR))

    def admit(self, request: web.Request) -> bool:
        """Whether this address may send one more page. Raises CrossSiteError."""
        check_public(request, self.origins(request))
        return not self.tries.wait_s(self.source(request), self.clock.now().timestamp())

    def may_send(self, request: web.Request) -> bool:
        """Whether this address may send one more form."""
        return not self.sent.wait_s(self.source(request), self.clock.now().timestamp())

    def dress(self, response: web.Response, chance: str) -> web.Response:
        """With the cookie that ties a form to this browser."""
        response.set_cookie(
            COOKIE, chance, max_age=LIFE_S, httponly=True, samesite="Strict", secure=self.secure
        )
        return response


def language_of(request: web.Request) -> str:
    """The language of a page: as asked for, else as the browser likes."""
    asked = request.query.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return preferred(request.headers.get("Accept-Language", ""), LANGUAGES)


def kindly(handler: Handler) -> Handler:
    """What goes wrong is said in a page, not in JSON."""

    async def serve(request: web.Request) -> web.StreamResponse:
        language = language_of(request)
        try:
            return await handler(request)
        except web.HTTPNotFound:
            words, status = said(language, "no_page"), 404
        except TooLargeError:
            words, status = said(language, "too_large"), 413
        except StoreError:
            words, status = said(language, "away"), 503
        return page(language, said(language, "help"), alert(words), status=status)

    return serve


def too_often(language: str) -> web.Response:
    """The answer to one page too many."""
    response = page(
        language, said(language, "help"), alert(said(language, "too_often")), status=429
    )
    response.headers["Retry-After"] = str(HOUR_S)
    return response
