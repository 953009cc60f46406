"""Text messages as data: what is kept of one, what comes in, and what a provider says of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.texting.states import SENT

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text as stored, of either direction.

    from_, to: E.164, short numbers and names as they are. parts: what it cost, 0 = not counted yet.
    price: of all parts. tries: how often it was handed to the provider; again: how many of them
    belong to a first round that did not arrive, 0 = this is the first. reason, code: why it did not
    go or arrive, in our word and the provider's; of one that came in, who has taken it.
    """

    id: str
    tenant: int
    direction: str
    trunk: str
    from_: str
    to: str
    body: str
    purpose: str
    origin_key: str
    state: str
    reason: str
    at: datetime
    changed_at: datetime
    provider_id: str = ""
    code: str = ""
    parts: int = 0
    price: Decimal | None = None
    currency: str = ""
    tries: int = 0
    again: int = 0
    in_contact: bool = False
    expires_at: datetime | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """The provider has a text. state: sent or delivered."""

    provider_id: str
    state: str = SENT


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says of a text. text: our id, "" = it names its own only; tries: which try
    it speaks of, 0 = it does not say. reason, code: as in TextRow. again: the same text may be sent
    once more.
    """

    trunk: str
    state: str
    at: datetime
    text: str = ""
    tries: int = 0
    provider_id: str = ""
    reason: str = ""
    code: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One of several parts of a long text. ref: what they have in common; number: from 1."""

    ref: int
    total: int
    number: int


@dataclass(frozen=True, slots=True)
class TextIn:
    """A text that came in, or a part of one. provider_id: unique on its trunk.

    from_, to: as the provider writes them; said: what the provider already made of it and answered
    itself (`out`, `back`, `help`, "" = nothing).
    """

    trunk: str
    provider_id: str
    from_: str
    to: str
    body: str
    at: datetime
    part: Part | None = None
    said: str = ""
