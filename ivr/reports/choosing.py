"""Which rows a report is to have, from what somebody wrote: `agent,day`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.reports.periods import UNITS

if TYPE_CHECKING:
    from collections.abc import Collection

    from ivr.reports.model import Report

MOST = 3


class NoSuchRowsError(ValueError):
    """The report cannot be asked for these rows."""


def rows_of(report: Report, text: str, hidden: Collection[str] = ()) -> tuple[str, ...]:
    """The names with commas between; without any those that the report has by default.

    hidden: left out of the default. Raises NoSuchRowsError.
    """
    usual = tuple(name for name in report.default if name not in hidden)
    by = tuple(filter(None, (part.strip() for part in text.split(",")))) or usual
    known = (*report.by, *(UNITS if report.periodic else ()))
    twice = len(set(by)) < len(by)
    if len(by) > MOST or twice or sum(name in UNITS for name in by) > 1:
        raise NoSuchRowsError(f"at most {MOST} different ones, and one period among them")
    unknown = next((name for name in by if name not in known), "")
    if unknown:
        raise NoSuchRowsError(f"{unknown}: rows of this report are {', '.join(known)}")
    return by
