"""`ivr staffing`: how many agents each half-hour of a queue's day needs, by what came (R30)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from ivr.cli.loading import load
from ivr.cli.outcome import GOOD, say
from ivr.cli.people_store import cannot, on_store
from ivr.cli.proof.reporting import moment
from ivr.config.calendars import find_zone
from ivr.reports.model import Question, Sums
from ivr.reports.periods import HOUR
from ivr.reports.staffing import Demand, Limits, TooMuchError, by_half_hour, staffed
from ivr.reports.written import lines_text
from ivr.runtime.clock import SystemClock
from ivr.store.reports.repository import SqlReports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import tzinfo
    from pathlib import Path

    from ivr.reports.model import Fact
    from ivr.store import SqlStore

_OFFERED = ("answered", "abandoned")
_HEAD = (
    "half_hour", "calls", "load", "needed", "needed_if_nobody_leaves", "scheduled", "binding",
    "service_level", "abandoned", "occupancy",
)  # fmt: skip
_LONGEST_S = 3600.0
"""Patience where nobody has left."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was written on the command line. shrinkage: percent."""

    queue: str
    since: str
    until: str
    shrinkage: int = 30


def staffing(wish: Wish, path: Path) -> int:
    """Say the plan. Returns the exit code."""
    config = load(path)
    zone = find_zone(config.zone)
    options = config.queues.get(wish.queue)
    if options is None:
        return cannot(f"there is no queue {wish.queue}: {', '.join(config.queue_names)}")
    try:
        since, until = moment(wish.since, zone), moment(wish.until, zone)
    except ValueError as error:
        return cannot(f"a day is written as 2026-11-23: {error}")
    if since >= until:
        return cannot("--since must come before --until, which is not in it any more")
    level = options.service_level
    limits = Limits(
        level=level.target / 100, threshold_s=level.threshold, shrinkage=wish.shrinkage / 100
    )
    question = Question(since, until, SystemClock().now(), queues=(wish.queue,))
    job = partial(_tell, question, limits, zone)
    return on_store(config, job, create=False)


async def _tell(question: Question, limits: Limits, zone: tzinfo, store: SqlStore) -> int:
    reports = SqlReports(store.database)
    timed = Question(question.since, question.until, question.now, (HOUR,), queues=question.queues)
    came = by_half_hour(await reports.facts("R1", timed), _OFFERED, zone)
    handled = _sums(await reports.facts("R4", question))
    waits = _sums(await reports.facts("R3", question))
    if not handled["contacts"]:
        return cannot("no call was answered in this time, so nothing is known of handling")
    handle_s = sum(handled[f"{name}_ms"] for name in ("talk", "hold", "wrapup")) / 1000
    waited_s = (waits["wait_ms"] + waits["abandoned_ms"]) / 1000
    lost = waits["abandoned"]
    patience_s = max(1.0, waited_s / lost) if lost else _LONGEST_S
    days = max(1.0, (question.until - question.since) / timedelta(days=1))
    each = Demand(0, max(1.0, handle_s / handled["contacts"]), patience_s)
    try:
        lines = [_HEAD, *_lines(came, days, each, limits)]
    except TooMuchError as error:
        return cannot(str(error))
    say(f"handling {each.handle_s:.0f} s, patience {patience_s:.0f} s, {days:g} days")
    say(lines_text(lines).replace("\r\n", "\n").rstrip("\n"))
    return GOOD


def _lines(
    came: Mapping[str, int], days: float, each: Demand, limits: Limits
) -> Iterator[tuple[str, ...]]:
    for label, calls in came.items():
        demand = Demand(calls / days, each.handle_s, each.patience_s)
        found = staffed(demand, limits)
        expected = found.expected
        shares = (
            ("", "", "")
            if expected is None
            else tuple(
                f"{100 * share:.2f}"
                for share in (expected.service_level, expected.abandoned, expected.occupancy)
            )
        )
        numbers = (found.needed, found.cautious, found.scheduled)
        load = demand.calls / 1800 * demand.handle_s
        yield (
            label, f"{demand.calls:.2f}", f"{load:.2f}", *map(str, numbers), found.binding, *shares,
        )  # fmt: skip


def _sums(facts: Iterable[Fact]) -> Mapping[str, int]:
    sums = Sums()
    for fact in facts:
        sums.add(fact)
    return sums.counts
