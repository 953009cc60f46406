"""Something wrong with the queues, and where it stands."""

from __future__ import annotations

from ivr.acd.checks.finding import dotted


def test_a_path_is_written_as_people_write_it() -> None:
    assert dotted(("queues", "cards", "steps", 1, "after")) == "queues.cards.steps[1].after"
    assert dotted(("acd",)) == "acd"
