"""Whether answers to more than one wording are told as such."""

from __future__ import annotations

from ivr.reports.kinds.r17 import REPORT
from ivr.reports.model import Fact, Sums


def wordings(*versions: int) -> object:
    sums = Sums()
    for version in versions:
        sums.add(Fact((), {}, largest={"last_version": version, "first_version": -version}))
    (column,) = [each for each in REPORT.columns if each.name == "wordings"]
    return column.of(sums)


def test_mixed_wordings_are_told_and_the_funnel_alone_has_none() -> None:
    assert wordings(3, 3) == 1
    assert wordings(3, 4) == 2
    assert wordings() is None
