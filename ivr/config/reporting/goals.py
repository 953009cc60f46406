"""What figures should be, as written in the configuration.

    goals:
      cards_level: {kpi: R2.f3, target: 85, queue: cards}
      abandoned:   {kpi: R1.abandonment, target: 5, is: at_most, from: 2026-01-01}

Source: tickets.md section 17.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, WithJsonSchema

from ivr.config.fields import Name, PlainText, Strict, refuse, text_field
from ivr.reports.goals import Goal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

_KPI = re.compile(r"R[0-9]{1,2}\.[a-z0-9_]{1,40}")
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,4})?")
_DAY = timedelta(days=1)


def _kpi(text: str) -> str:
    if not _KPI.fullmatch(text):
        refuse("C103", f'"{text}" names no figure; write report and column, as in R2.f3')
    return str(text)


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        refuse("C103", f'"{text}" is not a number; write 85 or 2.5, without a unit')
    return float(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse("C103", f'"{text}" is not a day; write it as 2026-01-31')


Day = Annotated[date, text_field(_day), WithJsonSchema({"type": "string", "format": "date"})]


class KpiGoal(Strict):
    """What a figure should be."""

    kpi: Annotated[str, text_field(_kpi), WithJsonSchema({"type": "string"})] = Field(
        description="The figure: report and column, as in R2.f3 (the heads of CSV files name them)."
    )
    target: Annotated[float, text_field(_number), WithJsonSchema({"type": "number"})] = Field(
        description="What it should be, in the unit of the column: percent, points or seconds."
    )
    is_: Literal["at_least", "at_most"] = Field(
        "at_least", alias="is", description="Whether more is better or less: at_least, at_most."
    )
    queue: Name | None = Field(None, description="Only for this queue.")
    category: PlainText | None = Field(
        None, description="Only for this category of tickets and those below it, as in card.lost."
    )
    from_: Day | None = Field(None, alias="from", description="The first day on which it holds.")
    until: Day | None = Field(None, description="The last day on which it holds.")


def to_goals(goals: Iterable[KpiGoal], zone: tzinfo) -> tuple[Goal, ...]:
    """The goals of a configuration; their days are those of this zone."""
    return tuple(_goal(one, zone) for one in goals)


def _goal(one: KpiGoal, zone: tzinfo) -> Goal:
    report, column = one.kpi.split(".")
    return Goal(
        report=report,
        column=column,
        value=one.target,
        at_least=one.is_ == "at_least",
        queue=one.queue or "",
        category=one.category or "",
        since=None if one.from_ is None else _midnight(one.from_, zone),
        until=None if one.until is None else _midnight(one.until + _DAY, zone),
    )


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
