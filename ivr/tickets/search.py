"""What people type into the search box, read into a question that any database can answer.

Words all have to be there; `"two words"` next to each other; `-word` must not be there; and
`field:value` narrows: status, team, category, kind, tag, from, to. The last word may be the
beginning of a longer one, because Turkish adds endings. Letters are compared as `fold` makes them.
A text that is a ticket number, a telephone number, a mail address or a customer number as a whole
is looked up as such, too. Source: tickets.md section 14.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from ivr.domain.errors import NotValidError
from ivr.domain.fold import fold, upper
from ivr.domain.scalars import nearest
from ivr.tickets.identity.points import read_email, read_phone
from ivr.tickets.numbering import valid
from ivr.tickets.resolving import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CODES = ("status", "team", "category", "kind", "tag")
DAYS = ("from", "to")
FIELDS = (*CODES, *DAYS)
MOST_CHARACTERS = 500
MOST_TERMS = 20
MOST_LETTERS = 64
"""Of a word; what is longer is cut, in what is found as in what is looked for."""
_LEAST_PREFIX = 2
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_PIECE = re.compile(r'(-?)(?:([^\W\d_]+):)?(?:"([^"]*)"|([^\s"]+))')
_PATH = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)*")
_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_LOCAL_DAY = re.compile(r"(?P<day>[0-9]{1,2})[./](?P<month>[0-9]{1,2})[./](?P<year>[0-9]{4})")
_CUSTOMER_NO = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9./_-]{0,31}")
# PostgreSQL reads 12e5x as the number 12e5 and the word x; so do we, before a database sees it.
_POWER = re.compile(r"^([0-9]+e[0-9]+)(?=[^0-9])")


class SearchError(NotValidError):
    """The search cannot be read; one sentence says what to write instead."""

    code: ClassVar[str] = "search"


class LookupKind(StrEnum):
    """What a text as a whole can be, the surest first."""

    TICKET = "ticket"
    PHONE = "phone"
    EMAIL = "email"
    CUSTOMER_NO = "customer_no"


@dataclass(frozen=True, slots=True)
class Lookup:
    """A number or address that is looked up as it is. value: nine digits or more of a ticket,
    E.164, an address in its normal form, a customer number in capitals.
    """

    kind: LookupKind
    value: str


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand next to each other, mostly one. prefix: the last may go on.

    words: folded, letters and digits only. quoted: written as a phrase.
    """

    words: tuple[str, ...]
    prefix: bool = False
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A field that has to have a value, or not (`-status:closed`). value: folded."""

    field: str
    value: str
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. terms: all have to be there; without: none may.

    since, until: first and last day, in the tenant's zone. lookups: beside the words, surest first.
    """

    text: str
    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    since: date | None = None
    until: date | None = None
    lookups: tuple[Lookup, ...] = ()

    def one_of(self, field: str) -> tuple[str, ...]:
        """The values of which a field has to have one; empty: it may have any.

        `billing` as a category means everything under it, too.
        """
        return tuple(each.value for each in self._of(field) if not each.negative)

    def none_of(self, field: str) -> tuple[str, ...]:
        """The values of which a field may have none."""
        return tuple(each.value for each in self._of(field) if each.negative)

    def _of(self, field: str) -> Iterator[Filter]:
        return (each for each in self.filters if each.field == field)


@dataclass(frozen=True, slots=True)
class _Piece:
    """One thing as it was typed."""

    value: str
    field: str = ""
    negative: bool = False
    quoted: bool = False


def words(text: str) -> list[str]:
    """The words of a text as both databases see them: folded, letters and digits only.

    Everything else parts words; digits of any script become 0 to 9.
    """
    plain = "".join(_plain(letter) for letter in fold(text)).split()
    return [part[:MOST_LETTERS] for word in plain for part in _POWER.sub(r"\1 ", word).split()]


def parse_query(text: str, country: str) -> Query:
    """A search as typed. country: the tenant's, two letters, for telephone numbers.

    Raises SearchError, whose sentence is for whoever typed it.
    """
    pieces = _pieces(text)
    plain = [piece for piece in pieces if not piece.field]
    terms = _terms([piece for piece in plain if not piece.negative])
    without = tuple(filter(None, (_term(piece) for piece in plain if piece.negative)))
    coded = [piece for piece in pieces if piece.field in CODES]
    filters = tuple(dict.fromkeys(_filter(piece) for piece in coded))
    since, until = (_day(name, pieces) for name in DAYS)
    if since and until and since > until:
        raise SearchError("from: must not be later than to:")
    query = Query(text, terms, without, filters, since, until, _lookups(plain, country))
    _check_whole(query)
    return query


