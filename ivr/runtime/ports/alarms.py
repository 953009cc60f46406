"""The seam of alarms about scores: answers counted, levels as they were frozen, alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime, tzinfo

    from ivr.surveys.deviation.baseline import Baseline
    from ivr.surveys.deviation.run import Finding, OpenAlarm, SeriesKey
    from ivr.surveys.deviation.watched import Observation


@dataclass(frozen=True, slots=True)
class KeptAlarm:
    """An alarm that is open. id: public. ticket: its number, "" = none."""

    id: str
    alarm: OpenAlarm
    ticket: str


class Alarms(Protocol):
    """What the nightly run reads and writes."""

    async def observations(
        self, since: date, zone: tzinfo, *, tenant: int = 1
    ) -> Sequence[Observation]:
        """Key scores of callers from a day on, by days of the zone; not of anonymous plans."""

    async def levels(self, *, tenant: int = 1) -> Mapping[tuple[SeriesKey, date], Baseline]:
        """Every frozen level, by series and season."""

    async def keep_level(
        self, key: SeriesKey, season: date, level: Baseline, at: datetime, *, tenant: int = 1
    ) -> None:
        """Freeze a level; one that is there stays."""

    async def open(self, *, tenant: int = 1) -> Sequence[KeptAlarm]:
        """The alarms that are open."""

    async def raise_alarm(
        self,
        finding: Finding,
        season: date,
        ticket: str,
        new_id: str,
        at: datetime,
        *,
        tenant: int = 1,
    ) -> bool:
        """Keep it. ticket: its number, "" = none. False if it was open already."""

    async def close(self, alarm: str, at: datetime, *, tenant: int = 1) -> None:
        """The episode is over; the next one raises a new alarm."""
