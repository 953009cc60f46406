"""Places inside written values, and what is collected."""

from __future__ import annotations

from ivr.domain.problem import Position
from ivr.flow.load.findings import Findings, as_map, find, inside, lone, meant
from ivr.flow.reader import Map, Node, Text, read

SOURCE = """\
plain: abc def
quoted: "abc def"
escaped: "a\\tc def"
folded: >
  abc
  def
branches:
  - x == 1: main
list: [a, [b, c]]
"""


def tree() -> Map:
    document, _problems = read("f.yaml", SOURCE.encode())
    assert document is not None
    assert isinstance(document.root, Map)
    return document.root


def under(*path: str | int) -> Node:
    return find(tree(), path)


def column(node: Node, offset: int) -> tuple[int, int]:
    at = inside(node, offset)
    return at.line, at.column


def test_an_offset_counts_from_the_first_character_of_the_text() -> None:
    assert column(under("plain"), 4) == (1, 12)
    assert column(under("quoted"), 4) == (2, 14)


def test_where_characters_cannot_be_counted_the_start_is_named() -> None:
    assert column(under("escaped"), 4) == (3, 10)
    assert column(under("folded"), 4) == (4, 9)


def test_a_branch_is_its_key_and_its_value() -> None:
    key, value = under("branches", 0, 0), under("branches", 0, 1)
    assert isinstance(key, Text)
    assert isinstance(value, Text)
    assert (key.value, value.value) == ("x == 1", "main")
    assert column(under("branches", 0), 5) == (8, 10)


def test_a_path_that_ends_early_gives_its_nearest_parent() -> None:
    found = under("list", 1, 7)
    assert (found.at.line, found.at.column) == (9, 11)


def test_only_a_map_is_a_map() -> None:
    assert as_map(under("plain")) is None
    assert as_map(under("branches", 0)) is not None


def test_a_lone_verb_becomes_a_map_with_an_empty_value() -> None:
    word = under("plain")
    assert isinstance(word, Text)
    assert [(e.key.value, getattr(e.value, "value", None)) for e in lone(word).entries] == [
        ("abc def", "")
    ]


def test_problems_are_kept_once_and_files_with_errors_are_known() -> None:
    findings = Findings()
    findings.error("F101", Position("a.yaml"), "x")
    findings.error("F101", Position("a.yaml"), "x")
    findings.warning("F207", Position("b.yaml"), "y", meant("z"))
    assert len(findings.problems) == 2
    assert findings.files_with_errors() == {"a.yaml"}
    assert [one.hint for one in findings.problems] == ["", 'did you mean "z"?']


def test_what_is_excused_at_a_place_is_remembered_there() -> None:
    findings = Findings()
    findings.excuse(Position("a.yaml", 2), frozenset({"into"}))
    assert findings.excused(Position("a.yaml", 2)) == {"into"}
    assert findings.excused(Position("a.yaml", 3)) == frozenset()


def test_no_near_name_no_remedy() -> None:
    assert meant(None) == ""
