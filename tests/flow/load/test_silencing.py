"""Comments that silence a warning, and those that do not."""

from __future__ import annotations

from ivr.domain.problem import Position, Problem, Severity
from ivr.flow.load.silencing import arranged, silenced
from ivr.flow.reader_tree import Document


def problem(code: str, line: int, severity: Severity = Severity.WARNING) -> Problem:
    return Problem(code, severity, Position("a.yaml", line, 3), "so")


def left(comment: str, *problems: Problem) -> list[str]:
    document = Document(None, {4: comment}, {4: 40})
    return [str(one) for one in silenced(problems, {"a.yaml": document})]


def test_a_reason_silences_the_warning_of_its_line() -> None:
    assert left("# ok F406: the regulator wants all", problem("F406", 4)) == []


def test_another_line_or_code_is_not_silenced() -> None:
    assert len(left("# ok F406: why", problem("F406", 5))) == 2
    assert len(left("# ok F406: why", problem("F407", 4))) == 2


def test_a_note_may_be_silenced_and_an_error_not() -> None:
    assert left("# ok F510: fine", problem("F510", 4, Severity.NOTE)) == []
    assert left("# ok F101: fine", problem("F101", 4, Severity.ERROR)) == [
        "a.yaml:4:3 F101 error so"
    ]


def test_without_a_reason_nothing_is_silenced() -> None:
    for comment in ("# ok F406", "# ok F406:", "#ok F406 :  "):
        assert left(comment, problem("F406", 4)) == [
            "a.yaml:4:3 F406 warning so",
            'a.yaml:4:40 F190 warning "# ok F406" needs a reason; write # ok F406: why',
        ]


def test_an_idle_comment_is_told() -> None:
    assert left("# ok F406: why") == ['a.yaml:4:40 F190 warning "# ok F406" silences nothing here']


def test_while_there_are_errors_a_comment_may_wait() -> None:
    assert left("# ok F406: why", problem("F101", 9, Severity.ERROR)) == [
        "a.yaml:9:3 F101 error so"
    ]


def test_other_comments_are_no_answers() -> None:
    assert left("# it is ok F406: no") == []
    assert left("# okay F406: no") == []


def test_problems_are_sorted_by_place_and_each_told_once() -> None:
    twice = silenced([problem("F406", 9), problem("F406", 2), problem("F406", 9)], {})
    assert [one.at.line for one in arranged(twice)] == [2, 9]


def test_at_most_two_hundred_and_errors_first_to_stay() -> None:
    many = [problem("F406", line) for line in range(1, 300)]
    kept = arranged([*many, problem("F101", 500, Severity.ERROR)])
    assert len(kept) == 200
    assert kept[-1].code == "F101"
