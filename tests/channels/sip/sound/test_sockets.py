"""The sockets of a leg on loopback, in the test's own process and time."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.sound.sockets import bound, pair
from ivr.channels.sip.wire.control import Close, Collect, Peer, Play
from ivr.domain.errors import MediaError
from ivr.media.collect import Listen
from ivr.media.items import Clip
from ivr.media.leg.told import Closed, Collected, Locked
from ivr.media.rtcp import Reporter, parse
from tests.fakes.desk_rig import Phone, Works
from tests.fakes.lanes import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def works() -> Iterator[Works]:
    place = Works()
    yield place
    place.close()


def learning(works: Works) -> Phone:
    """A leg whose far end is learned; the phone was signalled with another port."""
    _, phone = works.open(1)
    works.obey(Peer(1, "127.0.0.1", 9, nat=True, event_pt=EVENTS))
    return phone


def test_a_pair_of_ports_is_taken_or_none() -> None:
    with bound("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(MediaError, match="no RTP port"):
            pair("127.0.0.1", [port, port - 1], mux=False)
        with pytest.raises(MediaError, match="no RTP port"):
            pair("127.0.0.1", [port], mux=True)
    with pytest.raises(MediaError, match="no socket on"):
        pair("192.0.2.77", [0], mux=True)
    (only,) = pair("127.0.0.1", [0], mux=True)
    only.close()


def test_four_packets_lock_and_then_the_kernel_drops_strangers(works: Works) -> None:
    phone = learning(works)
    for _ in range(4):
        phone.send()
        works.run(5)
    assert works.told == [Locked(1, "127.0.0.1", phone.port)]
    works.run(40)
    assert phone.get().payload[0] == 0xD5
    stranger = Phone(ssrc=100)
    works.phones.append(stranger)
    stranger.to = phone.to
    for _ in range(5):
        stranger.send()
        works.run(5)
    works.obey(Close(1))
    closed = works.told[-1]
    assert isinstance(closed, Closed)
    assert closed.counters.packets_in == 1
    assert closed.counters.strangers == 0


def test_a_locked_source_that_falls_silent_may_move_after_five_seconds(works: Works) -> None:
    first = learning(works)
    for _ in range(6):
        first.send()
        works.run(5)
    second = Phone(ssrc=777)
    works.phones.append(second)
    second.to = first.to
    works.run(4000)
    for _ in range(5):
        second.send()
    works.run(30)
    assert [type(each) for each in works.told] == [Locked]
    works.run(3000)
    first.got()
    works.run(100)
    assert len(first.got()) == 5  # still where it was, until somebody else is believed
    for _ in range(5):
        second.send()
        works.run(5)
    assert works.told[1:] == [Locked(1, "127.0.0.1", second.port)]
    first.got()
    works.run(100)
    assert len(second.got()) >= 4
    assert first.got() == []


def test_the_same_far_end_may_come_back_and_keeps_its_press(works: Works) -> None:
    phone = learning(works)
    works.obey(Collect(1, 5, (), Listen(entry_least=9, entry_most=9, first_s=99, between_s=99)))
    for _ in range(4):
        phone.send()
        works.run(5)
    phone.key(5)
    works.run(7000)
    for _ in range(6):
        phone.key(5)
        phone.sequence -= 1
        works.run(5)
    works.run(10_000)
    assert works.rounds.legs[1].lane.keys.count == 1


def test_what_came_before_the_far_end_was_known_counts_only_if_it_was_sent_there(
    works: Works,
) -> None:
    _, phone = works.open(1)
    stranger = Phone(ssrc=9)
    works.phones.append(stranger)
    stranger.to = phone.to
    stranger.key(1)
    phone.key(2)
    phone.send()
    works.run(20)
    works.obey(Collect(1, 5, (), Listen(keys=("1", "2"))))
    works.obey(Peer(1, "127.0.0.1", phone.port, event_pt=EVENTS))
    assert [each.keys for each in works.told if isinstance(each, Collected)] == ["2"]
    assert works.rounds.legs[1].lane.life.strangers == 1


def test_an_address_that_cannot_be_reached_is_counted_and_heals(works: Works) -> None:
    sockets, phone = works.open(1)
    works.obey(Peer(1, "::1", 4000))
    assert sockets.lane.out.errors == 1
    works.run(40)
    assert sockets.lane.out.packets == 0
    works.obey(Peer(1, "127.0.0.1", phone.port))
    works.run(40)
    assert len(phone.got()) == 2


def test_a_far_end_that_closed_its_port_ends_nothing(works: Works) -> None:
    sockets, phone = works.open(1)
    works.obey(Peer(1, "127.0.0.1", phone.port))
    port = phone.port
    phone.sock.close()
    works.run(200)
    assert sockets.lane.out.errors > 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(("127.0.0.1", port))
        again.settimeout(2)
        works.run(60)
        assert len(again.recv(2048)) == 172


def test_a_name_is_refused(works: Works) -> None:
    sockets, _ = works.open(1)
    with pytest.raises(MediaError, match="numeric"):
        sockets.agree(Peer(1, "phone.example", 4000))


def test_reports_go_where_they_are_wanted_and_come_from_there_alone(works: Works) -> None:
    sockets, phone = works.open(1)
    reports, stranger = Phone(1), Phone(2, "127.0.0.2")
    works.phones += [reports, stranger]
    to = "127.0.0.1", sockets.report_port
    works.obey(Peer(1, "127.0.0.1", phone.port, rtcp_port=reports.port))
    works.run(8000)
    assert parse(reports.sock.recv(2048))
    report = Reporter(7, "far").report((1, 5, 800), (), 0.0)
    stranger.sock.sendto(report, to)
    reports.sock.sendto(report, to)
    works.run(10)
    life = sockets.lane.life
    assert (life.strangers, life.refused) == (1, 0)
    assert works.pace.now_ms - sockets.lane.incoming.heard_ms < 20


def test_reports_of_a_phone_behind_nat_go_back_to_where_they_came_from(works: Works) -> None:
    sockets, _ = works.open(1)
    reports = Phone(1)
    works.phones.append(reports)
    works.obey(Peer(1, "127.0.0.1", 9, rtcp_port=10, nat=True))
    report = Reporter(7, "far").report((1, 5, 800), (), 0.0)
    reports.sock.sendto(report, ("127.0.0.1", sockets.report_port))
    works.run(8000)
    assert parse(reports.sock.recv(2048))


def test_with_one_port_for_both_reports_go_over_it(works: Works) -> None:
    sockets, phone = works.open(1, mux=True)
    assert sockets.report_port == sockets.port
    sockets.report(b"nobody is there yet")
    sockets.read_report(bytearray(100))
    works.obey(Peer(1, "127.0.0.1", phone.port, nat=True))
    sockets.report(b"while it is learned")
    assert phone.sock.recv(99) == b"while it is learned"
    works.obey(Peer(1, "127.0.0.1", phone.port))
    sockets.report(b"connected")
    assert phone.sock.recv(99) == b"connected"


def test_a_report_that_cannot_be_sent_is_counted(works: Works) -> None:
    sockets, phone = works.open(1)
    works.obey(Peer(1, "127.0.0.1", phone.port))
    sockets.report(bytes(70_000))
    assert sockets.lane.out.errors == 1


def test_a_prompt_given_before_the_far_end_is_known_waits_for_it(works: Works) -> None:
    _, phone = works.open(1)
    works.obey(Play(1, 5, (Clip("p/3/9", 3),)))
    works.run(200)
    works.obey(Peer(1, "127.0.0.1", phone.port))
    works.run(100)
    assert [packet.payload[0] for packet in phone.got()] == [9, 9, 9, 0xD5, 0xD5]
