"""Who is this? One ladder of evidence; the first step that holds decides, and says so.

Nothing here authenticates anybody: the ladder tells whose record to look at. Only `entered` and
`exact` name a customer; everything else shows candidates to a person and leaves the caller unknown
to the flow. Source: tickets.md 5.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.tickets.identity.confidence import CERTAIN, KNOWN, MAYBE, effective
from ivr.tickets.identity.trust import may_match

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ivr.tickets.identity.points import Point
    from ivr.tickets.identity.trust import Trust

MOST_SHOWN = 10


class How(StrEnum):
    """How somebody was recognised; the words of `interaction.match_how`."""

    ENTERED = "entered"
    EXACT = "exact"
    AMBIGUOUS = "ambiguous"
    MAYBE = "maybe"
    SUFFIX = "suffix"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Entered:
    """A number that was keyed or said and found. by: `customer_no` or `ticket_number`.

    verified: whether a second factor held. customer: the root, after merges.
    """

    customer: int
    by: str
    verified: bool


@dataclass(frozen=True, slots=True)
class PointRow:
    """A row of `contact_point`. customer: the root, after merges. norm, tail9: None if unmatchable.

    id: of the row. confidence: as stored, decay is reckoned here. ended: no longer in use.
    """

    id: int
    customer: int
    kind: str
    norm: str | None
    tail9: str | None
    confidence: int
    confirmed_at: datetime
    shared: bool = False
    ended: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a customer may be the caller, for the pop. score: 0 to 100.

    point: the row of `contact_point`, None for a number that was entered. by: `customer_no`,
    `ticket_number`, or the kind of the point.
    """

    customer: int
    how: How
    score: int
    by: str
    point: int | None = None
    shared: bool = False
    label: str = ""
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What came out. customer, point: only with `entered` and `exact`. candidates: best first."""

    how: How
    score: int = 0
    customer: int | None = None
    point: int | None = None
    candidates: tuple[Evidence, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the flow may treat the caller as this customer."""
        return self.customer is not None

    @property
    def asks_number(self) -> bool:
        """Whether the flow shall ask for the customer number: several people use this one."""
        return self.how is How.AMBIGUOUS

    @property
    def perhaps(self) -> bool:
        """Whether the pop says "perhaps"."""
        return self.how in (How.MAYBE, How.SUFFIX)


NOBODY = Match(How.NONE)


def match(
    sender: Point,
    trust: Trust,
    rows: Sequence[PointRow],
    now: datetime,
    entered: Sequence[Entered] = (),
) -> Match:
    """Who a contact is from.

    rows: every `contact_point` whose norm or tail9 equals the sender's; others do no harm. entered:
    what was keyed and found; what was not verified counts for nothing.
    """
    found = _by_number(entered) + _by_point(sender, trust, rows, now)
    if not found:
        return NOBODY
    shown = _best_of_each(found)
    steps = [(how, [each for each in shown if each.how is how]) for how in How]
    how, hits = next((step for step in steps if step[1]), (How.NONE, []))
    if how is How.ENTERED and len(hits) > 1:
        how = How.AMBIGUOUS  # a customer's number and a ticket of somebody else
    score = max((each.score for each in hits), default=0)
    only = hits[0] if how in (How.ENTERED, How.EXACT) else None
    shown = shown[:MOST_SHOWN]
    if only is None:
        return Match(how, score, candidates=shown)
    return Match(how, score, only.customer, _point_of(only, found), shown)


def _by_number(entered: Sequence[Entered]) -> list[Evidence]:
    return [
        Evidence(each.customer, How.ENTERED, CERTAIN, each.by) for each in entered if each.verified
    ]


def _by_point(
    sender: Point, trust: Trust, rows: Sequence[PointRow], now: datetime
) -> list[Evidence]:
    """What the sender field says, each row with the step of the ladder that it holds."""
    if not may_match(sender, trust):
        return []
    live = [(row, effective(row.confidence, row.confirmed_at, now)) for row in rows]
    live = [(row, worth) for row, worth in live if worth >= MAYBE and not row.ended]
    live = [(row, worth) for row, worth in live if row.kind == sender.kind]
    equal = [(row, worth) for row, worth in live if row.norm == sender.norm]
    known = [(row, worth) for row, worth in equal if worth >= KNOWN]
    several = len({row.customer for row, _ in known}) > 1 or any(row.shared for row, _ in known)
    sure = How.AMBIGUOUS if several else How.EXACT
    found = [_seen(row, worth, sure if worth >= KNOWN else How.MAYBE) for row, worth in equal]
    # Equal ends prove little, however well the number behind them is known.
    ends = [(row, worth) for row, worth in live if _same_end(row, sender)]
    return found + [_seen(row, min(worth, KNOWN - 1), How.SUFFIX) for row, worth in ends]


def _same_end(row: PointRow, sender: Point) -> bool:
    return sender.tail9 is not None and row.tail9 == sender.tail9 and row.norm != sender.norm


def _seen(row: PointRow, score: int, how: How) -> Evidence:
    return Evidence(
        row.customer, how, score, row.kind, row.id, row.shared, row.label, row.confirmed_at
    )


def _best_of_each(found: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Each customer once, with his best evidence; the best customer first."""
    steps = list(How)
    order = sorted(
        found, key=lambda each: (steps.index(each.how), -each.score, each.customer, each.point or 0)
    )
    best: dict[int, Evidence] = {}
    for each in order:
        best.setdefault(each.customer, each)
    return tuple(best.values())


def _point_of(chosen: Evidence, found: Sequence[Evidence]) -> int | None:
    """The row of the number he calls from, also when it was his customer number that told."""
    if chosen.point is not None:
        return chosen.point
    own = [each for each in found if each.customer == chosen.customer and each.point is not None]
    equal = [each for each in own if each.how is not How.SUFFIX]
    return max(equal, key=lambda each: (each.score, each.point)).point if equal else None
