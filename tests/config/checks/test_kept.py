"""One place says how long something is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems

QUEUES = "queues: {cards: {recording: {keep: 1y}}, loans: {recording: {}}}"


def test_the_recordings_of_a_queue_have_one_period(problems: Problems) -> None:
    kept = "retention: {periods: [{data: recording, queue: cards, days: 90}]}"
    (found,) = problems(f"{QUEUES}\n{kept}")
    assert found.startswith("2:"), found
    assert "C131 error queues.cards.recording.keep says how long these are kept" in found


def test_what_is_about_something_else_stands_beside_it(load: Load) -> None:
    periods = (
        "{data: recording, queue: cards, outcome: handled, days: 9}",
        "{data: recording, queue: loans, days: 9}",
        "{data: recording, days: 9}",
        "{data: interaction, queue: cards, days: 9}",
    )
    load(f"zone: Europe/Istanbul\n{QUEUES}\nretention: {{periods: [{', '.join(periods)}]}}\n")
