"""A record is decided once more: the same events, the same decisions, byte for byte."""

from __future__ import annotations

import pytest

from ivr.acd.group import decide
from ivr.acd.record.replay import MOST_TOLD, Replay, begun
from ivr.acd.settings import Rules
from ivr.acd.words import Decided, Restored
from ivr.domain.plain import plain_text
from tests.acd.walk import Walk

BEGIN = Restored(at=0, rules=Rules(), agents=())


def recorded(seed: int) -> tuple[Walk, list[tuple[int, str]]]:
    """A random day, and the decisions that are stored of it; the beginning is event 1."""
    walk, kept = Walk(seed, ways=True), []
    for _ in range(150):
        walk.step()
    group = begun("g", 7, 1, BEGIN)
    for seq, event in enumerate(walk.house.events, 2):
        made = [one.record for one in decide(group, event) if isinstance(one, Decided)]
        kept += [(seq, plain_text(record, "a decision")) for record in made]
    return walk, kept


def repeated(walk: Walk, kept: list[tuple[int, str]]) -> Replay:
    replay = Replay("g")
    replay.know(kept)
    replay.take(1, 7, BEGIN)
    for seq, event in enumerate(walk.house.events, 2):
        replay.take(seq, 7, event)
    return replay


@pytest.mark.parametrize("seed", range(6))
def test_everything_that_the_machine_can_be_told_is_repeated(seed: int) -> None:
    walk, kept = recorded(seed)
    found = repeated(walk, kept)
    assert (found.differ, found.found, found.skipped) == (0, [], 0)
    assert found.decisions == len(kept) > 0
    assert found.events == len(walk.house.events)


def test_decisions_that_differ_are_counted_and_the_first_are_told() -> None:
    walk, kept = recorded(1)
    changed = [(seq, text.replace('"group":"g"', '"group":"h"')) for seq, text in kept]
    found = repeated(walk, changed)
    assert found.differ == len(kept)
    assert len(found.found) == min(MOST_TOLD, len(kept))
    assert (found.found[0].stored, found.found[0].repeated) == (changed[0][1], kept[0][1])


def test_a_record_carries_the_number_of_its_event() -> None:
    _walk, kept = recorded(2)
    assert all(f'"seq":{seq},' in text for seq, text in kept)


def test_what_comes_before_the_first_beginning_is_counted() -> None:
    walk, _kept = recorded(3)
    replay = Replay("g")
    replay.skip()
    replay.take(1, 1, walk.house.events[0])
    assert (replay.skipped, replay.has_begun, replay.events) == (2, False, 0)


def test_an_epoch_without_a_beginning_is_passed_over() -> None:
    walk, kept = recorded(3)
    found = repeated(walk, kept)
    before = found.events
    found.take(9_999, 8, walk.house.events[-1])
    assert (found.events, found.skipped, found.has_begun) == (before, 1, False)
