"""Gathering mistakes: order, places, silence after the first word about a value."""

from __future__ import annotations

from ivr.config.mistakes import Mistakes, inner_model, known_keys, model_at
from ivr.config.model import Config, Limits, Number, Web
from ivr.config.secrets import Filled, Used
from ivr.config.sources import Breaker, HttpSource
from ivr.domain.problem import Position
from ivr.flow.reader import Map, read


def tree(text: str) -> Map:
    """The map in a text."""
    document, _ = read("c.yaml", text.encode())
    assert document is not None
    assert isinstance(document.root, Map)
    return document.root


def test_mistakes_come_by_place_and_once() -> None:
    mistakes = Mistakes("c.yaml", tree("a: 1\nb: 2\n"))
    for path in ("b", "a", "b"):
        mistakes.add("C103", (path,), "wrong")
    assert [str(each) for each in mistakes.errors] == [
        "c.yaml:1:4 C103 error wrong",
        "c.yaml:2:4 C103 error wrong",
    ]


def test_after_a_value_is_covered_nothing_more_is_said_about_it() -> None:
    mistakes = Mistakes("c.yaml", tree("a: 1\n"))
    mistakes.cover(Position("c.yaml", 1, 4), "C110", "not set")
    mistakes.add("C103", ("a",), "wrong")
    mistakes.silence(Position("c.yaml", 1, 1))
    mistakes.add("C101", ("a",), "unknown", key=True)
    assert [each.code for each in mistakes.errors] == ["C110"]


def test_warnings_stand_apart() -> None:
    mistakes = Mistakes("c.yaml", tree("a: 1\n"))
    mistakes.warn("C112", ("a",), "unwise")
    assert mistakes.errors == ()
    assert [str(each) for each in mistakes.warnings] == ["c.yaml:1:4 C112 warning unwise"]


def test_what_a_reference_stands_for_is_not_told() -> None:
    mistakes = Mistakes("c.yaml", tree("a: x\n"))
    at = Position("c.yaml", 1, 4)
    mistakes.filled[at] = Filled("abcdefg", "${env:A}", (Used("env", "${env:A}", "abcdefg"),))
    mistakes.add("C103", ("a",), '"abcd..." is not a duration; write abcdefgs')
    mistakes.add("C104", ("a",), "abcdefg is too long")
    assert [each.message for each in mistakes.errors] == [
        '"${env:A}" is not a duration',
        "the value of ${env:A} cannot be used here",
    ]


def test_the_model_at_a_place_is_found_through_maps_and_options() -> None:
    assert model_at(Config, ()) is Config
    assert model_at(Config, ("web",)) is Web
    assert model_at(Config, ("numbers", "112")) is Number
    assert model_at(HttpSource, ("breaker",)) is Breaker
    assert inner_model(str) is None
    assert known_keys(Limits) == ("call", "drain")
    assert known_keys(Breaker) == ("fails", "in", "open")
    assert known_keys(None) == ()


def test_without_a_tree_every_place_is_the_file() -> None:
    mistakes = Mistakes("c.yaml")
    mistakes.add("C100", ("a", "b"), "gone")
    assert str(mistakes.errors[0]) == "c.yaml:1:1 C100 error gone"
