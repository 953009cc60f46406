"""Looking up flows and steps, and what is worked out once."""

from __future__ import annotations

from dataclasses import replace

from tests.engine.small import flow, small_book

NODES = "  start:\n    - run: inner\n      failed: start\n    - hangup: bye"
INNER = flow("  start:\n    - go: exit.done", name="inner")


def test_flows_and_steps_are_found_by_version_and_name() -> None:
    book = small_book(NODES, inner=INNER)
    version = book.live["main"]
    assert book.root(version).name == "main"
    assert book.flow(version, "inner").name == "inner"
    assert book.step(version, "main", "start", 1).verb == "hangup"


def test_what_follows_from_a_flow_is_worked_out_once_per_key() -> None:
    book = small_book(NODES, inner=INNER)
    made: list[str] = []

    def make() -> str:
        made.append("x")
        return "made"

    assert [book.once(make, "what", "a"), book.once(make, "what", "a")] == ["made", "made"]
    assert len(made) == 1
    book.once(make, "what", "b")
    assert len(made) == 2


def test_a_new_book_begins_with_nothing_worked_out() -> None:
    book = small_book(NODES, inner=INNER)
    book.once(lambda: 1, "what")
    assert replace(book, limit_s=5.0).once(lambda: 2, "what") == 2
    assert book == replace(book)
