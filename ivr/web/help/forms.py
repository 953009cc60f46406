"""`/help` and `/form/{code}`: customers write to us, about what the house has opened for that."""

from __future__ import annotations

import logging
from html import escape
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.domain.errors import RequestError
from ivr.runtime.ports.ticket_rows import Act
from ivr.tickets.numbering import shown
from ivr.web.files.receiving import received
from ivr.web.help.filled import MOST_MESSAGE, MOST_NAME, OWN, item_of, read
from ivr.web.help.markup import (
    alert,
    aria,
    choice,
    field,
    files_field,
    hidden,
    page,
    text_area,
    text_input,
)
from ivr.web.help.parts import kindly, language_of, too_often
from ivr.web.help.tokens import COOKIE
from ivr.web.help.words import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.tickets.catalogue.model import Category
    from ivr.tickets.forms import FormField
    from ivr.web.files.receiving import Sent, Taking
    from ivr.web.help.filled import Filled
    from ivr.web.help.parts import HelpParts

_LOG = logging.getLogger(__name__)
TRAP = "website"
"""A field that people do not see and machines fill in."""
BY = "web"
_KINDS = {"date": "date", "phone": "tel", "email": "email"}
_FIGURES = {"digits": "numeric", "integer": "numeric", "number": "decimal", "money": "decimal"}
_LONG = 300
"""Characters from which on a text gets several lines."""


class FormPages:
    """The handlers."""

    def __init__(self, parts: HelpParts) -> None:
        self._parts = parts

    def routes(self) -> list[web.RouteDef]:
        """Every page of this module."""
        return [
            web.get("/help", kindly(self.help)),
            web.get("/form/{code}", kindly(self.show)),
            web.post("/form/{code}", kindly(self.send)),
        ]

    async def help(self, request: web.Request) -> web.Response:
        """Where to go."""
        language = language_of(request)
        rows = "".join(
            f'<li><a href="/form/{escape(each.code)}?lang={language}">'
            f"{escape(_label(each, language))}</a></li>"
            for each in self._categories()
        )
        forms = f"<h2>{escape(said(language, 'forms'))}</h2><ul>{rows}</ul>" if rows else ""
        ask = f'<p><a href="/status?lang={language}">{escape(said(language, "status"))}</a></p>'
        known = f'<p><a href="/help/kb?lang={language}">{escape(said(language, "kb"))}</a></p>'
        return page(language, said(language, "help"), known + forms + ask)

    async def show(self, request: web.Request) -> web.Response:
        """An empty form."""
        category = self._category(request)
        return self._form(request, category, {}, {})

    async def send(self, request: web.Request) -> web.Response:
        """A form that was filled in."""
        category, language = self._category(request), language_of(request)
        if not self._parts.admit(request):
            return too_often(language)
        async with received(request, self._parts.taking) as sent:
            if sent.values.get(TRAP):
                return _thanks(language)
            single = self._single(request, category, sent)
            if single is None:
                return self._form(request, category, sent.values, {"": "expired"})
            return await self._sent(request, category, sent, f"web:{single}")

    async def _sent(
        self, request: web.Request, category: Category, sent: Sent, key: str
    ) -> web.Response:
        """What somebody has sent from a form that we showed him. key: of this showing."""
        language = language_of(request)
        known = await self._parts.intake.known(key)
        if known is not None:
            return _thanks(language, known.ticket)
        filled = read(category, sent.values, language, self._parts.rules().country)
        mistakes = dict(filled.mistakes) | ({"files": "file_kind"} if sent.refused else {})
        if mistakes:
            return self._form(request, category, sent.values, {"": "mistakes", **mistakes})
        if not self._parts.may_send(request):
            return too_often(language)
        return _thanks(language, await self._take(filled, key, sent))

    async def _take(self, filled: Filled, key: str, sent: Sent) -> str:
        """Keep it; the number of the ticket if he is to be called back, "" otherwise."""
        now = self._parts.clock.now()
        item = item_of(filled, key, now, sent.take())
        accepted = await self._parts.intake.accept(item, Act(BY, now))
        sent.taken = accepted.fresh
        if not filled.wants_call or self._parts.call_back is None:
            return ""
        try:
            return await self._parts.call_back(accepted.item.id, filled.phone, filled.language)
        except RequestError as error:  # such as: an agent has the item already, and sees the wish
            _LOG.warning("callback_not_promised", extra={"facts": {"why": str(error)}})
            return ""

    def _single(self, request: web.Request, category: Category, sent: Sent) -> str | None:
        token, cookie = sent.values.get("token", ""), request.cookies.get(COOKIE, "")
        now = self._parts.clock.now()
        return self._parts.tokens.read(token, category.path, cookie, now)

    def _categories(self) -> list[Category]:
        catalogue = self._parts.rules().catalogue
        found = (catalogue.category(each) for each in self._parts.forms)
        return [each for each in found if each is not None and each.active]

    def _category(self, request: web.Request) -> Category:
        code = request.match_info["code"]
        for each in self._categories():
            if code in {each.code, each.path}:
                return each
        raise web.HTTPNotFound

    def _form(
        self,
        request: web.Request,
        category: Category,
        written: Mapping[str, str],
        mistakes: Mapping[str, str],
    ) -> web.Response:
        """The form with what was written and what is wrong with it; "" is about all of it."""
        language, parts = language_of(request), self._parts
        chance = parts.tokens.chance(request.cookies.get(COOKIE, ""))
        token = parts.tokens.make(category.path, chance, parts.clock.now())
        drawing = _Drawing(language, written, mistakes, parts.taking)
        body = (
            f"{alert(said(language, mistakes[''])) if mistakes else ''}"
            f'<form method="post" action="?lang={language}" enctype="multipart/form-data">'
            f"{hidden('token', token)}<p>{escape(said(language, 'reach'))}</p>"
            f"{''.join(drawing.fields(category))}"
            f"{drawing.callback() if parts.call_back else ''}{drawing.trap()}"
            f"<p><button>{escape(said(language, 'send'))}</button></p></form>"
        )
        status = 422 if mistakes else 200
        made = page(language, _label(category, language), body, status=status)
        return parts.dress(made, chance)


