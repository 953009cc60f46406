"""Reports as JSON."""

from __future__ import annotations

from ivr.reports.kinds import REPORTS
from ivr.reports.model import Mean, Net, Row, Share, Table, Weighted
from ivr.web.api.reports.shapes import MeanOut, NetOut, ShareOut, WeightedOut, report_out, row_out


def test_nothing_of_nothing_is_null() -> None:
    count = REPORTS["R14"].columns[0]
    row = Row(("a",), (Share(0, 0), 3, None, 1.5))
    out = row_out(Table(REPORTS["R14"], ("category",), (count,) * 4, (row,), row), row)
    assert out.cells == (ShareOut(percent=None, num=0, n=0, low=None, high=None), 3, None, 1.5)


def test_people_can_be_left_out() -> None:
    out = report_out(REPORTS["R4"], persons=False)
    assert "agent" not in (*out.by, *out.default, *out.filters)
    assert "agent" in report_out(REPORTS["R4"]).by


def test_means_are_told_with_their_interval_and_from_thirty_pairs_on() -> None:
    report = REPORTS["R21"]
    columns = tuple(each for each in report.columns if each.unit in {"mean", "paired"})
    few, many = Mean(29, 59, 29), Mean(-15, 45, 30)
    row = Row((), (few, many, many, None))
    table = Table(report, (), columns, (row,), row)
    assert row_out(table, row).cells == (
        MeanOut(mean=None, n=29, low=0.61, high=1.39),
        MeanOut(mean=-0.5, n=30, low=-0.92, high=-0.08),
        MeanOut(mean=-0.5, n=30, low=-0.92, high=-0.08),
        None,
    )


def test_few_answers_have_an_interval_and_no_value() -> None:
    report = REPORTS["R17"]
    columns = tuple(each for each in report.columns if each.unit in {"score", "net", "weighted"})
    few = Row((), (Share(12, 12), Weighted(12, 12, 12, 12), Net(12, 5, 3), Share(0, 0)))
    many = Row((), (Share(41, 50), Weighted(41, 50, 50, 50), Net(60, 25, 15), Share(412, 500)))
    table = Table(report, (), columns, (few, many), many)
    score, weighted, net, none = row_out(table, few).cells
    assert score == ShareOut(percent=None, num=12, n=12, low=75.75, high=100.0)
    assert weighted == WeightedOut(percent=None, n=12, effective=12.0, low=75.75, high=100.0)
    assert net == NetOut(points=None, promoters=12, detractors=3, n=20, low=8.43, high=69.83)
    assert none == ShareOut(percent=None, num=0, n=0, low=None, high=None)
    score, weighted, net, _last = row_out(table, many).cells
    assert score == ShareOut(percent=82.0, num=41, n=50, low=69.2, high=90.23)
    assert weighted == WeightedOut(percent=82.0, n=50, effective=50.0, low=69.2, high=90.23)
    assert isinstance(net, NetOut)
    assert (net.points, round(net.low or 0, 1), round(net.high or 0, 1)) == (45.0, 29.3, 58.0)
