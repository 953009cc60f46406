"""What a call leaves behind for others to do: tickets, and texts to be sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from ivr.domain.commands import Command, Waiting
from ivr.domain.events import Answer, Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened(Answer):
    """A ticket stands in the store, or could not be opened.

    number: as people say it. ticket: what programs call it. again: it was opened before, by the
    same step of the same call. reason: why not.
    """

    done: bool = True
    number: str = ""
    ticket: str = ""
    again: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket(Waiting):
    """Open a ticket of this call, once for each key; answered within two seconds.

    key: the same whenever this step is tried again, another one at the next visit. name: the prompt
    that the subject was written by. append: number of a ticket that gets the text instead, "" =
    open a new one. customer: number of the customer, "" = whoever the call is known to be from.
    values: of the category's form.
    """

    key: str
    name: str
    subject: str
    append: str = ""
    kind: str = ""
    priority: str = ""
    customer: str = ""
    category: str = ""
    queue: str = ""
    tags: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    answers: ClassVar[tuple[type[Answer], ...]] = (TicketOpened,)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendText(Command):
    """Send a text message. name: the prompt it was written by. purpose: what it is for; quiet hours
    and consent depend on it."""

    name: str
    to: str
    text: str
    sender: str = ""
    purpose: str = "service"
    durable: ClassVar[bool] = True


FILED: tuple[type[Event] | type[Command], ...] = (TicketOpened, OpenTicket, SendText)
"""The events and commands of this module."""
