"""Reports as JSON."""

from __future__ import annotations

from ivr.reports.kinds import REPORTS
from ivr.reports.model import Row, Share
from ivr.web.api.reports.shapes import ShareOut, report_out, row_out


def test_nothing_of_nothing_is_null() -> None:
    out = row_out(Row(("a",), (Share(0, 0), 3, None, 1.5)))
    assert out.cells == (ShareOut(percent=None, num=0, n=0, low=None, high=None), 3, None, 1.5)


def test_people_can_be_left_out() -> None:
    out = report_out(REPORTS["R4"], persons=False)
    assert "agent" not in (*out.by, *out.default, *out.filters)
    assert "agent" in report_out(REPORTS["R4"]).by
