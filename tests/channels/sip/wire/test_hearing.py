"""Who hears whom: one rule for bridges, hold and second lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.sip.wire.hearing import Seat, hears
from ivr.domain.call import BridgeId, LegId, Mode

ONE, TWO, THREE = LegId(1), LegId(2), LegId(3)
HERE, THERE = BridgeId(1), BridgeId(2)
seats = st.dictionaries(
    st.integers(1, 6).map(LegId),
    st.builds(Seat, st.integers(1, 2).map(BridgeId), st.sampled_from(Mode)),
)


def test_two_in_a_bridge_hear_each_other() -> None:
    assert hears({ONE: Seat(HERE), TWO: Seat(HERE)}) == {ONE: (TWO,), TWO: (ONE,)}


def test_bridges_do_not_hear_each_other() -> None:
    assert hears({ONE: Seat(HERE), TWO: Seat(THERE)}) == {ONE: (), TWO: ()}


def test_who_is_held_hears_nobody_and_is_not_heard() -> None:
    found = hears({ONE: Seat(HERE, Mode.HELD), TWO: Seat(HERE), THREE: Seat(HERE)})
    assert found == {ONE: (), TWO: (THREE,), THREE: (TWO,)}


@given(seats)
def test_nobody_hears_himself_and_hearing_stays_in_the_bridge(found: dict[LegId, Seat]) -> None:
    for leg, others in hears(found).items():
        assert leg not in others
        assert all(found[other].bridge == found[leg].bridge for other in others)
        assert all(found[other].mode is Mode.TALK for other in others)
