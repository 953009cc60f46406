"""A report in plain words: each figure with n and interval, each goal with its verdict."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ivr.reports.goals import Goal, judged
from ivr.reports.kinds import REPORTS
from ivr.reports.model import Fact, Question, Table
from ivr.reports.tabulating import tabulate
from ivr.reports.worded import MOST_ROWS, subject_of, text_of

SINCE = datetime(2026, 11, 16, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=7)


def table(report: str, facts: list[Fact], *by: str, goals: tuple[Goal, ...] = ()) -> Table:
    question = Question(SINCE, UNTIL, UNTIL, by)
    return judged(tabulate(REPORTS[report], question, facts, UTC), question, goals, UTC)


def test_the_subject_says_which_days() -> None:
    made = table("R1", [])
    assert subject_of(made, SINCE, UNTIL, UTC, "en") == (
        "Offered, answered, abandoned (R1), 2026-11-16 - 2026-11-22"
    )
    day = subject_of(made, SINCE, SINCE + timedelta(days=1), UTC, "tr")
    assert day == "Sunulan, yanıtlanan, vazgeçen (R1), 2026-11-16"


def test_figures_come_with_n_interval_and_verdict() -> None:
    facts = [Fact(("cards",), {"answered": 80, "abandoned": 20})]
    goal = Goal("R1", "abandonment", 10, at_least=False)
    text = text_of(table("R1", facts, "queue", goals=(goal,)), "en")
    assert "Total\n  Offered: 100\n" in text
    wanted = "Abandonment (K3): 20.00 % (n = 100, 13.34 … 28.88 %); goal ≤ 10 %: missed"
    assert text.count(wanted) == 2
    assert "\n\ncards\n" in text
    assert "Vazgeçme oranı (K3): 20.00 %" in text_of(table("R1", facts, "queue"), "tr")


def test_few_answers_and_nothing_are_said() -> None:
    few = text_of(table("R17", [Fact(("a",), {"csat_n": 12, "csat_top": 6})], "survey"), "en")
    assert "CSAT: – (n = 12, too few, 25.38 … 74.62 %)" in few
    assert text_of(table("R1", [], "queue"), "tr") == "Bu sürede hiçbir şey yok.\n"


def test_a_mean_is_a_number_of_its_scale_and_no_percentage() -> None:
    counts = {"said": 30, "pairs": 30, "csat_n": 30, "gap_sum": -15, "gap_squares": 45}
    text = text_of(table("R21", [Fact(("ayse",), counts)], "agent"), "en")
    assert "Difference: -0.50 (n = 30, -0.92 … -0.08)" in text


def test_only_the_first_rows_are_written_out() -> None:
    facts = [Fact((f"q{n:03}",), {"answered": 1000 - n}) for n in range(MOST_ROWS + 1)]
    text = text_of(table("R1", facts, "queue"), "en")
    assert "q019" in text
    assert "q020" not in text
    assert "The first 20 rows only" in text
