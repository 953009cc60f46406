"""What customers are told about their tickets without anybody writing it, and in which words.

A receipt when a ticket was opened, a word when we wait for the customer, the result when it is
solved. Texts: `flows/tickets/templates.yaml`. Source: tickets.md section 6.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.flow.prompts import render_written
from ivr.tickets.mail import reply_subject
from ivr.tickets.states import PENDING_CUSTOMER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.domain.values import Value
    from ivr.flow.prompts import Voice
    from ivr.tickets.catalogue.model import Answer, Wording

RECEIPT, WAITING, RESULT = "receipt", "waiting", "result"
EMAIL, SMS = "email", "sms"
SENT_BY = (EMAIL, SMS)
"""Media by which the server itself reaches somebody."""
_USUAL: Mapping[str, tuple[str, ...]] = {
    "voice": (SMS,),
    "sms": (SMS,),
    "email": (EMAIL,),
    "web": (EMAIL, SMS),
}
"""Medium of a contact -> how its answer goes out."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a text may tell. status, category: labels for customers; "" and None = not known."""

    number: str
    subject: str
    status: str
    category: str
    opened: datetime
    promised: datetime | None = None
    answer: str = ""
    customer_name: str = ""
    customer_number: str = ""
    agent_name: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A text that is ready. subject: "" where the medium has none."""

    body: str
    subject: str = ""


def notice_of(kind: str, data: Mapping[str, object]) -> str:
    """Which notice an event asks for, "" = none. kind: its type; data: as the store tells it."""
    if kind == "ticket.created":
        return RECEIPT
    if kind == "ticket.resolved":
        return RESULT
    moved = kind == "ticket.updated" and data.get("was") is not None
    return WAITING if moved and data.get("state") == PENDING_CUSTOMER else ""


def ways(ticket: str, customer: str, contact: str) -> tuple[str, ...]:
    """By what to reach somebody, best first: what was wished for the ticket, what he likes best,
    what he came by."""
    wished = tuple(each for each in (ticket, customer) if each in SENT_BY)
    return tuple(dict.fromkeys((*wished, *_USUAL.get(contact, ()))))


def worded(answer: Answer, medium: str, voice: Voice, told: Told) -> Written | None:
    """The text in the customer's language, else in another one; None if there is none.

    The number of the ticket stands first in the subject of a mail, so that an answer finds it.
    Raises RenderError for a value that does not fit its place.
    """
    wordings = answer.media.get(medium, {})
    wording = _in(wordings, voice.language)
    if wording is None:
        return None
    values = _values(told)

    def read(path: tuple[str, ...]) -> Value:
        return values.get(".".join(path))

    body = render_written(wording.body, read, voice).strip()
    if wording.subject is None:
        return Written(body)
    subject = render_written(wording.subject, read, voice)
    return Written(body, reply_subject(" ".join(subject.split()), told.number))


def _in(wordings: Mapping[str, Wording], language: str) -> Wording | None:
    return wordings.get(language) or next(iter(wordings.values()), None)


def _values(told: Told) -> dict[str, Value]:
    return {
        "ticket.number": told.number,
        "ticket.subject": told.subject,
        "ticket.status": told.status,
        "ticket.category": told.category,
        "ticket.opened": told.opened,
        "ticket.promised": told.promised,
        "ticket.answer": told.answer or None,
        "customer.name": told.customer_name or None,
        "customer.number": told.customer_number or None,
        "agent.name": told.agent_name or None,
    }
