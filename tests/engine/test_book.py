"""The book of a call: flows of its version, and those that are built in."""

from __future__ import annotations

from ivr.flow.own.built_in import callback_flow
from tests.engine.small import small_book


def test_built_in_flows_are_in_every_book_and_made_once() -> None:
    book = small_book("  start:\n    - hangup: bye\n")
    (version,) = book.live.values()
    assert book.flow(version, "main").name == "main"
    flow = book.flow(version, callback_flow("general"))
    assert flow.name == "@callback.general"
    assert book.flow("another", callback_flow("general")) is flow
