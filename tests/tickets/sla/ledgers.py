"""Any ledger, and what it adds up to counted minute by minute: the second opinion on clocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from ivr.domain.calendar import Calendar, Intervals
from ivr.tickets.sla.ledger import HAND, LedgerEvent
from tests.domain.minutes import MINUTE, minute_table

if TYPE_CHECKING:
    from collections.abc import Mapping

DAYS, AFTER_DAYS = 9, 60
OFFICE: Intervals = ((540, 750), (810, 1080))
ODD: Intervals = ((0, 30), (65, 150), (155, 200), (1380, 1450))
WEEK: tuple[Intervals, ...] = (OFFICE, OFFICE, ODD, OFFICE, OFFICE, ODD, ())
LATE: tuple[Intervals, ...] = (((720, 1200),),) * 5 + (((0, 1440),),) * 2
HALF = {date(2026, month, 28): ((540, 750),) for month in range(1, 13)}

# A Thursday or so before the clocks change there; Istanbul and Baku no longer change them.
WORLD = [
    ("Europe/Istanbul", "2026-05-25"),
    ("Asia/Baku", "2026-03-26"),
    ("Europe/Berlin", "2026-03-26"),
    ("Europe/Berlin", "2026-10-22"),
    ("America/New_York", "2026-10-29"),
    ("Australia/Lord_Howe", "2026-04-02"),
    ("America/Santiago", "2026-09-03"),
]


@dataclass(frozen=True)
class Place:
    """Two calendars of one zone, `a` and `b`, each with its open minutes from `start` on."""

    start: datetime
    calendars: Mapping[str, Calendar]
    tables: Mapping[str, bytearray]

    def at(self, minute: int) -> datetime:
        return self.start + minute * MINUTE

    def minute(self, at: datetime) -> int:
        return (at - self.start) // MINUTE


@cache
def place(zone: str, day: str) -> Place:
    calendars = {
        "a": Calendar(ZoneInfo(zone), WEEK, {}, HALF),
        "b": Calendar(ZoneInfo(zone), LATE),
    }
    start, lead = datetime.fromisoformat(day).replace(tzinfo=UTC), 4 * 1440
    minutes = (DAYS + AFTER_DAYS) * 1440 + lead
    tables = {
        key: minute_table(each, start - lead * MINUTE, minutes)[lead:]
        for key, each in calendars.items()
    }
    return Place(start, calendars, tables)


places = st.sampled_from(WORLD).map(lambda each: place(*each))


@dataclass(frozen=True)
class Step:
    """A line of a ledger in minutes, its target too."""

    minute: int
    kind: str
    reason: str = ""
    target: int | None = None
    calendar: str | None = None
    recount: bool = False


@st.composite
def steps(draw: st.DrawFn, kinds: tuple[str, ...], most: int = 12) -> list[Step]:
    """A start, then up to `most` other lines of these kinds, none before the one above it."""
    minute = draw(st.integers(0, 1440))
    found = [Step(minute, "start", target=draw(targets), calendar=draw(names))]
    for _ in range(draw(st.integers(0, most))):
        minute = min(minute + draw(gaps), DAYS * 1440)
        found.append(draw(one_step(minute, kinds)))
    return found


targets = st.integers(1, 3000)
names = st.sampled_from(("a", "b"))
# Often at the same minute, often within the hour, sometimes after a weekend.
gaps = st.one_of(st.just(0), st.integers(1, 90), st.integers(1, 4000))


@st.composite
def one_step(draw: st.DrawFn, minute: int, kinds: tuple[str, ...]) -> Step:
    kind = draw(st.sampled_from(kinds))
    if kind in {"pause", "resume"}:
        return Step(minute, kind, draw(st.sampled_from(("customer", "third", "merged"))))
    if kind in {"retarget", "recount"}:
        target = draw(st.one_of(st.none(), targets))
        calendar = draw(st.one_of(st.none(), names))
        return Step(minute, "retarget", HAND, target, calendar, kind == "recount")
    return Step(minute, kind)


def event(step: Step, seq: int, where: Place) -> LedgerEvent:
    return LedgerEvent(
        seq,
        where.at(step.minute),
        step.kind,  # type: ignore[arg-type]  # an EventKind
        step.reason,
        None if step.target is None else step.target * 60,
        step.calendar,
        {"mode": "recount"} if step.recount else {},
    )


def events(found: list[Step], where: Place) -> list[LedgerEvent]:
    return [event(step, seq, where) for seq, step in enumerate(found, 1)]


@dataclass
class Brute:
    """A clock as a person with a stopwatch would keep it, minute after minute."""

    target: int = 0
    calendar: str = ""
    reasons: set[str] = field(default_factory=set)
    ran: list[int] = field(default_factory=list)  # every minute in which it ran
    counted: int = 0  # open ones among them
    started: bool = False
    ended: bool = False
    verdict: str = ""

    @property
    def runs(self) -> bool:
        return self.started and not self.ended and not self.reasons

    def take(self, step: Step, where: Place) -> None:
        if step.kind == "start" and not self.started:
            self.started, self.target, self.calendar = True, step.target or 0, step.calendar or ""
        elif step.kind == "pause":
            self.reasons.add(step.reason)
        elif step.kind == "resume":
            self.reasons.discard(step.reason)
        elif step.kind == "reopen":
            self.ended, self.verdict = False, ""
        elif step.kind in {"meet", "cancel"} and not self.ended:
            late = "breached_closed" if self.counted > self.target else "met"
            self.ended, self.verdict = True, "cancelled" if step.kind == "cancel" else late
        elif step.kind == "retarget" and not self.ended:
            self.target = self.target if step.target is None else step.target
            self.calendar = step.calendar or self.calendar
            if step.recount:
                self.counted = sum(where.tables[self.calendar][minute] for minute in self.ran)

    def pass_minute(self, minute: int, where: Place) -> None:
        if self.runs:
            self.ran.append(minute)
            self.counted += where.tables[self.calendar][minute]


def brute(found: list[Step], where: Place, until: int | None = None) -> Brute:
    """The clock right after the last step, or at a later minute."""
    clock, end = Brute(), found[-1].minute if until is None else until
    waiting = list(found)
    for minute in range(found[0].minute, end + 1):
        while waiting and waiting[0].minute == minute:
            clock.take(waiting.pop(0), where)
        if minute < end:
            clock.pass_minute(minute, where)
    return clock


def brute_due(found: list[Step], where: Place) -> int | None:
    """The minute at which a clock that runs at the end of its ledger has used up its target.

    None if it does not run, or had used up more than that before the last step.
    """
    clock = brute(found, where)
    if not clock.runs or clock.counted > clock.target:
        return None
    for minute in range(found[-1].minute, len(where.tables["a"])):
        if clock.counted == clock.target:
            return minute
        clock.pass_minute(minute, where)
    return None
