"""The seams of text messages: the line to a provider, and the rows of what went out and came in.

A text is named by its public id (ULID). Source: surveys.md section 4, twilio.md section 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from ivr.domain.errors import PortError
from ivr.domain.quiet import SERVICE
from ivr.domain.texting.messages import Handed, Part, Report, TextIn, TextRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

__all__ = [
    "AGAIN",
    "ARRIVALS",
    "GIVEN_UP",
    "LANE",
    "LOCKED_OUT",
    "UNKNOWN",
    "Counted",
    "Handed",
    "Part",
    "Queued",
    "Report",
    "TextDoor",
    "TextFailedError",
    "TextIn",
    "TextLine",
    "TextNew",
    "TextRow",
    "TextTaker",
    "Texts",
]

LANE = "text:"
"""Receivers of the outbox begin so; the name of the trunk follows."""
ARRIVALS = "text-in"
"""The receiver of the outbox that takes up what came in."""
GIVEN_UP, AGAIN, UNKNOWN = "given_up", "again", "unknown"
LOCKED_OUT = "locked_out"


class TextFailedError(PortError):
    """A text did not go out. fate: given_up, again (later, nothing has happened), unknown: the
    answer was lost, and somebody must look before it is sent once more; or locked_out: the provider
    does not let us in, so that nothing goes until a person has mended that.

    reason: of `domain/texting/states.py`. given: the provider's own code. after_s: how long the
    provider asked us to wait, 0 = it did not say.
    """

    code: ClassVar[str] = "text-failed"

    def __init__(self, fate: str, reason: str, given: str = "", after_s: float = 0.0) -> None:
        super().__init__(f"{reason} {given}".strip(), retryable=fate != GIVEN_UP)
        self.fate = fate
        self.reason = reason
        self.given = given
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class TextNew:
    """A text to be sent. origin_key: what it is for, unique: a second one with it is the same.

    to: E.164. sender: name or number of ours, "" = that of the trunk. trunk: "" = by the sender,
    else the first. purpose: quiet hours and consent depend on it. in_contact: it answers somebody
    who writes or talks with us now. plain: letters outside GSM-7 are written without their marks.
    expires_at: after that it is not worth sending; None = as the trunk says.
    """

    to: str
    body: str
    origin_key: str
    at: datetime
    purpose: str = SERVICE
    sender: str = ""
    trunk: str = ""
    in_contact: bool = False
    plain: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """What queueing gave. fresh: False for a second one, which changes nothing."""

    id: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """What a text costs. parts: of it; price: of all of them, None = nobody has told."""

    parts: int
    price: Decimal | None = None
    currency: str = ""


class TextLine(Protocol):
    """A provider that sends texts. name: of the trunk. sender: our number or name on it.

    keyed: the same id twice gives one text, so a lost answer needs no looking. settles_s: how long
    after a lost answer the provider may still report that it has the text.
    """

    name: str
    sender: str
    keyed: bool
    settles_s: float

    async def send(self, text: TextRow) -> Handed:
        """Hand one over. Raises TextFailedError."""

    async def look(self, text: TextRow) -> Handed | None:
        """Whether the provider has it from an earlier try. Raises TextFailedError."""


class TextDoor(Protocol):
    """What the pages of providers tell."""

    async def received(self, text: TextIn) -> None:
        """Somebody has written; durable when it returns. A second one changes nothing."""

    async def reported(self, report: Report) -> None:
        """How far a text has come; durable when it returns."""


class Texts(Protocol):
    """The rows. Every change is one durable transaction; errors: StoreError."""

    async def queue(self, new: TextNew, *, tenant: int = 1) -> Queued:
        """Keep one that is to be sent, and have the outbox deliver it."""

    async def get(self, text: str) -> TextRow | None:
        """One text."""

    async def known(self, origin_key: str, *, tenant: int = 1) -> TextRow | None:
        """The text with this key."""

    async def trying(self, text: str, at: datetime) -> TextRow | None:
        """It is handed to the provider now; whatever comes of it, it was tried. None: it need not
        be, any more."""

    async def untried(self, text: str, at: datetime) -> None:
        """The provider has not got it from the last try, for certain: nobody needs to look."""

    async def handed(self, text: str, handed: Handed, at: datetime) -> None:
        """The provider has it."""

    async def failed(self, text: str, reason: str, at: datetime, *, code: str = "") -> None:
        """It does not go out."""

    async def reported(self, report: Report, *, tenant: int = 1) -> TextRow | None:
        """Take over what is higher than what is known; gives the row, None = no such text."""

    async def received(self, text: TextIn, *, tenant: int = 1) -> TextRow | None:
        """Keep what came in, and have the outbox take it up; None while parts are missing."""

    async def overdue(self, before: datetime) -> int:
        """Put together, with gaps, what still misses parts since then; how many texts."""

    async def taken(self, text: str, by: str, at: datetime) -> None:
        """Somebody has it. by: `opt_out`, `intake`, the name of a taker."""

    async def thread(self, trunk: str, number: str, limit: int = 50) -> Sequence[TextRow]:
        """What went between a number and a trunk, the oldest first; nothing that has not left."""

    async def adopt(self, trunks: Sequence[str], at: datetime) -> int:
        """Texts that wait for a trunk that is no more go out by the first of these; how many."""

    async def stranded(self, now: datetime) -> int:
        """Where no trunk has texts: those whose time is over fail for `no_way`; how many."""


class TextTaker(Protocol):
    """Somebody whose texts do not go to the intake: a session of a survey. Asked in order, each
    text again after a crash: taking the same id twice must be the same as once."""

    @property
    def name(self) -> str:
        """What a text that it took is marked with, at most 24 letters."""

    async def answers_yes_no(self, text: TextRow) -> bool:
        """Whether a bare "no" is an answer to a question that is open, and so no refusal."""

    async def opted_out(self, text: TextRow) -> str:
        """The sender wants no more: end what is open. Gives the words of the one confirmation, ""
        = those of the house."""

    async def take(self, text: TextRow) -> bool:
        """Take it; False leaves it to the next, at last to the intake."""
