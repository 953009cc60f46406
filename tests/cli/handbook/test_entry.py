"""Lines and sentences of the handbook."""

from __future__ import annotations

import pytest

from ivr.cli.handbook.entry import sentence, table, written
from ivr.flow.fields import read_valued


def test_columns_stand_under_each_other() -> None:
    assert table([("a", "one"), ("long", "two"), ("b", "")]) == (
        "  a     one",
        "  long  two",
        "  b",
    )
    assert table([]) == ()


def test_a_sentence_is_the_first_paragraph_on_one_line() -> None:
    assert sentence("First\n    and on.\n\n    More.") == "First and on."
    assert sentence(None) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (5.0, "5s"), (0.8, "0.8s"), (7200.0, "2h"), (3, "3"), ("#", "#"), ((), "")],
)
def test_a_default_is_written_as_an_author_would(value: object, text: str) -> None:
    assert written(value) == text
    assert written(read_valued("=call.id", "text")) == "=call.id"
    assert written(None) == ""
