"""The settings of screen pops, as plain data: what is looked up, how callers are recognised."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from ivr.config.outside.pop_page import wrong_page
from ivr.cti.matching import DEFAULT_RULES, MatchRule
from ivr.domain.queue import PIN_OK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value
    from ivr.flow.world import SourceShape

RESERVED = {
    "callback_token": "callback_token",
    "ticket": "ticket_number",
    "ticket_number": "ticket_number",
}
"""Variables of a pop that are no entered id: name -> what a record found by them is found by."""


@dataclass(frozen=True, slots=True)
class PopLookup:
    """One source that is asked for each caller.

    takes: input -> where it comes from: `ani` (E.164), `last9`, `dnis`, or a variable of the pop.
    by: what a record is found by. kind: of records, `ticket` for tickets. id, phone, shared: fields
    of the answer; phone (a text or a list) is compared with the caller's number. shown: fields the
    agent sees, None = all others. sensitive: those he sees only when the caller's identity is sure.
    """

    source: str
    takes: Mapping[str, str] = field(default_factory=lambda: {"phone": "ani"})
    by: str = "ani"
    kind: str = "customer"
    id: str = "id"
    phone: str = ""
    shared: str = ""
    shown: tuple[str, ...] | None = None
    sensitive: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PopRules:
    """How callers are recognised. country: two letters, for numbers without a country code.

    last_contacts: whether earlier calls of the number are shown. own: what our own store is asked
    (`contacts`, `tickets`); own_sensitive: fields of its records, by kind, as `sensitive` of a
    lookup. verified, pin: the variables of a
    pop that say an entered id was confirmed (level 3) or a PIN was right (level 4). shared: numbers
    that several people use. hidden: payload fields agents do not see. late_s: how long an answer
    is waited for in all; after deadline_s the decision is made without it. url: a page that the
    desk opens, with {record} and the like; {ani} only if url_personal. attested: trunks whose
    operator vouches for the numbers it shows.
    """

    country: str
    lookups: tuple[PopLookup, ...] = ()
    last_contacts: bool = True
    rules: tuple[MatchRule, ...] = DEFAULT_RULES
    unknown: str = "draft"
    deadline_s: float = 0.8
    late_s: float = 5.0
    hold_s: float = 0.3
    expires_s: float = 4 * 3600.0
    verified: str = "verified"
    pin: str = PIN_OK
    shared: frozenset[str] = frozenset()
    hidden: tuple[str, ...] = ()
    url: str = ""
    url_personal: bool = False
    attested: frozenset[str] = frozenset()
    own: tuple[str, ...] = ()
    own_sensitive: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises ValueError for a URL that cannot be filled in."""
        wrong = wrong_page(self.url, personal=self.url_personal) if self.url else ""
        if wrong:
            raise ValueError(wrong)

    def proven(self, shown: Mapping[str, Value]) -> int:
        """How sure an entered id is, 1 to 4. shown: the variables of the pop."""
        if shown.get(self.pin) is True:
            return 4
        return 3 if shown.get(self.verified) is True else 1

    def sensitive(self, kind: str) -> frozenset[str]:
        """The fields of records of a kind that wait until it is sure who calls."""
        mine = [lookup for lookup in self.lookups if lookup.kind == kind]
        named = [name for lookup in mine for name in lookup.sensitive]
        return frozenset((*named, *self.own_sensitive.get(kind, ())))


def lookup_of(name: str, shape: SourceShape) -> PopLookup:
    """How a source is asked when the configuration names nothing but the source.

    An input of type `phone` gets the caller's number; `last9` and `dnis` get theirs; every other
    input is filled from the pop variable of its name. A field `phone` is compared with the number.
    """
    takes = {input_: _origin(input_, kind.name) for input_, kind in shape.takes.items()}
    variables = [origin for origin in takes.values() if origin not in ("ani", "last9", "dnis")]
    by = next((RESERVED[one] for one in variables if one in RESERVED), "")
    by = by or ("entered_id" if variables else "ani_last9" if "last9" in takes.values() else "ani")
    return PopLookup(
        source=name,
        takes=takes,
        by=by,
        kind="ticket" if by == "ticket_number" else "customer",
        phone="phone" if "phone" in shape.gives else "",
        shared="shared" if "shared" in shape.gives else "",
    )


def fill_url(template: str, values: Mapping[str, str]) -> str:
    """The address with its places filled in, each as one encoded piece; "" if one has no value."""
    places = [name for _, name, _, _ in string.Formatter().parse(template) if name]
    if not all(values.get(name) for name in places):
        return ""
    return template.format(**{name: quote(values[name], safe="") for name in places})


def _origin(input_: str, kind: str) -> str:
    if kind == "phone" or input_ in ("ani", "phone"):
        return "ani"
    return input_
