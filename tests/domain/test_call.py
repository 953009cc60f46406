"""Who hears whom: the whole truth table of two and three legs."""

from __future__ import annotations

from itertools import product

import pytest

from ivr.domain.call import NO_LEG, BridgeId, LegId, Member, Mode, hears, hears_hold

ONE, TWO, THREE = LegId(1), LegId(2), LegId(3)
HERE, THERE = BridgeId(1), BridgeId(2)
ANYTHING = tuple(product(Mode, (HERE, THERE), (NO_LEG, ONE, TWO, THREE)))


@pytest.mark.parametrize(("listens", "speaks"), tuple(product(Mode, Mode)))
def test_a_leg_hears_who_talks_in_its_bridge_unless_it_is_held(listens: Mode, speaks: Mode) -> None:
    listener, speaker = Member(ONE, HERE, listens), Member(TWO, HERE, speaks)
    assert hears(listener, speaker) == (listens is not Mode.HELD and speaks is Mode.TALK)
    away = Member(TWO, THERE, speaks, ONE)
    assert not hears(listener, away)
    assert not hears(listener, Member(ONE, HERE, speaks, ONE))


@pytest.mark.parametrize("listens", list(Mode))
def test_a_whisper_is_heard_by_one_leg_alone(listens: Mode) -> None:
    whisper = Member(THREE, HERE, Mode.WHISPER, TWO)
    assert hears(Member(TWO, HERE, listens), whisper) == (listens is not Mode.HELD)
    assert not hears(Member(ONE, HERE, listens), whisper)


def test_the_whole_table_follows_the_one_rule() -> None:
    for mode, bridge, to in ANYTHING:
        speaker = Member(TWO, bridge, mode, to)
        for listens in Mode:
            together = bridge == HERE and listens is not Mode.HELD
            said = mode is Mode.TALK or (mode is Mode.WHISPER and to == ONE)
            assert hears(Member(ONE, HERE, listens), speaker) == (together and said)


def test_who_is_held_or_has_nobody_to_talk_to_hears_the_hold_sound() -> None:
    alone = Member(ONE, HERE)
    assert hears_hold(alone, [])
    assert hears_hold(alone, [alone, Member(TWO, THERE)])
    for mode in Mode:
        talker = mode in (Mode.TALK, Mode.MUTE, Mode.HELD)
        assert hears_hold(alone, [Member(TWO, HERE, mode)]) is not talker
        assert hears_hold(Member(ONE, HERE, Mode.HELD), [Member(TWO, HERE, mode)])
