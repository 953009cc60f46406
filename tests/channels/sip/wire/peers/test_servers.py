"""Which server a call goes to."""

from __future__ import annotations

import random
from collections import Counter

from ivr.channels.sip.wire.peers.servers import Ping, Server, Servers, ServerTurned

A = Server("sip.example", "198.51.100.1", 5060)
B = Server("sip.example", "198.51.100.2", 5060, priority=1)
C = Server("sip.example", "198.51.100.3", 5060, priority=2)


def servers(*listed: Server) -> Servers:
    trunk = Servers(lambda: 0.0)
    assert trunk.update(listed, 0.0) == []
    return trunk


def silence(trunk: Servers, *quiet: Server, rounds: int = 2) -> list[ServerTurned]:
    turned: list[ServerTurned] = []
    for _ in range(rounds):
        due = trunk.due()
        assert due is not None
        pings, more = trunk.pings(due)
        turned += more
        for ping in pings:
            turned += trunk.answered(ping, 408 if ping.server in quiet else 200)
    return turned


def test_servers_are_tried_by_priority() -> None:
    assert servers(C, A, B).order(0.0) == [A, B, C]


def test_equals_are_drawn_by_weight() -> None:
    heavy = Server("h", "198.51.100.1", 5060, weight=90)
    light = Server("l", "198.51.100.2", 5060, weight=10)
    spare = Server("s", "198.51.100.3", 5060, weight=0)
    trunk = Servers(random.Random(7).random)  # noqa: S311
    trunk.update([spare, light, heavy], 0.0)
    orders = [trunk.order(0.0) for _ in range(2000)]
    first = Counter(order[0].name for order in orders)
    assert 1700 < first["h"] < 1900
    assert first["s"] == 0
    assert all(sorted(order, key=str) == sorted((heavy, light, spare), key=str) for order in orders)


def test_equals_without_weights_share_evenly() -> None:
    trunk = Servers(random.Random(7).random)  # noqa: S311
    trunk.update([A, Server("x", "198.51.100.9", 5060)], 0.0)
    first = Counter(trunk.order(0.0)[0].name for _ in range(1000))
    assert 400 < first["x"] < 600


def test_a_silent_server_is_out_and_comes_back_with_one_answer() -> None:
    trunk = servers(A, B)
    assert silence(trunk, A) == [ServerTurned("out", A)]
    assert trunk.order(100.0) == [B]
    assert silence(trunk, rounds=1) == [ServerTurned("back", A)]
    assert trunk.order(100.0) == [A, B]


def test_with_all_out_the_trunk_is_down_until_one_answers() -> None:
    trunk = servers(A, B)
    turned = silence(trunk, A, B)
    assert turned == [ServerTurned("out", A), ServerTurned("out", B), ServerTurned("down")]
    assert trunk.order(100.0) == []
    assert silence(trunk, A, rounds=1) == [ServerTurned("back", B), ServerTurned("up")]


def test_questions_without_any_answer_end_the_same() -> None:
    trunk = servers(A)
    turned = []
    for at in (0.0, 30.0, 60.0):
        pings, more = trunk.pings(at)
        assert [ping.server for ping in pings] == [A]
        turned += more
    assert turned == [ServerTurned("out", A), ServerTurned("down")]


def test_retry_after_is_obeyed_to_300_s() -> None:
    trunk = servers(A, B)
    trunk.rest("198.51.100.1", 5060, 20.0, 0.0)
    assert trunk.order(19.9) == [B]
    assert trunk.order(20.0) == [A, B]
    trunk.rest("198.51.100.1", 5060, 9999.0, 100.0)
    assert trunk.order(399.9) == [B]
    assert trunk.order(400.0) == [A, B]
    trunk.rest("198.51.100.1", 5060, -5.0, 500.0)
    trunk.rest("198.51.100.99", 5060, 50.0, 500.0)
    assert trunk.order(500.0) == [A, B]


def test_a_new_look_up_keeps_what_is_known_of_those_that_stay() -> None:
    trunk = servers(A, B)
    silence(trunk, A)
    trunk.rest("198.51.100.2", 5060, 50.0, 0.0)
    assert trunk.update([A, B, C, C], 100.0) == []
    assert trunk.order(0.0) == [C]
    assert trunk.update([], 100.0) == []
    assert trunk.order(0.0) == [C]
    trunk.update([B], 100.0)
    assert trunk.order(0.0) == []
    assert trunk.order(50.0) == [B]
    trunk.update([A], 100.0)
    assert trunk.order(0.0) == [A]


def test_a_new_server_lifts_a_trunk_that_was_down() -> None:
    trunk = servers(A)
    silence(trunk, A)
    assert trunk.update([A, B], 100.0) == [ServerTurned("up")]
    assert trunk.update([A], 100.0) == [ServerTurned("down")]


def test_the_answer_of_a_server_that_left_is_no_news() -> None:
    trunk = servers(A)
    trunk.update([B], 0.0)
    assert trunk.answered(Ping(A, 1), 200) == []
