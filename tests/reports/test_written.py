"""Reports as text with commas."""

from __future__ import annotations

from ivr.reports.kinds import REPORTS
from ivr.reports.model import Row, Share, Table
from ivr.reports.written import csv_text


def test_signs_that_divide_are_quoted_and_formulas_are_harmless() -> None:
    report = REPORTS["R14"]
    cells = (3, 1, Share(1, 3), 1)
    rows = (Row(('a, "b"',), cells), Row(("=1+1",), (0, 0, Share(0, 0), 0)))
    table = Table(report, ("category",), report.columns, rows, Row(("",), cells))
    assert csv_text(table).split("\r\n") == [
        "category,closed,reopened,reopen_rate_percent,reopen_rate_num,reopen_rate_n,"
        "reopen_rate_low,reopen_rate_high,reopenings",
        '"a, ""b""",3,1,33.33,1,3,6.15,79.23,1',
        "'=1+1,0,0,,0,0,,,0",
        "",
    ]
