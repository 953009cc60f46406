"""Figures are judged by their intervals; the narrowest goal counts, and only for its own time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.reports.goals import Goal, Scope, judged, verdict_of
from ivr.reports.kinds import REPORTS
from ivr.reports.model import (
    Cell,
    Fact,
    Judged,
    Net,
    Question,
    Share,
    Table,
    Verdict,
    Weighted,
)
from ivr.reports.tabulating import tabulate

START = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
R2 = REPORTS["R2"]
MET, MISSED, OPEN, CHANGED = Verdict.MET, Verdict.MISSED, Verdict.OPEN, Verdict.CHANGED


@pytest.mark.parametrize(
    ("cell", "unit", "target", "at_least", "verdict"),
    [
        # 80 of 100 lies between 71.12 and 86.66 % (Wilson).
        (Share(80, 100), "share", 71.12, True, MET),
        (Share(80, 100), "share", 71.13, True, OPEN),
        (Share(80, 100), "share", 86.66, True, OPEN),
        (Share(80, 100), "share", 86.67, True, MISSED),
        (Share(80, 100), "share", 86.66, False, MET),
        (Share(80, 100), "share", 86.65, False, OPEN),
        (Share(80, 100), "share", 71.12, False, OPEN),
        (Share(80, 100), "share", 71.11, False, MISSED),
        (Share(0, 0), "share", 50, True, OPEN),
        # 24 of 29 answers are too few to be told, 24 of 30 lie between 62.69 and 90.49 %.
        (Share(24, 29), "score", 10, True, OPEN),
        (Share(24, 30), "score", 62.69, True, MET),
        # 60, 25 and 15 of 100 lie between 29.3 and 58.0 points.
        (Net(60, 25, 15), "net", 29, True, MET),
        (Net(60, 25, 15), "net", 45, True, OPEN),
        (Net(60, 25, 15), "net", 58.1, True, MISSED),
        (Weighted(80.0, 100.0, 100.0, 100), "weighted", 71.12, True, MET),
        # A mean is compared as it is.
        (240.0, "seconds", 240, False, MET),
        (240.01, "seconds", 240, False, MISSED),
        (None, "seconds", 240, False, OPEN),
    ],
)
def test_a_verdict_needs_the_whole_interval(
    cell: Cell, unit: str, target: float, at_least: bool, verdict: Verdict
) -> None:
    assert verdict_of(cell, unit, target, at_least=at_least) is verdict


@given(st.integers(1, 10_000), st.floats(0, 1), st.floats(0, 100))
def test_what_is_missed_one_way_is_met_the_other_way(n: int, part: float, target: float) -> None:
    cell = Share(round(n * part), n)
    least, most = (verdict_of(cell, "share", target, at_least=way) for way in (True, False))
    assert (least is MISSED) <= (most is MET)
    assert (most is MISSED) <= (least is MET)


def table(*by: str, queues: tuple[str, ...] = (), days: int = 2) -> tuple[Table, Question]:
    """Service levels: 90 of 100 for cards, 50 of 100 for loans, on the first day."""
    question = Question(START, START + days * DAY, START + days * DAY, by, queues=queues)
    quarter = int(START.timestamp()) // 900
    facts = [
        Fact(
            (queue,) if "queue" in by else (),
            {"answered": 100, "answered_in_time": hits, "goal": 100 * 80, "offered": 100},
            quarter if question.unit else -1,
        )
        for queue, hits in (("cards", 90), ("loans", 50))
        if not queues or queue in queues
    ]
    return tabulate(R2, question, facts, UTC), question


def found(goals: list[Goal], *by: str, column: str = "f3", **more: object) -> dict[str, Judged]:
    """Label of the row, "" = total -> how this column is judged."""
    made, question = table(*by, **more)  # type: ignore[arg-type]
    made = judged(made, question, goals, UTC)
    rows = {" ".join(row.labels): row.goals for row in made.rows} | {"": made.total.goals}
    return {label: goals[column] for label, goals in rows.items() if column in goals}


def test_without_a_goal_of_ours_the_limit_of_the_queue_counts() -> None:
    assert found([], "queue") == {
        "cards": Judged(80.0, True, MET),
        "loans": Judged(80.0, True, MISSED),
        "": Judged(80.0, True, MISSED),
    }
    assert found([], "queue", column="f2") == {}


def test_the_narrowest_goal_counts() -> None:
    goals = [Goal("R2", "f3", 40), Goal("R2", "f3", 99, queue="cards"), Goal("R1", "f3", 1)]
    assert found(goals, "queue") == {
        "cards": Judged(99, True, MISSED),
        "loans": Judged(40, True, MET),
        "": Judged(40, True, MET),
    }


def test_a_queue_that_is_asked_for_alone_has_its_goal_in_the_total() -> None:
    goals = [Goal("R2", "f2", 99, queue="cards")]
    assert found(goals, column="f2") == {}
    asked = found(goals, column="f2", queues=("cards",))
    assert asked == {"": Judged(99, True, MISSED)}


def test_a_goal_holds_for_its_own_days() -> None:
    second = START + DAY
    goals = [Goal("R2", "f2", 10, until=second), Goal("R2", "f2", 20, since=second)]
    assert found(goals, "day", column="f2") == {
        "2026-11-01": Judged(10, True, MET),
        "": Judged(None, True, CHANGED),
    }, "a day without a call has no figure to judge"
    assert found(goals[:1], column="f2") == {"": Judged(None, True, CHANGED)}
    assert found(goals[:1], column="f2", days=1) == {"": Judged(10, True, MET)}


def test_a_goal_that_was_written_anew_with_the_same_figure_has_not_changed() -> None:
    second = START + DAY
    goals = [Goal("R2", "f2", 10, until=second), Goal("R2", "f2", 10, since=second)]
    assert found(goals, column="f2") == {"": Judged(10, True, MET)}


def test_a_category_stands_for_those_below_it() -> None:
    goal = Goal("R2", "f3", 80, category="card")
    for category, fits in (("card", True), ("card.lost", True), ("cards", False), ("", False)):
        assert goal.fits(Scope("", category, START, START + DAY)) is fits
    assert Goal("R2", "f3", 80, category="card.lost").depth > goal.depth
