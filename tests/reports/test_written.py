"""Reports as text with commas."""

from __future__ import annotations

from ivr.reports.kinds import REPORTS
from ivr.reports.model import Mean, Row, Share, Table
from ivr.reports.written import csv_text


def test_a_mean_stands_in_columns_of_its_own_with_n_and_interval() -> None:
    report = REPORTS["R21"]
    columns = tuple(each for each in report.columns if each.name in {"pairs", "caller", "gap"})
    rows = (
        Row(("ayse",), (30, Mean(120, 510, 30), Mean(-15, 45, 30))),
        Row(("can",), (2, Mean(8, 34, 2), Mean(1, 1, 2))),
        Row(("deniz",), (0, Mean(0, 0, 0), None)),
    )
    table = Table(report, ("agent",), columns, rows, rows[0])
    assert csv_text(table).split("\r\n") == [
        "agent,pairs,caller_mean,caller_n,caller_low,caller_high,gap_mean,gap_n,gap_low,gap_high",
        "ayse,30,4.00,30,3.62,4.38,-0.50,30,-0.92,-0.08",
        "can,2,,2,-8.71,16.71,,2,-5.85,6.85",
        "deniz,0,,0,,,,,,",
        "",
    ]


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
