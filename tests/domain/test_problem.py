"""The line that names a mistake, and the order in which mistakes are told."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from ivr.domain.problem import Position, Problem, Severity

AT = Position("flows/bank.yaml", 12, 5)


def test_a_problem_is_one_line_with_place_code_severity_and_message() -> None:
    problem = Problem("F201", Severity.ERROR, AT, 'no node "nowhere"')
    assert str(problem) == 'flows/bank.yaml:12:5 F201 error no node "nowhere"'


def test_a_hint_follows_the_message() -> None:
    problem = Problem("F301", Severity.WARNING, AT, "too long", "write less")
    assert str(problem) == "flows/bank.yaml:12:5 F301 warning too long; write less"


def test_the_end_of_a_mistake_is_for_editors_alone() -> None:
    problem = Problem("F301", Severity.NOTE, AT, "here", end=Position("flows/bank.yaml", 12, 9))
    assert str(problem) == "flows/bank.yaml:12:5 F301 note here"


def test_severities_are_written_as_words() -> None:
    assert [str(one) for one in Severity] == ["error", "warning", "note", "fail"]


def test_a_place_without_a_line_is_the_begin_of_its_file() -> None:
    assert Position("a.yaml") == Position("a.yaml", 1, 1)


def test_places_are_sorted_by_file_then_line_then_column_as_numbers() -> None:
    places = [Position("b", 1, 1), Position("a", 10, 2), Position("a", 9, 30), Position("a", 10, 1)]
    assert sorted(places) == [places[2], places[3], places[1], places[0]]


def test_equal_mistakes_are_one_and_none_can_be_changed() -> None:
    problem = Problem("F201", Severity.ERROR, AT, "no node")
    assert len({problem, Problem("F201", Severity.ERROR, Position(*_parts(AT)), "no node")}) == 1
    with pytest.raises(FrozenInstanceError):
        problem.code = "F202"  # type: ignore[misc]


def _parts(place: Position) -> tuple[str, int, int]:
    return place.file, place.line, place.column
