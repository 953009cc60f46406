"""Maps of a test file: unknown and wrong fields, and how a call is laid over its defaults."""

from __future__ import annotations

import pytest

from ivr.flow.cases.written.tree import Reading, merged, whole_number, without
from ivr.flow.reader import read
from ivr.flow.reader_tree import Map, Text, plain


def a_map(text: str) -> Map:
    """A YAML map."""
    document, problems = read("x", text.encode())
    assert problems == ()
    assert document is not None
    assert isinstance(document.root, Map)
    return document.root


@pytest.mark.parametrize(
    ("over", "under", "both"),
    [
        ("{ani: a}", "{ani: b, at: c}", {"at": "c", "ani": "a"}),
        ("{talk: [x]}", "{talk: [y, z]}", {"talk": ["x"]}),
        (
            "{given: {order: {state: a}}}",
            "{given: {order: {state: b, sum: 1}, other: {x: 1}}}",
            {"given": {"other": {"x": "1"}, "order": {"state": "a"}}},
        ),
        (
            "{given: {queues: {a: {agents: 1}}}}",
            "{given: {queues: {a: {agents: 2, full: true}, b: {agents: 3}}}}",
            {"given": {"queues": {"b": {"agents": "3"}, "a": {"agents": "1"}}}},
        ),
        (
            "{given: {hours: {a: open}}}",
            "{given: {hours: {b: closed}, switch: {c: true}}}",
            {"given": {"switch": {"c": "true"}, "hours": {"b": "closed", "a": "open"}}},
        ),
        (
            "{expect: {queue: a}}",
            "{expect: {queue: b, pop: {x: y}}}",
            {"expect": {"pop": {"x": "y"}, "queue": "a"}},
        ),
        ("{given: x}", "{given: {order: y}}", {"given": "x"}),
    ],
)
def test_a_call_is_laid_over_its_defaults(over: str, under: str, both: object) -> None:
    assert plain(merged(a_map(over), a_map(under))) == both


def test_without_defaults_nothing_changes() -> None:
    call = a_map("{ani: a}")
    assert merged(call, None) is call


def test_entries_may_be_left_out() -> None:
    assert plain(without(a_map("{a: 1, b: 2}"), "a")) == {"b": "2"}


def test_an_unknown_field_is_told_at_its_key_with_a_near_one() -> None:
    reading = Reading()
    found = reading.entries(a_map("{que: 1, talk: 2}"), ("queue", "talk"), "expect")
    assert list(found) == ["talk"]
    (problem,) = reading.problems
    assert str(problem) == 'x:1:2 T102 error expect has no field "que"; did you mean "queue"?'


def test_a_mistake_is_told_once() -> None:
    reading = Reading()
    for _ in range(2):
        reading.name(a_map("{a: desc}").entries[0].value, ("desk",), "queue")  # type: ignore[arg-type]
    assert [str(one) for one in reading.problems] == [
        'x:1:5 T101 error no queue "desc"; did you mean "desk"?'
    ]


def test_what_is_no_map_list_or_value_is_told() -> None:
    reading, node = Reading(), a_map("{a: [b]}").entries[0].value
    assert reading.all_entries(node, "one") == ()
    assert reading.text(node, "two") is None
    assert reading.items(a_map("{a: b}").entries[0].value, "three") == ()
    assert [problem.message for problem in reading.problems] == [
        "one wants a map of name: value",
        "two wants one value, not a list or a map",
        "three wants a list",
    ]
    assert reading.texts(node, "four") == (Text("b", node.items[0].at, node.items[0].end),)  # type: ignore[union-attr]


def test_a_value_of_few_words() -> None:
    reading, node = Reading(), a_map("{a: b}").entries[0].value
    assert reading.choice(node, ("a", "b"), "x", "a") == "b"
    assert reading.choice(node, ("a", "c"), "x", "a") == "a"
    assert [one.message for one in reading.problems] == ['x: "b" is none of a, c']


def test_whole_numbers_have_digits_only() -> None:
    assert whole_number("012") == 12
    for text in ("", "-1", "1.0", "١", "1" * 10):
        with pytest.raises(ValueError, match="is not a whole number"):
            whole_number(text)
