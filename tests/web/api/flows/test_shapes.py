"""Flows as JSON."""

from __future__ import annotations

from ivr.domain.problem import Position, Problem, Severity
from ivr.web.api.flows.shapes import detail_out, file_problem_out, flow_out
from tests.fakes.flow_shelf import desk_shown


def test_the_list_and_the_map_agree() -> None:
    shown = desk_shown()
    (now,) = shown.all()
    detail = detail_out(shown.one("desk"))
    assert flow_out(now).model_dump() == detail.model_dump(exclude={"text", "map"})
    assert detail.nodes == len(detail.map)


def test_a_problem_keeps_its_place_and_its_remedy() -> None:
    at = Position("flows/desk.yaml", 3, 7)
    problem = Problem("F201", Severity.ERROR, at, "no node nowhere", "did you mean bye?")
    assert file_problem_out(problem).model_dump() == {
        "code": "F201",
        "severity": "error",
        "file": "flows/desk.yaml",
        "line": 3,
        "column": 7,
        "message": "no node nowhere",
        "hint": "did you mean bye?",
    }
