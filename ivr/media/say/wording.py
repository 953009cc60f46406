"""What every language must be able to word, and the prepared values it is given.

Values arrive here checked and taken apart, so a language only chooses words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, time, tzinfo


@dataclass(frozen=True, slots=True)
class When:
    """The circumstances of a call: `now` (aware), the zone times are said in, the home country.

    `country` is the ISO 3166 code (`TR`) whose phone numbers are said without country code.
    """

    now: datetime
    zone: tzinfo
    country: str = "TR"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number taken apart: sign, whole part, and decimals as typed without closing zeros."""

    negative: bool
    whole: int
    decimals: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money rounded half up: `whole` lira and `part` kuruş (0-99) of an ISO 4217 currency."""

    negative: bool
    whole: int
    part: int
    currency: str


@dataclass(frozen=True, slots=True)
class PhoneForm:
    """A phone number in groups of digits; a foreign one starts with its country code."""

    groups: tuple[str, ...]
    foreign: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and time on the caller's clock; `days_ahead` is 0 for today and 1 for tomorrow."""

    day: date
    clock: time
    days_ahead: int


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time taken apart: days, then hours (0-23), minutes and seconds (0-59).

    `about` asks for whole minutes; `short` then means it was under one minute.
    """

    negative: bool
    parts: tuple[int, int, int, int]
    about: bool = False
    short: bool = False


class Wording(Protocol):
    """One way (spoken or written) of one language to put values into words."""

    def number(self, figure: Figure) -> str:
        """Say `12455.5`."""

    def ordinal(self, rank: int) -> str:
        """Say `1` as first."""

    def percent(self, figure: Figure) -> str:
        """Say `10` as ten percent."""

    def money(self, amount: Amount) -> str:
        """Say an amount with its currency."""

    def digits(self, groups: Sequence[str]) -> str:
        """Say digits, star and hash one by one, with a pause between groups."""

    def code(self, text: str) -> str:
        """Say letters by name and digits one by one."""

    def phone(self, form: PhoneForm) -> str:
        """Say a phone number in its groups."""

    def day(self, day: date, full: bool) -> str:
        """Say a date, with the year when `full`."""

    def clock(self, clock: time, at: bool) -> str:
        """Say a time of day; `at` answers the question when."""

    def moment(self, moment: Moment, at: bool) -> str:
        """Say a date and time; `at` answers the question when and knows today and tomorrow."""

    def duration(self, span: Span) -> str:
        """Say a length of time."""

    def count(self, figure: Figure, one: str, many: str) -> str:
        """Say a number of things, given the words for one thing and for many."""


@dataclass(frozen=True, slots=True)
class Speller:
    """A language: how it says values aloud and how it writes them in SMS and tickets."""

    spoken: Wording
    written: Wording
