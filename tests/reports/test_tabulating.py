"""Rows, order, gaps and totals of a report, from facts written by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.reports.kinds import REPORTS
from ivr.reports.model import Fact, Question, Share, Table
from ivr.reports.tabulating import tabulate

DAY = datetime(2026, 11, 2, tzinfo=UTC)
QUARTER = int(DAY.timestamp()) // 900


def made(report: str, *facts: Fact, by: tuple[str, ...] = (), days: int = 3) -> Table:
    asked = Question(DAY, DAY.replace(day=2 + days), DAY, by=by)
    return tabulate(REPORTS[report], asked, facts, UTC)


def cell(table: Table, row: int, name: str) -> object:
    place = [column.name for column in table.columns].index(name)
    return table.rows[row].cells[place]


def test_a_day_without_anything_is_a_row_too() -> None:
    table = made(
        "R11",
        Fact((), {"met": 3, "breached": 1}, QUARTER),
        Fact((), {"met": 1, "breached": 0}, QUARTER + 95),
        Fact((), {"met": 0, "breached": 2}, QUARTER + 2 * 96),
        by=("day",),
    )
    assert [row.labels for row in table.rows] == [("2026-11-02",), ("2026-11-03",), ("2026-11-04",)]
    found = [cell(table, row, "attainment") for row in range(3)]
    assert found == [Share(4, 5), Share(0, 0), Share(0, 2)]
    assert table.total.cells[0] == Share(4, 7)


def test_the_labels_stand_in_the_order_asked_for() -> None:
    fact = Fact(("ayse",), {"met": 1}, QUARTER)
    assert made("R11", fact, by=("agent", "day")).rows[0].labels == ("ayse", "2026-11-02")
    assert made("R11", fact, by=("day", "agent")).rows[0].labels == ("2026-11-02", "ayse")


def test_the_worst_reason_comes_first_and_the_share_adds_up() -> None:
    table = made(
        "R16",
        Fact(("design",), {"closed": 1}),
        Fact(("defect",), {"closed": 5}),
        Fact(("own_error",), {"closed": 2}),
        by=("root_cause",),
    )
    assert [row.labels[0] for row in table.rows] == ["defect", "own_error", "design"]
    added = [cell(table, row, "cumulative") for row in range(3)]
    assert added == [Share(5, 8), Share(7, 8), Share(8, 8)]


def test_quantiles_are_taken_from_the_sorted_row() -> None:
    waits = [
        Fact((), {"times": n, "answered": n}, value=ms)
        for ms, n in ((3000, 1), (1000, 2), (9000, 1))
    ]
    table = made(
        "R3", *waits, Fact((), {}, largest={"wait": 9500}), Fact((), {}, largest={"wait": 4})
    )
    figures = {
        column.name: one for column, one in zip(table.columns, table.total.cells, strict=True)
    }
    assert (figures["p50"], figures["p80"]) == (3.0, 9.0), "sorted[2] and sorted[3] of 1 1 3 9"
    assert figures["longest"] == 9.5
    assert figures["ata"] is None, "nobody abandoned: no mean"


def test_the_worked_example_of_the_service_levels() -> None:
    names = {"answered": 400, "abandoned": 50, "overflowed": 15, "callback": 12}
    small = {"answered_in_time": 300, "abandoned_in_time": 20, "short": 8, "callback_in_time": 10}
    small["f8_others"] = 57
    table = made("R2", Fact((), {**names, **small, "offered": 477, "goal": 80 * 477}))
    found = {column.name: one for column, one in zip(table.columns, table.total.cells, strict=True)}
    wanted = {
        "f1": Share(320, 450), "f2": Share(300, 400), "f3": Share(300, 450), "f4": Share(300, 430),
        "f5": Share(308, 450), "f6": Share(300, 442), "f7": Share(330, 477), "f8": Share(300, 457),
        "goal": 80.0, "offered": 477,
    }  # fmt: skip
    assert {name: found[name] for name in wanted} == wanted
