"""Orders and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.wire.control import (
    Beat,
    Close,
    Collect,
    Drain,
    Figures,
    Hear,
    Key,
    Limits,
    Message,
    Open,
    Opened,
    Peer,
    Play,
    Refused,
    SendKeys,
    Stats,
    Stop,
)
from ivr.media.collect import Listen
from ivr.media.items import Clip, Music
from ivr.media.leg.told import Broken, Closed, Collected, Ended
from tests.fakes.desk_rig import Works
from tests.fakes.lanes import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = (Clip("p/500/9", 500),)


@pytest.fixture
def works() -> Iterator[Works]:
    place = Works()
    yield place
    place.close()


def test_a_beat_is_answered_by_itself(works: Works) -> None:
    works.obey(Beat(7))
    assert works.told == [Beat(7)]


@pytest.mark.parametrize(
    "order",
    [Play(9, 1, LONG), Stop(9, 1), Close(9), Hear(9, ()), Key(9, "1"), Peer(9, "127.0.0.1", 4000)],
)
def test_an_order_for_a_leg_that_is_not_open_does_nothing(works: Works, order: Message) -> None:
    works.obey(order)
    assert works.told == []


def test_a_leg_goes_through_its_life(works: Works) -> None:
    _, phone = works.open(1)
    works.obey(Peer(1, "127.0.0.1", phone.port, event_pt=EVENTS))
    works.obey(Play(1, 5, LONG))
    works.run(100)
    works.obey(Stop(1, 5))
    works.obey(Collect(1, 6, LONG, Listen(keys=("1",)), ahead="1"))
    works.obey(SendKeys(1, "5"))
    works.run(40)
    works.obey(Stats(3))
    works.obey(Close(1))
    told = works.told
    assert isinstance(told[0], Ended)
    assert isinstance(told[1], Collected)
    assert isinstance(told[2], Figures)
    assert isinstance(told[3], Closed)
    assert works.rounds.legs == {}


def test_legs_hear_each_other_and_unknown_ones_are_left_out(works: Works) -> None:
    _, one = works.open(1)
    _, two = works.open(2)
    for leg, phone in ((1, one), (2, two)):
        works.obey(Peer(leg, "127.0.0.1", phone.port))
    works.obey(Hear(2, (1, 77), Music()))
    one.send(b"\x11" * 160)
    works.run(20)
    assert two.got()[-1].payload[0] == 0x11


def test_too_many_legs_are_refused(works: Works) -> None:
    works.obey(Limits(legs=5))
    for leg in range(5):
        works.open(leg)
    works.obey(Open(5))
    works.obey(Open(6, extra=True))
    works.obey(Open(7, extra=True))
    works.obey(Open(1))
    assert [type(each) for each in works.told] == [Refused, Opened, Refused, Refused]


def test_while_draining_nothing_is_opened(works: Works) -> None:
    works.obey(Drain())
    works.obey(Open(1))
    assert [type(each) for each in works.told] == [Refused]
    assert works.desk.draining


def test_a_failed_leg_is_told_and_closed(works: Works) -> None:
    works.open(1)
    works.desk.fail(1, "because", works.now_s)
    assert [type(each) for each in works.told] == [Broken, Closed]


def test_a_port_is_used_again_after_half_a_minute(works: Works) -> None:
    for low in range(40_000, 60_000, 2):
        works.obey(Open(2, low=low, high=low + 1))
        if isinstance(works.told[-1], Opened):
            break
    works.obey(Close(2))
    works.obey(Open(3, low=low, high=low + 1))
    assert isinstance(works.told[-1], Refused)
    works.now_s += 31
    works.obey(Open(4, low=low, high=low + 1))
    assert isinstance(works.told[-1], Opened)
