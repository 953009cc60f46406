"""How figures are told, and what an agent is told of himself."""

from __future__ import annotations

from decimal import Decimal

from ivr.reports.kinds import REPORTS
from ivr.reports.model import NET, SCORE, SHARE, WEIGHTED, Net, Row, Share, Table, Weighted
from ivr.reports.telling import own_only, told


def test_a_score_under_thirty_answers_has_no_value_but_a_share_has() -> None:
    assert told(Share(20, 29), SCORE).value is None
    assert told(Share(20, 29), SHARE).value == Decimal("68.97")
    assert told(Share(20, 30), SCORE).value == Decimal("66.67")
    assert told(Net(10, 10, 10), NET).value == 0
    assert told(Net(10, 10, 9), NET).value is None


def test_a_weighted_share_says_what_its_answers_are_worth() -> None:
    found = told(Weighted(300, 420, 30 * 100 + 30 * 16, 60), WEIGHTED)
    assert (found.value, found.n, found.effective) == (Decimal("71.43"), 60, Decimal("50.69"))
    assert told(Weighted(0, 0, 0, 0), WEIGHTED).low is None


def test_an_agent_sees_his_scores_from_thirty_answers_on_and_nothing_of_who_was_asked() -> None:
    report = REPORTS["R17"]
    names = [column.name for column in report.columns]
    cells = dict.fromkeys(names, 7) | {
        "csat": Share(31, 40), "csat_weighted": None, "nps": Net(5, 5, 5), "ces": Share(0, 0),
        "reach": Share(40, 50),
    }  # fmt: skip
    row = Row(("x",), tuple(cells[name] for name in names))
    mine = own_only(Table(report, ("plan",), report.columns, (row,), row))
    shown = dict(zip(names, mine.rows[0].cells, strict=True))
    assert {name for name, cell in shown.items() if cell is not None} == {"csat"}
    assert mine.total.cells == mine.rows[0].cells
