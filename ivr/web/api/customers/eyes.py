"""What somebody may read of customers: names, and telephone numbers in full.

What he may not is left out and named in `masked`; a number keeps its country and its last digits.
Agents see a number in full while they serve the customer and 15 minutes longer (security.md 7).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.phone import mask_phone
from ivr.web.api.sight import FULL_AFTER
from ivr.web.permissions import OWN, may

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports.contacts import Contacts
    from ivr.web.permissions import Who

_NUMBER = re.compile(r"[0-9](?:[ ()./-]*[0-9]){5}")
"""Six digits and more, however they are grouped."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """What is shown. names: of customers, with all else that tells who they are."""

    names: bool
    numbers: bool

    def number(self, text: str) -> str:
        """A number or address as it may be shown; what is no telephone number stays."""
        if self.numbers or "@" in text or not _NUMBER.search(text):
            return text
        return mask_phone(text)

    def hides(self, text: str) -> bool:
        """Whether this is not shown as it is."""
        return self.number(text) != text


async def eyes_of(who: Who, contacts: Contacts, now: datetime, customer: str = "") -> Eyes:
    """What somebody may read; of one customer (public id), or of any if none is named."""
    names = may(who, "name", "r") is not None
    scope = may(who, "number", "r")
    if scope != OWN:
        return Eyes(names, scope is not None)
    serves = bool(customer) and await contacts.serves(who.name, customer, now - FULL_AFTER)
    return Eyes(names, serves)


def eyes_of_contact(who: Who, ended_at: datetime | None, now: datetime) -> Eyes:
    """What somebody may read of a contact that he sees; ended_at: None while it goes on."""
    scope = may(who, "number", "r")
    late = ended_at is not None and ended_at < now - FULL_AFTER
    numbers = scope is not None and not (scope == OWN and late)
    return Eyes(may(who, "name", "r") is not None, numbers)


def sender_seen(text: str, eyes: Eyes) -> str:
    """Of a contact: a number with dots; an address is as good as a name."""
    return eyes.number(text) if eyes.names or "@" not in text else ""
