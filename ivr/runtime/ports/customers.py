"""The seam of customers: who they are, how they are reached, who is calling, and their card.

Outside the store a customer is known by a public id (ULID, 26 characters) or by the customer
number; every `customer: str` below takes either. One that was merged into another leads to the
survivor. Contact points, assets, products and interactions are known by their public ids too.
Merging is in `merges.py`, products and assets are in `products.py`, both beside this file.

Errors: NotFoundError 404, NotValidError 422 (`value` names what is wrong), StaleVersionError 412,
IllegalTransitionError 409, StoreError.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ivr.tickets.identity.ladder import How

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from ivr.domain.call import CallId
    from ivr.tickets.identity.trust import Arrival, Trust

PAGE = 50
MOST = 200
"""Rows of a page: as a rule, and at most."""
CHANGEABLE = (
    "kind",
    "company",
    "full_name",
    "segment",
    "vip_rank",
    "locale",
    "pref_medium",
    "pref_window",
    "attrs",
)
"""What `Customers.change` takes; `attrs` replaces the whole mapping."""

OWNER = "owner"
"""Which of `attrs` holds the name of the agent who looks after the customer."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something and when. by: a person's name, `call:ID`, `key:NAME` or `system`.

    at: aware. request: id of the request for the audit trail, "" if there is none.
    """

    by: str
    at: datetime
    tenant: int = 1
    request: str = ""


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to be added. number: empty = the next free one. kind: `person` or `company`.

    company: public id or number of the company this person belongs to. vip_rank: 0 = none, the
    higher the more important. pref_window: name of an `hours` entry. attrs: plain JSON.
    """

    full_name: str
    kind: str = "person"
    number: str = ""
    company: str = ""
    segment: str = ""
    vip_rank: int = 0
    locale: str = ""
    pref_medium: str = ""
    pref_window: str = ""
    attrs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as stored. id: public id. company: the company's public id, "" without one.

    asked: what was asked for if that was merged into this one, else "". version: for `change`.
    """

    id: str
    number: str
    kind: str
    full_name: str
    company: str
    segment: str
    vip_rank: int
    locale: str
    pref_medium: str
    pref_window: str
    attrs: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    anonymized_at: datetime | None
    version: int
    asked: str = ""


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A number or address to be added. kind: phone, email or handle. value: as typed.

    origin: how it came to us (code, agent, import, web_form, text); `code` = verified. shared: used
    by several people. network: of a handle that does not name it.
    """

    kind: str
    value: str
    origin: str = "agent"
    label: str = ""
    primary: bool = False
    shared: bool = False
    network: str = ""


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A number or address of a customer. value: as typed. norm: as compared, None = never matched.

    confidence: as stored, at `confirmed_at`; it halves each year (`identity.confidence.effective`).
    verified_how: an origin, see `NewPoint`. ended_at: no longer in use, kept for the record.
    """

    id: str
    customer: str
    kind: str
    value: str
    norm: str | None
    label: str
    primary: bool
    shared: bool
    verified_at: datetime | None
    verified_how: str
    confidence: int
    confirmed_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class PointAdded:
    """What came of a new point. point: as stored; `shared` is set if somebody else has it too.

    merged: public id of the merge it brought about (both verified it), candidate: of the pair that
    a person has to decide on; both "" as a rule.
    """

    point: ContactPoint
    merged: str = ""
    candidate: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be calling, with the evidence for the pop.

    reasons: codes, said: the same in English (`identity.evidence`). score: 0 to 100.
    point: public id of the number that tells so, "" if a number was entered.
    """

    customer: str
    number: str
    full_name: str
    how: How
    score: int
    reasons: tuple[str, ...]
    said: str
    point: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """Who a contact is from. customer, point: public ids, only with `entered` and `exact`."""

    how: How = How.NONE
    score: int = 0
    customer: str = ""
    point: str = ""
    candidates: tuple[Candidate, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the flow may treat the caller as this customer."""
        return bool(self.customer)

    @property
    def asks_number(self) -> bool:
        """Whether the flow shall ask for the customer number: several people use this one."""
        return self.how is How.AMBIGUOUS

    @property
    def perhaps(self) -> bool:
        """Whether the pop says "perhaps"."""
        return self.how in (How.MAYBE, How.SUFFIX)


NOBODY = Match()


@dataclass(frozen=True, slots=True)
class CardAsset:
    """Something the customer owns, as the card shows it."""

    id: str
    product: str
    product_name: str
    serial_no: str
    sold_on: date | None
    warranty_until: date | None


@dataclass(frozen=True, slots=True)
class CardTicket:
    """An open ticket, as the card shows it. id: public id. origin_key: what it came from."""

    id: str
    number: str
    subject: str
    status: str
    category: str
    priority: int
    opened_at: datetime
    due_at: datetime | None
    origin_key: str = ""


@dataclass(frozen=True, slots=True)
class CardContact:
    """One of the last contacts, as the card shows it. agent, queue: the last ones, "" = none."""

    id: str
    medium: str
    direction: str
    started_at: datetime
    outcome: str
    queue: str
    agent: str
    category: str


@dataclass(frozen=True, slots=True)
class Card:
    """A customer at a glance, for the desk and the pop. points: in use, the primary ones first.

    match: how the number led here; None if the customer was named. Without a customer (unknown or
    ambiguous number) `customer` is None and `contacts` are the last five of that number, `tickets`
    those that its low scores opened.
    """

    customer: CustomerRow | None
    match: Match | None = None
    points: tuple[ContactPoint, ...] = ()
    assets: tuple[CardAsset, ...] = ()
    tickets: tuple[CardTicket, ...] = ()
    contacts: tuple[CardContact, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A customer that a search found. by: number, phone, email, handle or name."""

    customer: CustomerRow
    by: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which customers a list shows; what is empty or None does not count."""

    kind: str = ""
    segment: str = ""
    company: str = ""
    least_vip_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, the newest first. after: cursor of the next part, "" at the end."""

    rows: tuple[CustomerRow, ...]
    after: str = ""


class Customers(Protocol):
    """Who calls, and how they are reached. Reads take `tenant`, changes take it from `act`."""

    async def add(self, new: NewCustomer, act: Act) -> CustomerRow:
        """A new customer. Raises NotValidError if the number is taken or the company unknown."""

    async def get(self, customer: str, tenant: int = 1) -> CustomerRow | None:
        """By public id or customer number; a merged one leads to the survivor (<= 8 hops)."""

    async def change(
        self, customer: str, version: int, changes: Mapping[str, Any], act: Act
    ) -> CustomerRow:
        """Change some of CHANGEABLE where `version` is the stored one. Raises StaleVersionError."""

    async def add_point(self, customer: str, new: NewPoint, act: Act) -> PointAdded:
        """A way to reach a customer; one he has already is confirmed, or used again if ended.

        Equal to a verified one of somebody else and verified itself: the two customers are merged.
        Otherwise, if another has it, it is stored as shared and a candidate is opened.
        """

    async def change_point(self, point: str, changes: Mapping[str, Any], act: Act) -> ContactPoint:
        """Change `label`, `primary` or `shared`. One point of a kind is primary at most."""

    async def end_point(self, point: str, act: Act) -> ContactPoint:
        """It is no longer in use: never matched again, still shown in the record."""

    async def verify_point(self, point: str, how: str, act: Act) -> PointAdded:
        """It was checked: by `code` or by an `agent`. May merge or open a candidate, as adding."""

    async def confirm(self, point: str, act: Act) -> ContactPoint:
        """The customer was reached or called by it: its confidence counts from now on again."""

    async def points(self, customer: str, tenant: int = 1) -> Sequence[ContactPoint]:
        """Every point, those in use and primary first."""

    async def match(
        self, kind: str, value: str, trust: Trust, at: datetime, tenant: int = 1
    ) -> Match:
        """Who this number or address belongs to. Withheld or failed ones belong to nobody."""

    async def card(self, customer: str, tenant: int = 1) -> Card | None:
        """The card of a customer, in 5 indexed reads; None if there is none."""

    async def card_of_number(self, value: str, trust: Trust, at: datetime, tenant: int = 1) -> Card:
        """The card of whom a phone number belongs to, in 5 indexed reads."""

    async def find(self, text: str, tenant: int = 1, limit: int = 20) -> Sequence[Hit]:
        """Customers by begin of name or customer number, by whole phone, e-mail or handle."""

    async def list(
        self, filters: Filters | None = None, tenant: int = 1, after: str = "", limit: int = PAGE
    ) -> Page:
        """Customers, the newest first, without those merged into others. limit: up to MOST."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A number that the caller keyed or said. by: `customer_no` or `ticket_number`.

    verified: whether a second factor held; without it the number counts for nothing.
    """

    by: str
    value: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Owners:
    """Agents by name who look after what a call is about. tickets: of the open ticket that was
    named, else of the customer's open ones, the newest first. account: of the customer."""

    tickets: tuple[str, ...] = ()
    account: str = ""


class Callers(Protocol):
    """Whose contact an interaction is. No customer is ever made here."""

    async def arrived(
        self, call: CallId, number: str | None, arrival: Arrival, at: datetime
    ) -> Match:
        """A contact has begun: look its sender up and write down who it is, and what it repeats.

        number: the sender's as it came, None = withheld. Run once, just after the opening; running
        it again changes nothing. NOBODY if unknown.
        """

    async def entered(self, call: CallId, entered: Sequence[Entered], at: datetime) -> Match:
        """The caller has said who he is: write it down if it was verified and found."""

    async def wound_up(
        self, call: CallId, agent: str, begun_at: datetime, ended_at: datetime
    ) -> None:
        """An agent's work after it: a segment `wrapup` of its own, and `wrapup_ms`.

        May come before the end of the contact, if the agent handed it on. Unknown calls: nothing.
        """

    async def owners(self, call: CallId, ticket: str = "") -> Owners:
        """Who looks after the customer and the open tickets of a call. ticket: its number, named
        by the caller, "" = none; a solved or unknown one has no owner. Unknown calls: nobody."""

    async def belongs(self, call: CallId, customer: str, act: Act) -> None:
        """A person says whose contact it is (wrap-up, intake). Raises NotFoundError."""

    async def about(self, call: CallId, category: str, act: Act) -> None:
        """What the contact was about; finds the earlier contact that it repeats (7 days)."""
