"""What an expression tells about itself."""

from __future__ import annotations

from ivr.flow.expressions import (
    parse,
)


def test_paths_functions_and_arguments_are_told() -> None:
    expression = parse(
        "known(a.b) and a.b.c > len(mask(card)) + len(d) and now > a.t and a.t < now"
    )
    assert expression.reads == (
        *(("a", "b"), ("a", "b", "c"), ("card",), ("d",)),
        *(("now",), ("a", "t")),
    )
    assert expression.functions == ("known", "len", "mask")
    assert ("mask", (("card",),)) in expression.arguments


def test_expressions_compare_by_their_text() -> None:
    assert parse("a + 1") == parse("a + 1 ")
    assert parse("a + 1") != parse("a+1")
    assert len({parse("a"), parse("a")}) == 1