def _plain(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    return letter if category.startswith("L") else " "


def _pieces(text: str) -> list[_Piece]:
    if len(text) > MOST_CHARACTERS:
        raise SearchError(f"This is too long; write at most {MOST_CHARACTERS} characters")
    straight = text.translate(_QUOTES)
    if straight.count('"') % 2:
        raise SearchError('A quotation mark " has no partner')
    found = [_piece(each) for each in _PIECE.finditer(straight)]
    if len(found) > MOST_TERMS:
        raise SearchError(f"These are too many words; write at most {MOST_TERMS}")
    return found


def _piece(found: re.Match[str]) -> _Piece:
    minus, name, quoted, bare = found.groups()
    value = bare if quoted is None else quoted
    field = fold(name or "")
    if field and field not in FIELDS:
        if quoted is not None or not value.startswith("//"):
            raise SearchError(_no_field(name, field))
        field, value = "", f"{name}:{value}"  # the address of a page
    if not field and fold(value.removesuffix(":")) in FIELDS and value.endswith(":"):
        raise SearchError(f"{value} needs a value right behind it")
    return _Piece(value, field, minus == "-", quoted is not None)


def _no_field(name: str, field: str) -> str:
    close = nearest(field, FIELDS)
    meant = f"did you mean {close}:" if close else f"fields are {', '.join(FIELDS)}"
    return f'There is no field {name}; {meant}, or put it in quotation marks "..."'


def _terms(pieces: Sequence[_Piece]) -> tuple[Term, ...]:
    """The words that have to be there; the last one typed without marks may go on."""
    terms = [term for term in (_term(piece) for piece in pieces) if term]
    if terms and not terms[-1].quoted and len(terms[-1].words[-1]) >= _LEAST_PREFIX:
        terms[-1] = Term(terms[-1].words, prefix=True)
    return tuple(terms)


def _term(piece: _Piece) -> Term | None:
    found = tuple(words(piece.value))
    return Term(found, quoted=piece.quoted) if found else None


def _filter(piece: _Piece) -> Filter:
    value = fold(piece.value)
    if not value:
        raise SearchError(f"{piece.field}: needs a value")
    if piece.field == "kind" and value not in KINDS:
        raise SearchError(
            f"There is no kind {piece.value}; write one of {', '.join(sorted(KINDS))}"
        )
    if piece.field == "category" and not _PATH.fullmatch(value):
        raise SearchError(f"{piece.value} is no category; write it like billing.wrong_amount")
    return Filter(piece.field, value, piece.negative)


def _day(name: str, pieces: Sequence[_Piece]) -> date | None:
    found = [piece for piece in pieces if piece.field == name]
    if len(found) > 1:
        raise SearchError(f"{name}: stands here twice")
    if not found:
        return None
    if found[0].negative:
        raise SearchError(f"{name}: cannot be left out; write it without -")
    value = found[0].value.strip()
    day = _calendar_day(value)
    if day is None:
        raise SearchError(f"{name}: {value} is no day; write it like 2026-11-23")
    return day


def _calendar_day(value: str) -> date | None:
    """A day as `2026-11-23`, `23.11.2026` or `23/11/2026`; None if there is no such day."""
    parts = _DAY.fullmatch(value) or _LOCAL_DAY.fullmatch(value)
    if parts is None:
        return None
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except ValueError:
        return None


def _lookups(pieces: Sequence[_Piece], country: str) -> tuple[Lookup, ...]:
    """What the whole text can be, if it is nothing but plain words."""
    if not pieces or any(piece.negative or piece.quoted for piece in pieces):
        return ()
    whole = " ".join(piece.value for piece in pieces)
    digits = whole.replace(" ", "").strip("[]").removeprefix("#")
    phone = read_phone(whole, country).norm
    mail = read_email(whole).norm
    customer = upper(whole, "en") if _CUSTOMER_NO.fullmatch(whole) else None
    found = (
        (LookupKind.TICKET, digits if valid(digits) else None),
        (LookupKind.PHONE, phone),
        (LookupKind.EMAIL, mail),
        (LookupKind.CUSTOMER_NO, customer),
    )
    return tuple(Lookup(kind, value) for kind, value in found if value)


def _check_whole(query: Query) -> None:
    asked = query.terms or query.filters or query.since or query.until or query.lookups
    if not asked and query.without:
        raise SearchError("Say what to look for, too, not only what to leave out")
    if not asked:
        raise SearchError("Write a word to look for")
