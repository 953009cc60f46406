"""The rounds of a worker, turned by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.wire.control import Peer
from ivr.media.leg.told import Broken, Closed, Counters
from tests.fakes.desk_rig import Works
from tests.fakes.lanes import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.desk_rig import Phone


@pytest.fixture
def works() -> Iterator[Works]:
    place = Works()
    yield place
    place.close()


def joined(works: Works, leg: int) -> Phone:
    _, phone = works.open(leg)
    works.obey(Peer(leg, "127.0.0.1", phone.port, event_pt=EVENTS))
    return phone


def test_a_leg_without_a_far_end_costs_nothing_and_sends_nothing(works: Works) -> None:
    _, phone = works.open(1)
    works.run(100)
    assert phone.got() == []
    assert works.rounds.wait_s(works.now_s) == pytest.approx(0.005)


def test_a_leg_that_fails_at_its_tick_is_closed_and_the_others_go_on(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined(works, 1)
    other = joined(works, 2)
    monkeypatch.setattr(works.rounds.legs[1].lane.ear, "due_ms", None)
    works.run(60)
    assert works.told[0] == Broken(1, "TypeError")
    assert isinstance(works.told[1], Closed)
    assert len(other.got()) == 3


def test_a_leg_that_fails_at_a_packet_is_closed(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = joined(works, 1)
    phone.send()
    works.run(20)
    monkeypatch.setattr(works.rounds.legs[1].lane.incoming, "_received", None)
    phone.send()
    works.run(40)
    assert works.told == [Broken(1, "AttributeError"), Closed(1, Counters())]
    assert works.rounds.legs == {}


def test_a_leg_that_fails_in_its_second_is_closed(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined(works, 1)
    monkeypatch.setattr(works.rounds.legs[1].lane.life, "silent_ms", None)
    works.run(1100)
    assert isinstance(works.told[0], Broken)


def test_frames_that_could_not_be_sent_are_counted(works: Works) -> None:
    joined(works, 1)
    joined(works, 2)
    works.run(100)
    works.now_s += 1.0
    works.run(20)
    works.rounds.measure()
    load = works.rounds.load()
    assert load.late_frames == 2 * 49
    assert load.late_ms > 100
    assert not load.willing
    assert load.legs == 2


def test_the_end_closes_every_leg() -> None:
    works = Works()
    phone = joined(works, 1)
    works.run(20)
    works.close()
    assert works.rounds.legs == {}
    assert phone.sock.fileno() == -1


def test_figures_add_up(works: Works) -> None:
    phone = joined(works, 1)
    for _ in range(3):
        phone.send()
        works.run(20)
    figures = works.rounds.figures(5)
    assert (figures.ask, figures.packets_in, figures.packets_out) == (5, 3, 3)


def test_somebody_elses_changes_are_not_watched(works: Works) -> None:
    sockets, _ = works.open(1)
    works.rounds.remove(sockets)
    works.rounds.watch(sockets)
    assert works.rounds._table == {}
    sockets.close()
