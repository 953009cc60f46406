"""Facts add up, and a question knows what of it is a period."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.reports.kinds import REPORTS
from ivr.reports.model import FILTERS, Fact, Question, Sums
from ivr.reports.periods import UNITS

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_sums_keep_counts_values_and_the_largest() -> None:
    sums = Sums()
    sums.add(Fact((), {"times": 2, "n": 2}, value=7, largest={"wait": 3}))
    sums.add(Fact((), {"times": 1, "n": 1}, value=7, largest={"wait": 9}))
    assert (dict(sums.spread), sums.counts["n"], sums.largest) == ({7: 3}, 3, {"wait": 9})


def test_a_question_tells_periods_from_keys() -> None:
    asked = Question(NOON, NOON, NOON, by=("agent", "day"))
    assert (asked.unit, asked.keys) == ("day", ("agent",))
    assert Question(NOON, NOON, NOON).unit == ""


def test_every_report_is_whole() -> None:
    """Both languages, known columns, and nothing asked by default that it does not know."""
    for report in REPORTS.values():
        names = [column.name for column in report.columns]
        assert len(names) == len(set(names)), report.id
        assert {report.chart, report.goal, report.ranked, report.running} <= {*names, ""}, report.id
        assert {*report.default} <= {*report.by, *UNITS}, report.id
        assert {*report.filters} <= {*FILTERS}, report.id
        for title in (report.title, report.note, *(column.title for column in report.columns)):
            assert set(title) == {"tr", "en"}
            assert all(title.values()), report.id


def test_only_what_knows_whose_it_is_can_be_asked_by_people() -> None:
    assert [each.id for each in REPORTS.values() if each.personal] == [
        "R11", "R4", "R5", "R10", "R14", "R12", "R13", "R15", "R16", "R24", "R25", "R17", "R18",
        "R19", "R21", "R22", "R23", "R6", "R7",
    ]  # fmt: skip
