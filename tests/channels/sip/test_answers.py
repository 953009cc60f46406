"""What the sound of a leg has told becomes an answer for the engine, or nothing."""

from __future__ import annotations

import pytest

from ivr.channels.sip.answers import end_of, keys_of
from ivr.domain.call import LegId, Turn
from ivr.domain.events import CommandFailed, PromptEnded
from ivr.domain.values import Sealed
from ivr.media.leg.told import Collected, Ended

LEG = LegId(3)


def test_the_answer_of_a_listen_keeps_its_keys_sealed() -> None:
    told = Collected(9, 4, "12", "", "match", "full", left="#")
    found = keys_of(told, LEG)
    assert (found.leg, found.turn, found.keys, found.left) == (3, 4, Sealed("12"), Sealed("#"))
    assert (found.reason, found.ended_by) == ("match", "full")
    assert "12" not in repr(found)


def test_no_keys_left_are_no_keys() -> None:
    assert keys_of(Collected(9, 4, "", "", "none", "first"), LEG).left is None


@pytest.mark.parametrize(
    ("turn", "why", "event"),
    [
        (4, "end", PromptEnded(leg=LEG, turn=Turn(4))),
        (4, "failed", CommandFailed(leg=LEG)),
        (4, "stopped", None),
        (4, "replaced", None),
        (0, "failed", None),
        (-1, "end", None),
    ],
)
def test_the_end_of_a_sound_counts_where_the_engine_waits_for_it(
    turn: int, why: str, event: object
) -> None:
    assert end_of(Ended(9, turn, why, 100), LEG) == event
