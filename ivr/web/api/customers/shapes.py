"""Customers as the API shows them, with what whoever asks may not read left out."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Any

from ivr.web.api.customers.fields import Out

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from ivr.runtime.ports.customers import (
        Card,
        CardAsset,
        CardTicket,
        ContactPoint,
        CustomerRow,
        Match,
    )
    from ivr.web.api.customers.eyes import Eyes

    Tickets = Sequence["CardTicketOut"]


class CustomerOut(Out):
    """A customer. company: public id. asked: what was asked for, if that was merged into him."""

    id: str
    number: str
    kind: str
    full_name: str | None
    company: str
    segment: str
    vip_rank: int
    locale: str
    pref_medium: str
    pref_window: str
    attrs: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime
    anonymized_at: datetime | None
    version: int
    asked: str
    masked: tuple[str, ...] = ()


class PointOut(Out):
    """A number or address. value: as typed; norm: as compared, null = never matched."""

    id: str
    kind: str
    value: str | None
    norm: str | None
    label: str
    primary: bool
    shared: bool
    verified_at: datetime | None
    verified_how: str
    confidence: int
    confirmed_at: datetime
    ended_at: datetime | None
    masked: tuple[str, ...] = ()


class CandidateOut(Out):
    """Somebody who may be calling. said: why, in English; reasons: the same as codes."""

    customer: str
    number: str
    full_name: str | None
    how: str
    score: int
    reasons: tuple[str, ...]
    said: str
    masked: tuple[str, ...] = ()


class MatchOut(Out):
    """Who a number belongs to. asks_number: several people use it."""

    how: str
    score: int
    customer: str
    candidates: tuple[CandidateOut, ...]
    asks_number: bool


class CardAssetOut(Out):
    """Something the customer owns. in_warranty: today."""

    id: str
    product: str
    product_name: str
    serial_no: str
    sold_on: date | None
    warranty_until: date | None
    in_warranty: bool


class CardTicketOut(Out):
    """One of his open tickets; without its subject for those who may not read it."""

    id: str
    number: str
    subject: str | None
    status: str
    category: str
    priority: int
    opened_at: datetime
    due_at: datetime | None
    masked: tuple[str, ...] = ()


class CardContactOut(Out):
    """One of his last contacts."""

    id: str
    medium: str
    direction: str
    started_at: datetime
    outcome: str
    queue: str
    agent: str
    category: str


class CardOut(Out):
    """A customer at a glance. customer null: nobody, or nobody for sure, has this number."""

    customer: CustomerOut | None
    match: MatchOut | None
    points: tuple[PointOut, ...]
    assets: tuple[CardAssetOut, ...]
    tickets: tuple[CardTicketOut, ...]
    contacts: tuple[CardContactOut, ...]


def customer_out(row: CustomerRow, eyes: Eyes) -> CustomerOut:
    """A customer as somebody with these eyes sees him."""
    shown = CustomerOut.model_validate(row)
    if eyes.names:
        return shown
    hidden = {"full_name": None, "attrs": None}
    return shown.model_copy(update={**hidden, "masked": tuple(hidden)})


def point_out(row: ContactPoint, eyes: Eyes) -> PointOut:
    """A number or address, hidden or with dots."""
    shown = PointOut.model_validate(row)
    fields = ("value", "norm")
    if not eyes.names:
        return shown.model_copy(update={**dict.fromkeys(fields), "masked": fields})
    if row.kind != "phone" or eyes.numbers:
        return shown
    dotted = {"value": eyes.number(row.value), "norm": row.norm and eyes.number(row.norm)}
    return shown.model_copy(update={**dotted, "masked": fields})


def match_out(row: Match, eyes: Eyes) -> MatchOut:
    """Who it is, or may be."""
    found = [CandidateOut.model_validate(each) for each in row.candidates]
    if not eyes.names:
        hidden = {"full_name": None, "masked": ("full_name",)}
        found = [each.model_copy(update=hidden) for each in found]
    return MatchOut(
        how=str(row.how),
        score=row.score,
        customer=row.customer,
        candidates=tuple(found),
        asks_number=row.asks_number,
    )


def card_out(card: Card, eyes: Eyes, today: date, tickets: Tickets = ()) -> CardOut:
    """A card as somebody with these eyes sees it. tickets: as `ticket_outs` shows them."""
    return CardOut(
        customer=None if card.customer is None else customer_out(card.customer, eyes),
        match=None if card.match is None else match_out(card.match, eyes),
        points=tuple(point_out(each, eyes) for each in card.points),
        assets=tuple(_assets(card.assets, today)),
        tickets=tuple(tickets),
        contacts=tuple(CardContactOut.model_validate(each) for each in card.contacts),
    )


def ticket_outs(
    rows: Iterable[CardTicket], seen: Collection[str], path: Callable[[str], str]
) -> Tickets:
    """Tickets of a card. seen: numbers of those that may be read. path: from a category's code."""
    found = []
    for row in rows:
        fields = {"category": path(row.category)}
        hidden = {"subject": None, "masked": ("subject",)}
        update = fields if row.number in seen else {**fields, **hidden}
        found.append(CardTicketOut.model_validate(row).model_copy(update=update))
    return found


def _assets(rows: Iterable[CardAsset], today: date) -> Iterable[CardAssetOut]:
    for row in rows:
        holds = row.warranty_until is not None and today <= row.warranty_until
        fields = {name: getattr(row, name) for name in row.__dataclass_fields__}
        yield CardAssetOut(**fields, in_warranty=holds)
