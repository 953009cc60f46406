"""Which rows a report is to have."""

from __future__ import annotations

import pytest

from ivr.reports.choosing import NoSuchRowsError, rows_of
from ivr.reports.kinds import REPORTS


def test_what_is_written_counts_else_the_default() -> None:
    assert rows_of(REPORTS["R4"], " agent , day ") == ("agent", "day")
    assert rows_of(REPORTS["R4"], ",") == ("agent", "category")
    assert rows_of(REPORTS["R4"], "", hidden=("agent",)) == ("category",)


@pytest.mark.parametrize(
    ("report", "text"),
    [
        ("R11", "moon"),
        ("R11", "day,month"),
        ("R11", "metric,metric"),
        ("R11", "metric,team,agent,day"),
        ("R13", "day"),
    ],
)
def test_other_rows_are_refused(report: str, text: str) -> None:
    with pytest.raises(NoSuchRowsError):
        rows_of(REPORTS[report], text)
