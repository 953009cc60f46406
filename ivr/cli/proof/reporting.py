"""`ivr export report`: one report of a time as text with commas, on the console of the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ivr.cli.loading import load
from ivr.cli.outcome import GOOD, say
from ivr.cli.people_store import cannot, on_store
from ivr.config.calendars import find_zone
from ivr.config.reporting.goals import to_goals
from ivr.reports.choosing import NoSuchRowsError, rows_of
from ivr.reports.goals import judged
from ivr.reports.kinds import REPORTS
from ivr.reports.model import Question
from ivr.reports.periods import TooManyError
from ivr.reports.tabulating import tabulate
from ivr.reports.written import csv_text
from ivr.runtime.clock import SystemClock
from ivr.store.reports.repository import SqlReports

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from ivr.config.model import Config
    from ivr.reports.model import Report
    from ivr.store import SqlStore


@dataclass(frozen=True, slots=True)
class Wish:
    """What was written on the command line."""

    report: str
    since: str
    until: str
    by: str = ""
    file: Path | None = None


def report(wish: Wish, path: Path) -> int:
    """Write a report. Returns the exit code."""
    config = load(path)
    zone = find_zone(config.zone)
    wanted = REPORTS.get(wish.report.upper())
    if wanted is None:
        return cannot(f"there is no report {wish.report}: {', '.join(REPORTS)}")
    try:
        by = rows_of(wanted, wish.by)
        since, until = moment(wish.since, zone), moment(wish.until, zone)
    except NoSuchRowsError as error:
        return cannot(f"--by: {error}")
    except ValueError as error:
        return cannot(f"a day is written as 2026-11-23: {error}")
    if since >= until:
        return cannot("--since must come before --until, which is not in it any more")
    question = Question(since, until, SystemClock().now(), by)
    job = partial(_write, wish, wanted, question, config)
    return on_store(config, job, create=False)


async def _write(
    wish: Wish, wanted: Report, question: Question, config: Config, store: SqlStore
) -> int:
    zone = find_zone(config.zone)
    facts = await SqlReports(store.database).facts(wanted.id, question)
    try:
        table = tabulate(wanted, question, facts, zone)
    except TooManyError as error:
        return cannot(str(error))
    text = csv_text(judged(table, question, to_goals(config.goals.values(), zone), zone))
    if wish.file is None:
        say(text.replace("\r\n", "\n").rstrip("\n"))
        return GOOD
    try:
        wish.file.write_bytes(text.encode())
    except OSError as error:
        return cannot(f"{wish.file} cannot be written: {error}")
    say(f"{len(table.rows)} rows written to {wish.file}")
    return GOOD


def moment(text: str, zone: tzinfo) -> datetime:
    """A day or a moment; without an offset it is one of the house."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)
