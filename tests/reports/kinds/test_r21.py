"""Means of scores are of one scale, or there are none."""

from __future__ import annotations

from ivr.reports.kinds.r21 import REPORT
from ivr.reports.model import Cell, Fact, Mean, Sums

PAIRS = {"said": 3, "pairs": 2, "csat_n": 3, "agent_sum": 9, "agent_squares": 41,
         "caller_sum": 7, "caller_squares": 25, "gap_sum": 2, "gap_squares": 2,
         "alone_agent_sum": 4, "alone_agent_squares": 16}  # fmt: skip


def cells(*counts: dict[str, int], versions: tuple[int, ...] = ()) -> dict[str, Cell]:
    sums = Sums()
    for each in counts:
        sums.add(Fact((), each))
    for version in versions:
        sums.add(Fact((), {}, largest={"last_version": version, "first_version": -version}))
    return {column.name: column.of(sums) for column in REPORT.columns}


def test_the_pairs_and_the_rest_have_a_mean_each() -> None:
    found = cells(PAIRS)
    assert found["agent"] == Mean(9, 41, 2)
    assert found["caller"] == Mean(7, 25, 2)
    assert found["gap"] == Mean(2, 2, 2)
    assert found["alone_agent"] == Mean(4, 16, 1)


def test_scales_are_never_mixed() -> None:
    found = cells(PAIRS, {"said": 1, "pairs": 0, "nps_n": 1})
    assert {name for name, cell in found.items() if cell is None} >= {
        "agent", "caller", "gap", "alone_agent",
    }  # fmt: skip
    assert (found["said"], found["pairs"]) == (4, 2)


def test_mixed_wordings_are_told_on_either_side() -> None:
    assert [cells(versions=each)["wordings"] for each in ((), (3, 3), (3, 4))] == [None, 1, 2]
    sums = Sums()
    for answered in (7, 8):
        mine = {"last_version": 3, "first_version": -3}
        his = {"last_answered": answered, "first_answered": -answered}
        sums.add(Fact((), {}, largest={**mine, **his}))
    (column,) = [each for each in REPORT.columns if each.name == "wordings"]
    assert column.of(sums) == 2
