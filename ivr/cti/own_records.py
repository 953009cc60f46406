"""What our own store knows of a caller: whose number it is, what is open for him, what came before.

Three questions, each asked once: by the caller's number, by a customer number and by a ticket
number that the flow gave. A card costs at most five indexed reads. Source: tickets.md 5.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.cti.matching import Candidate
from ivr.cti.own_shown import profile, ticket_fields
from ivr.domain.queue import TICKET_NAMES
from ivr.runtime.ports.tickets import SURVEY_ORIGIN
from ivr.tickets.identity.ladder import How
from ivr.tickets.identity.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from ivr.cti.pop_call import PopCall
    from ivr.cti.pop_rules import PopRules
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.customers import Candidate as Found
    from ivr.runtime.ports.customers import Card, CardTicket, Customers, Match
    from ivr.runtime.ports.tickets import Tickets
    from ivr.tickets.catalogue.model import Catalogue

CONTACTS, TICKETS = "contacts", "tickets"
OWN = (CONTACTS, TICKETS)
"""The lookups that every house with a ticket store has."""
KEYED = ("customer_no", "customer_number")
"""Variables of a pop that hold a customer number as the caller has keyed it."""
CUSTOMER_NAMES = (*KEYED, "customer")
ATTESTED = 2
_BESIDE = "card"
"""What a card is looked up by that is no evidence of who calls."""


@dataclass(frozen=True, slots=True)
class OwnStore:
    """The ports behind it. catalogue: the published one, for labels."""

    customers: Customers
    tickets: Tickets
    catalogue: Callable[[], Catalogue]


@dataclass(frozen=True, slots=True)
class Known:
    """What one question brought. cards: by customer number. low_score: the follow-up that is open
    after a low score of a number that is nobody's yet."""

    candidates: tuple[Candidate, ...] = ()
    cards: Mapping[str, Card] = field(default_factory=dict)
    low_score: CardTicket | None = None


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """Something to ask. by: the evidence that is missing as long as it has no answer."""

    name: str
    by: str
    ask: Callable[[], Awaitable[Known]]


def numbers_of(call: PopCall) -> tuple[tuple[str, str], tuple[str, str]]:
    """The customer number and the ticket number of a call: (variable, value), "" = none."""
    return _first(call, CUSTOMER_NAMES), _first(call, TICKET_NAMES)


def own_questions(
    store: OwnStore | None, rules: PopRules, call: PopCall, clock: Clock
) -> Sequence[OwnQuestion]:
    """What is to be asked about a call; nothing without a store."""
    if store is None or not rules.own:
        return ()
    (_, customer), (_, ticket) = numbers_of(call)
    asked = []
    if call.sender.e164 and call.sender.level > 0:
        asked.append(
            OwnQuestion("own number", "ani", partial(by_number, store, rules, call, clock))
        )
    if customer:
        ask = partial(by_customer_number, store, rules, call)
        asked.append(OwnQuestion("own customer number", "entered_id", ask))
    if ticket and TICKETS in rules.own:
        ask = partial(by_ticket_number, store, ticket)
        asked.append(OwnQuestion("own ticket number", "ticket_number", ask))
    return asked


def beside(store: OwnStore | None, rules: PopRules, number: str) -> OwnQuestion | None:
    """What is open for a customer that another source has found. number: its id there."""
    if store is None or TICKETS not in rules.own or not number:
        return None
    return OwnQuestion(f"own card {number}", _BESIDE, partial(_card, store, number))


async def by_number(store: OwnStore, rules: PopRules, call: PopCall, clock: Clock) -> Known:
    """Everybody whom the ladder of evidence finds behind the caller's number."""
    sender = call.sender
    trust = Trust.ATTESTED if sender.level >= ATTESTED else Trust.PLAIN
    card = await store.customers.card_of_number(sender.e164, trust, clock.now())
    nobody = card.customer is None and TICKETS in rules.own
    low = low_score_of(card) if nobody else None
    if card.match is None:
        return Known(low_score=low)
    shared = sender.e164 in rules.shared
    found = _candidates(card, card.match, sender.level, shared=shared)
    cards = {} if card.customer is None else {card.customer.number: card}
    return Known(found if CONTACTS in rules.own else (), cards, low)


async def by_customer_number(store: OwnStore, rules: PopRules, call: PopCall) -> Known:
    """The customer whose number the flow gave; it counts as far as the caller was checked."""
    (name, number), _ = numbers_of(call)
    known = await _card(store, number)
    if CONTACTS not in rules.own:
        return known
    level = rules.proven(call.shown)
    found = [
        Candidate(
            kind="customer",
            id=own,
            by="entered_id",
            level=level,
            evidence=name.replace("_", " "),
            fields=profile(card),
            own=True,
        )
        for own, card in known.cards.items()
    ]
    return Known(tuple(found), known.cards)


def low_score_of(card: Card) -> CardTicket | None:
    """The newest open ticket of a card that a low score opened."""
    found = [one for one in card.tickets if one.origin_key.startswith(SURVEY_ORIGIN)]
    return max(found, key=lambda one: one.opened_at, default=None)


async def by_ticket_number(store: OwnStore, number: str) -> Known:
    """The ticket whose number the flow gave. It says nothing of who calls."""
    row = await store.tickets.get(number.replace(" ", ""))
    if row is None:
        return Known()
    found = Candidate(
        kind="ticket",
        id=row.number,
        by="ticket_number",
        level=1,
        evidence="ticket number",
        fields=ticket_fields(row, store.catalogue()),
        own=True,
    )
    return Known((found,))


async def _card(store: OwnStore, number: str) -> Known:
    card = await store.customers.card(number)
    if card is None or card.customer is None:
        return Known()
    return Known(cards={card.customer.number: card})


def _candidates(card: Card, match: Match, level: int, *, shared: bool) -> tuple[Candidate, ...]:
    return tuple(_candidate(each, card, level, shared=shared) for each in match.candidates)


def _candidate(found: Found, card: Card, level: int, *, shared: bool) -> Candidate:
    """Equal numbers count as much as the line that showed them, alike ones as a perhaps."""
    perhaps = found.how in (How.MAYBE, How.SUFFIX)
    whole = card.customer is not None and card.customer.id == found.customer
    return Candidate(
        kind="customer",
        id=found.number,
        by="ani_last9" if found.how is How.SUFFIX else "ani",
        level=min(level, 1) if perhaps else level,
        evidence="last digits" if found.how is How.SUFFIX else "number",
        shared=shared or "shared" in found.reasons,
        fields=profile(card) if whole else {"name": found.full_name},
        perhaps=perhaps,
        reasons=tuple(each for each in found.reasons if each in ("shared", "several")),
        own=True,
    )


def _first(call: PopCall, names: Sequence[str]) -> tuple[str, str]:
    found: list[tuple[str, Any]] = [(name, call.text(name).strip()) for name in names]
    return next((each for each in found if each[1]), ("", ""))
