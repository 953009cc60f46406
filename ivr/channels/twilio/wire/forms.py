"""What the provider posts: form bytes into fields, and its status words into ours.

Source: WHATWG URL Standard, section 5 (application/x-www-form-urlencoded), read strictly; Twilio
"Request parameters" of TwiML Voice and "Call resource", CallStatus.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar
from urllib.parse import unquote_to_bytes

from ivr.domain.call import Cause
from ivr.domain.errors import RequestError

MAX_FIELDS = 1_000

Octets = tuple[tuple[bytes, bytes], ...]


class FormError(RequestError):
    """The body is no form: a field without `=`, without a name, or more than 1,000 fields."""

    code: ClassVar[str] = "bad-form"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one post in the order they came, doubled names included.

    octets: name and value after percent decoding, untouched: what a signature is made over.
    pairs: the same as text; octets that are no UTF-8 (lone surrogates too) became U+FFFD.
    Neither is shown by `repr`, since `Digits` may be a card number.
    """

    octets: Octets = field(default=(), repr=False)
    pairs: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    _first: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look each name up once, not at every question."""
        object.__setattr__(self, "_first", dict(reversed(self.pairs)))

    def one(self, name: str) -> str:
        """The first value of this name, "" if there is none."""
        return self._first.get(name, "")


def parse_form(body: bytes) -> Form:
    """Read the raw octets of a form post. Blanks are kept, nothing is trimmed, `e=` counts.

    A `%` without two hex digits stands for itself, as in the standard. Stricter than the
    standard: each field needs its `=` and a name, so that `a&b` is not the same as `a=b` to a
    signature that runs name and value together. Raises FormError.
    """
    if not body:
        return Form()
    if body.count(b"&") >= MAX_FIELDS:
        raise FormError(f"more than {MAX_FIELDS} fields")
    octets = tuple([_field(piece) for piece in body.replace(b"+", b" ").split(b"&")])
    pairs = [
        (name.decode("utf-8", "replace"), value.decode("utf-8", "replace"))
        for name, value in octets
    ]
    return Form(octets, tuple(pairs))


def _field(piece: bytes) -> tuple[bytes, bytes]:
    name, sign, value = piece.partition(b"=")
    if not name or not sign:
        raise FormError("a field needs a name and an equals sign")
    if b"%" not in piece:  # nearly all
        return name, value
    return unquote_to_bytes(name), unquote_to_bytes(value)


class CallStatus(StrEnum):
    """How far the provider says a call has come, in its own words."""

    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"

    @property
    def cause(self) -> Cause | None:
        """Why the call is over, in our words; None while it goes on."""
        return _CAUSES.get(self)


_CAUSES = {
    CallStatus.COMPLETED: Cause.NORMAL,
    CallStatus.BUSY: Cause.BUSY,
    CallStatus.FAILED: Cause.FAILED,
    CallStatus.NO_ANSWER: Cause.NO_ANSWER,
    CallStatus.CANCELED: Cause.CANCELLED,
}
_STATUSES = {status.value: status for status in CallStatus}


def call_status(word: str) -> CallStatus | None:
    """The status a provider's word stands for; None (no news) for a word we do not know."""
    return _STATUSES.get(word)


def is_machine(word: str) -> bool:
    """Whether the provider says (`AnsweredBy`) that no person has answered: a machine or a fax. In
    doubt (`unknown`) it is a person."""
    return word == "fax" or word.startswith("machine")