class _Drawing:
    """Draws the fields of one form."""

    def __init__(
        self,
        language: str,
        written: Mapping[str, str],
        mistakes: Mapping[str, str],
        taking: Taking,
    ) -> None:
        self._taking = taking
        self._language = language
        self._written = written
        self._mistakes = mistakes

    def fields(self, category: Category) -> Iterator[str]:
        """All of them, in order."""
        yield self._line("name", {"autocomplete": "name", "maxlength": MOST_NAME})
        yield self._line("email", {"autocomplete": "email"}, "email")
        yield self._line("phone", {"autocomplete": "tel"}, "tel")
        for each in category.form.fields.values():
            yield self._own(each)
        needed, wrong = not category.form.fields, "message" in self._mistakes
        area = text_area("message", self._value("message"), most=MOST_MESSAGE, wrong=wrong)
        yield self._framed("message", said(self._language, "message"), area, needed=needed)
        bad = self._mistakes.get("files", "")
        yield files_field(self._language, self._taking, bad, optional=True)

    def callback(self) -> str:
        """Whether he wants to be called back."""
        wants = self._value("callback") == "yes"
        box = text_input("callback", "yes", kind="checkbox", more={"checked": wants or None})
        words = escape(said(self._language, "callback"))
        return f'<p><label class="tick">{box} {words}</label></p>'

    def trap(self) -> str:
        """The field that only machines see."""
        hints = {"tabindex": -1, "autocomplete": "off"}
        control = text_input(TRAP, "", more=hints)
        shown = field(TRAP, said(self._language, "leave"), control)
        return f'<div class="away" aria-hidden="true">{shown}</div>'

    def _line(self, name: str, more: Mapping[str, object], kind: str = "text") -> str:
        given = {**more, **aria(name, wrong=name in self._mistakes)}
        control = text_input(name, self._value(name), kind=kind, more=given)
        return self._framed(name, said(self._language, name), control)

    def _own(self, each: FormField) -> str:
        """A field of the category."""
        name = f"{OWN}{each.name}"
        more = {"required": each.required or None, **aria(name, wrong=name in self._mistakes)}
        options = self._options(each)
        if options:
            control = choice(name, options, self._value(name), more)
        elif each.type == "text" and each.most > _LONG:
            control = text_area(name, self._value(name), most=each.most, required=each.required)
        else:
            more |= {"inputmode": _FIGURES.get(each.type), "maxlength": _most(each)}
            kind = _KINDS.get(each.type, "text")
            control = text_input(name, self._value(name), kind=kind, more=more)
        return self._framed(name, each.label(self._language), control, needed=each.required)

    def _options(self, each: FormField) -> list[tuple[str, str]]:
        if each.type == "boolean":
            found = [(value, said(self._language, value)) for value in ("true", "false")]
        else:
            found = [
                (value, labels.get(self._language) or next(iter(labels.values()), value))
                for value, labels in each.choices.items()
            ]
        return [("", said(self._language, "choose")), *found] if found else []

    def _framed(self, name: str, label: str, control: str, *, needed: bool = False) -> str:
        code = self._mistakes.get(name, "")
        optional = "" if needed else said(self._language, "optional")
        mistake = said(self._language, code) if code else ""
        return field(name, label, control, mistake=mistake, optional=optional)

    def _value(self, name: str) -> str:
        return self._written.get(name, "")


def _most(each: FormField) -> int | None:
    if each.type == "digits":
        return each.length[1] * 2  # people write blanks between
    return each.most if each.type == "text" else None


def _label(category: Category, language: str) -> str:
    return category.labels.get(language) or next(iter(category.labels.values()), category.path)


def _thanks(language: str, number: str = "") -> web.Response:
    """It has arrived. number: of the ticket, for who will be called back."""
    if number:
        words = f"{escape(said(language, 'will_call'))} <strong>{shown(number)}</strong>"
    else:
        words = escape(said(language, "received"))
    return page(language, said(language, "thanks"), f"<p>{words}</p>")
