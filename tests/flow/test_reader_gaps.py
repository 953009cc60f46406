"""Between the values: comments, and marks that the events do not show."""

from __future__ import annotations

import pytest

from ivr.flow.reader_gaps import Gaps
from ivr.flow.reader_text import Source


def gaps_of(text: str, *values: tuple[int, int]) -> Gaps:
    """The gaps of a text around values that stand at these indexes."""
    gaps = Gaps(Source("f", text))
    for start, end in values:
        gaps.read(start, end)
    gaps.read(len(text), len(text))
    return gaps


def told(gaps: Gaps) -> list[str]:
    return [f"{problem.at.column} {problem.code}" for problem in gaps.problems]


def test_comments_are_kept_by_line_without_their_line_end() -> None:
    gaps = gaps_of("# a \r\n\r\nkey # b\n", (9, 12))
    assert gaps.comments == {1: "# a", 3: "# b"}
    assert gaps.columns == {1: 1, 3: 5}
    assert gaps.problems == []


def test_what_stands_in_a_value_is_not_read() -> None:
    gaps = gaps_of("'# ? %' # c", (0, 7))
    assert gaps.comments == {1: "# c"}
    assert gaps.problems == []


def test_the_first_line_of_a_block_may_end_in_a_comment() -> None:
    text = "| # c\n # no\n"
    gaps = Gaps(Source("f", text))
    gaps.read_block(0, len(text))
    assert gaps.comments == {1: "# c"}


@pytest.mark.parametrize("text", ["x# c", "]#c", ">#c"])
def test_a_comment_needs_a_space_before_it(text: str) -> None:
    assert told(gaps_of(text)) == [f"{text.index('#') + 1} F002"]


@pytest.mark.parametrize("text", ["#: a", "  #: a", "- - #: a", "{#: a", "{a, #: b", "#:"])
def test_a_bare_hash_where_a_key_may_begin_is_one_that_was_not_quoted(text: str) -> None:
    expected = [f"{text.index('#') + 1} F007"]
    assert told(gaps_of(text)) == expected
    broken = Gaps(Source("f", text))
    broken.read_broken(len(text))
    assert told(broken) == expected


@pytest.mark.parametrize("text", ["# : a", "#:a", "] #: a", "## #: a", "# {#: a"])
def test_other_comments_are_comments(text: str) -> None:
    gaps = gaps_of(text)
    assert told(gaps) == []
    assert len(gaps.comments) == 1


def test_question_marks_directives_and_tabs_are_refused() -> None:
    assert told(gaps_of("? ")) == ["1 F004"]
    assert told(gaps_of("%YAML 1.2\n---\n")) == ["1 F004"]
    assert told(gaps_of("[\n\tx", (3, 4))) == ["1 F002"]
    assert told(gaps_of("[\n \n\t\n\t# c\n")) == []


def test_anchors_and_tags_may_hold_any_sign() -> None:
    gaps = gaps_of("&a#? !<x#?> [")
    assert told(gaps) == []
    assert gaps.comments == {}


def test_no_more_than_200_are_told() -> None:
    assert len(gaps_of("? " * 1000).problems) == 200
