"""The rules of keys and values, one by one."""

from __future__ import annotations

import pytest

from ivr.flow.reader import plain, read


def told(text: str) -> list[str]:
    return [str(problem).removeprefix("f:") for problem in read("f", text.encode())[1]]


def test_keys_are_compared_as_text() -> None:
    assert told("1: a\n01: b\n\"1\": c\n'1': d\n") == [
        '3:1 F003 error key "1" is here twice, first in line 1',
        '4:1 F003 error key "1" is here twice, first in line 1',
    ]
    assert told("a: {b: 1}\nc: {b: 1}\n") == []


def test_the_first_of_two_keys_stays() -> None:
    document, _ = read("f", b"a: 1\nb: 2\na: {c: 3}\n")
    assert document is not None
    assert document.root is not None
    assert plain(document.root) == {"a": "1", "b": "2"}


def test_anchors_and_tags_are_told_wherever_they_stand() -> None:
    text = "&a k: &b !t v\nl: !u [&c x, ! y]\nm: !v\n  &d n: o\n"
    assert [line.split(" ")[0] for line in told(text)] == [
        *("1:1", "1:7", "1:10", "2:4", "2:8", "2:14", "3:4", "4:3"),
    ]
    assert {line.split(" ")[1] for line in told(text)} == {"F004"}


def test_an_alias_is_refused_and_a_star_code_is_to_be_quoted() -> None:
    assert told("a: *b\n") == ["1:4 F004 error aliases (*) are not allowed; write the value out"]
    assert told("*b : c\n") == ["1:1 F004 error aliases (*) are not allowed; write the value out"]
    assert told("*72: c\n") == ['1:1 F007 error quote this key: "*72"']


def test_a_merge_key_in_quotes_is_a_key() -> None:
    assert told("'<<': a\n") == []
    assert len(told("<<: a\n<<: b\n")) == 2


def test_a_key_is_one_text() -> None:
    assert told("{a: b}: c\n[d]: e\n") == [
        "1:1 F004 error a key must be text",
        "2:1 F004 error a key must be text",
    ]
    assert told("? [a]\n") == [
        '1:1 F004 error "? " keys are not allowed; write key: value',
        "1:3 F004 error a key must be text",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a}", '1:2 F006 error "a" has no value; quote an expression with a comma inside { }'),
        ("{a:1}", '1:2 F006 error "a:1" has no value; put a space after the colon'),
        (
            '{"a:1"}',
            '1:2 F006 error "a:1" has no value; quote an expression with a comma inside { }',
        ),
        (
            "{a # :\n}",
            '1:2 F006 error "a" has no value; quote an expression with a comma inside { }',
        ),
        ("{a: }", "1:2 F008 error a is empty"),
        ("{a: , hangup: }", "1:2 F008 error a is empty"),
        ("[a: ]", "1:2 F008 error a is empty"),
        ("a:\nhangup:", "1:1 F008 error a is empty"),
        ("{hangup}", '1:2 F006 error "hangup" has no value;'),
        ("- a\n-\n", "2:1 F008 error this list item is empty"),
        ("- # c\n- a\n", "1:1 F008 error this list item is empty"),
        ("end_key: #\n", '1:1 F008 error end_key is empty; to mean the key # write "#"'),
        ("- #\n", '1:1 F008 error this list item is empty; to mean the key # write "#"'),
        ("? \n", "1:2 F008 error a key is empty"),
    ],
)
def test_an_empty_value_is_told_at_its_key(text: str, expected: str) -> None:
    lines = [line for line in told(text) if "F004" not in line]
    assert len(lines) == 1
    assert lines[0].startswith(expected)


def test_empty_quotes_are_a_value() -> None:
    assert told("a: ''\nb: [\"\"]\nc: |\nd: {}\ne: []\n'': f\n") == []


def test_half_an_expression_that_stands_twice_is_no_doubled_key() -> None:
    assert [line.split(" ")[1] for line in told("{a: =f(x, y), b: =g(x, y)}")] == ["F006", "F006"]


def test_a_doubled_key_without_value_is_one_problem() -> None:
    assert [line.split(" ")[1] for line in told("a: 1\na:\n")] == ["F003"]


@pytest.mark.unmeasured
def test_depth_and_number_have_limits() -> None:
    assert told("[" * 40 + "]" * 40) == []
    assert told("a: {" * 41) == ["1:160 F005 error more than 40 levels deep"]
    assert told("[" + "a," * 49_999 + "]") == []
