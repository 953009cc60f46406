"""One clock: how much of its target is used up, when it is due, how it ended.

A clock is the fold of its ledger (`fold.py`). It counts business seconds in stretches, each with
its own calendar revision, and nothing else is remembered of pauses: the gaps between the stretches
are the pauses and the time after a clock had ended. Source: tickets.md section 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.domain.calendar import Calendar

    Calendars: TypeAlias = Mapping[str, Calendar]
    """Calendar revisions by their key."""

Verdict: TypeAlias = Literal["", "met", "breached_closed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the clock ran without a break; `until` None = it still does."""

    since: datetime
    until: datetime | None
    calendar: str
    counted_s: int = 0

    def counted(self, at: datetime, calendars: Calendars) -> int:
        """Its business seconds up to a moment."""
        if self.until is not None and self.until <= at:
            return self.counted_s
        return calendars[self.calendar].elapsed(self.since, at)


@dataclass(frozen=True, slots=True)
class ClockState:
    """What a ledger adds up to, as of its last event.

    at: of that event. counted_s: then. due_at: None while paused, after the end, and if the place
    never opens long enough. reasons: of the pause, sorted. base_s: the target without `caps`, the
    shorter targets taken over from merged tickets, by their number. policy, promised_s: what was
    promised last, whatever a person has set since. breaches: (target, moment) of each target that
    was missed. paused_s, idle_s: business seconds in pauses, and between an end and a reopening;
    neither is counted. warned: levels of escalation that were noted.
    """

    started_at: datetime
    at: datetime
    calendar: str
    base_s: int
    policy: str = ""
    promised_s: int = 0
    counted_s: int = 0
    due_at: datetime | None = None
    finished_at: datetime | None = None
    verdict: Verdict = ""
    end_reason: str = ""
    reasons: tuple[str, ...] = ()
    caps: tuple[tuple[str, int], ...] = ()
    stretches: tuple[Stretch, ...] = ()
    breaches: tuple[tuple[int, datetime], ...] = ()
    paused_since: datetime | None = None
    paused_s: int = 0
    idle_s: int = 0
    warned: tuple[str, ...] = ()

    @property
    def target_s(self) -> int:
        """The target that holds now, in business seconds."""
        return min((self.base_s, *(seconds for _, seconds in self.caps)))

    @property
    def open(self) -> bool:
        """Whether it has not ended: it runs or pauses."""
        return self.finished_at is None

    @property
    def running(self) -> bool:
        """Whether it counts now."""
        return self.open and not self.reasons

    @property
    def breached_at(self) -> datetime | None:
        """When the target that holds now was missed; only counting again can take that back."""
        if self.counted_s < self.target_s:
            return None
        return dict(self.breaches).get(self.target_s)

    def counted(self, at: datetime, calendars: Calendars) -> int:
        """Business seconds used up at a moment, were nothing else to happen until then."""
        return sum(each.counted(at, calendars) for each in self.stretches if each.since <= at)


def missed_at(state: ClockState, at: datetime, calendars: Calendars) -> datetime | None:
    """When the target was missed, if it was by `at` and no breach of it is in the ledger yet.

    At the due moment itself nothing is missed: one business second more must have passed.
    """
    if not state.running or state.breached_at or state.due_at is None or state.due_at > at:
        return None
    return state.due_at if state.counted(at, calendars) > state.target_s else None
