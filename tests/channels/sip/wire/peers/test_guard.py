"""Who sent a packet, and who comes too often."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.channels.sip.wire.peers import guard
from ivr.channels.sip.wire.peers.guard import Gate, Guard, Kind, SecurityEvent, Source, block_of
from ivr.channels.sip.wire.words import Flow

HERE = ("203.0.113.10", 5060)
PHONE = ("198.51.100.200", 40000)
CARRIER = Gate("carrier", (("0.0.0.0", 5060),), ("198.51.100.0/28", "2001:db8:5::/48"))  # noqa: S104
NARROW = Gate("narrow", (("0.0.0.0", 5060),), ("198.51.100.4/32",))  # noqa: S104
OFFICE = Gate("office", (("203.0.113.10", 5070),), registrar=True)
DEMO = Gate("demo", (("127.0.0.1", 5080), ("::1", 5080)), registrar=True, is_open=True)


def flow(address: str, port: int = 5060, local: tuple[str, int] = HERE) -> Flow:
    return Flow("udp", local, (address, port))


def owners(way: Flow, now: float) -> tuple[str, ...]:
    return ("ayse",) if way.remote == PHONE and now < 300 else ()


def guarded(*gates: Gate) -> Guard:
    return Guard(gates or (CARRIER, NARROW, OFFICE, DEMO), owners)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (flow("198.51.100.1"), Source(Kind.TRUNK, "carrier")),
        (flow("198.51.100.15"), Source(Kind.TRUNK, "carrier")),
        (flow("198.51.100.4"), Source(Kind.TRUNK, "narrow")),
        (flow("2001:db8:5::9"), Source(Kind.TRUNK, "carrier")),
        (flow("::ffff:198.51.100.1"), Source(Kind.TRUNK, "carrier")),
        (flow("198.51.100.16"), Source(Kind.STRANGER)),
        (flow("198.51.100.1", local=("203.0.113.10", 5070)), Source(Kind.CHALLENGE, "office")),
        (flow("192.0.2.9", local=("203.0.113.10", 5070)), Source(Kind.CHALLENGE, "office")),
        (flow("192.0.2.9", local=("203.0.113.11", 5070)), Source(Kind.STRANGER)),
        (flow("127.0.0.1", local=("127.0.0.1", 5080)), Source(Kind.ANYONE, "demo")),
        (flow("::1", local=("::1", 5080)), Source(Kind.ANYONE, "demo")),
        (flow("192.0.2.9", local=("127.0.0.1", 5080)), Source(Kind.ANYONE, "demo")),
        (flow("127.0.0.1"), Source(Kind.STRANGER)),
        (flow("not an address"), Source(Kind.STRANGER)),
    ],
)
def test_the_source_decides_the_trunk(way: Flow, expected: Source) -> None:
    judge = guarded()
    assert judge.judge(way, 0.0) == expected
    assert judge.judge(way, 0.0) == expected


@pytest.mark.parametrize("transport", ["ws", "wss"])
def test_no_list_speaks_for_a_page(transport: str) -> None:
    listed = guarded(Gate("all", (HERE,), ("198.51.100.0/24",)), replace(OFFICE, listens=(HERE,)))
    page = Flow(transport, HERE, ("198.51.100.1", 4000), 3)
    assert listed.judge(page, 0.0) == Source(Kind.CHALLENGE, "office")
    here = Flow(transport, ("127.0.0.1", 5080), ("127.0.0.1", 4000), 4)
    assert guarded().judge(here, 0.0) == Source(Kind.CHALLENGE, "demo")


def test_a_registered_flow_is_its_phone_before_anything_else() -> None:
    judge = guarded(
        Gate("all", (HERE,), ("198.51.100.0/24",)), Gate("desk", (HERE,), registrar=True)
    )
    way = flow(*PHONE)
    assert judge.judge(way, 0.0) == Source(Kind.PHONE, "desk", ("ayse",))
    assert judge.judge(way, 300.0) == Source(Kind.TRUNK, "all")


def test_known_are_phones_trunks_and_callers_on_loopback() -> None:
    known = {kind for kind in Kind if Source(kind).known}
    assert known == {Kind.PHONE, Kind.TRUNK, Kind.ANYONE, Kind.CALLED}


def test_a_stranger_has_16_requests_in_2_s_then_300_s_of_nothing() -> None:
    judge, way = guarded(), flow("192.0.2.9")
    kinds = [judge.judge(way, 0.0).kind for _ in range(17)]
    assert kinds == [Kind.STRANGER] * 16 + [Kind.BANNED]
    assert judge.judge(flow("192.0.2.9", 9999), 299.0).kind is Kind.BANNED
    assert judge.judge(flow("192.0.2.10"), 1.0).kind is Kind.STRANGER
    assert judge.judge(way, 300.0).kind is Kind.STRANGER
    assert judge.take_events() == [SecurityEvent("sip_banned", "192.0.2.9", 5060, "-", 0, 1)]


def test_eight_a_second_are_no_flood() -> None:
    judge, way = guarded(), flow("192.0.2.9")
    kinds = {judge.judge(way, at / 8).kind for at in range(200)}
    assert kinds == {Kind.STRANGER}


def test_one_ipv6_network_is_one_source() -> None:
    judge = guarded()
    kinds = [judge.judge(flow(f"2001:db8:9::{at:x}"), 0.0).kind for at in range(1, 18)]
    assert kinds[-1] is Kind.BANNED
    assert judge.judge(flow("2001:db8:9:1::1"), 0.0).kind is Kind.STRANGER


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("198.51.100.9", "198.51.100.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:198.51.100.9", "198.51.100.9"),
        ("odd:", "odd:"),
    ],
)
def test_the_block_of_an_address(address: str, block: str) -> None:
    assert block_of(address) == block


def test_trunks_phones_and_loopback_are_never_shut_out() -> None:
    judge = guarded()
    for way in (
        flow("198.51.100.1"),
        flow(*PHONE, local=("203.0.113.10", 5070)),
        flow("127.0.0.1", local=("127.0.0.1", 5080)),
    ):
        assert all(judge.judge(way, 0.0).known for _ in range(100))


def test_a_right_login_is_no_strangers_work() -> None:
    judge, way = guarded(), flow("192.0.2.9", local=("203.0.113.10", 5070))
    for _ in range(50):
        assert judge.judge(way, 0.0).kind is Kind.CHALLENGE
        judge.proven(way)


def test_a_trunk_begins_20_calls_a_second() -> None:
    judge, way = guarded(), flow("198.51.100.1")
    assert all(judge.new_call("carrier", way, 0.0) for _ in range(20))
    assert not judge.new_call("carrier", way, 0.0)
    assert judge.new_call("narrow", way, 0.0)
    assert judge.new_call("unheard of", way, 0.0)
    assert judge.new_call("carrier", way, 0.06)
    assert judge.take_events() == [
        SecurityEvent("sip_call_rate", "198.51.100.1", 5060, "carrier", 503, 1)
    ]


def test_ten_wrong_passwords_in_a_minute_are_enough() -> None:
    judge, way = guarded(), flow("192.0.2.9", local=("203.0.113.10", 5070))
    for _ in range(10):
        assert judge.may_guess(way, "ayse", 0.0)
        judge.guessed(way, "ayse", 0.0)
    assert not judge.may_guess(way, "ayse", 0.0)
    assert judge.may_guess(way, "fatma", 0.0)
    assert judge.may_guess(flow("192.0.2.10"), "ayse", 0.0)
    assert judge.may_guess(way, "ayse", 60.0)
    [event] = judge.take_events()
    assert (event.event, event.trunk, event.code, event.count) == (
        *("sip_auth_failed", "office"),
        *(401, 10),
    )
    assert judge.take_events() == []


def test_a_security_event_has_fixed_keys() -> None:
    judge = guarded()
    judge.note("sip_auth_failed", flow("198.51.100.7"), "", 403)
    assert judge.take_events() == [
        SecurityEvent("sip_auth_failed", "198.51.100.7", 5060, "-", 403, 1)
    ]


def test_events_and_remembered_sources_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "EVENTS_MOST", 3)
    monkeypatch.setattr(guard, "CACHED_MOST", 3)
    judge = guarded()
    for at in range(1, 9):
        judge.note("sip_malformed", flow(f"192.0.2.{at}"), "", 400)
        judge.judge(flow(f"192.0.2.{at}"), 0.0)
    events = judge.take_events()
    assert [event.source for event in events] == ["192.0.2.1", "192.0.2.2", "192.0.2.3", "-"]
    assert events[-1].count == 5
    assert len(judge._cache) == 3


def test_the_servers_of_a_trunk_are_its_own_while_they_are_its_servers() -> None:
    judge = guarded()
    server, own = flow("192.0.2.50"), Source(Kind.TRUNK, "carrier")
    assert judge.judge(server, 0.0) == Source(Kind.STRANGER)
    judge.served_by("carrier", ["192.0.2.50", "2001:db8:9::0:1"])
    assert judge.judge(server, 0.0) == own
    assert judge.judge(flow("2001:db8:9::1"), 0.0) == own
    assert [judge.judge(server, 0.0) for _ in range(100)] == [own] * 100
    judge.served_by("carrier", ["192.0.2.51"])
    assert judge.judge(server, 0.0) == Source(Kind.STRANGER)


def test_who_was_called_by_a_trunk_is_no_stranger() -> None:
    judge = guarded()
    judge.calls("carrier", "192.0.2.60")
    assert judge.judge(flow("192.0.2.60"), 0.0) == Source(Kind.CALLED, "carrier")
    elsewhere = flow("192.0.2.60", local=("203.0.113.10", 5070))
    assert judge.judge(elsewhere, 0.0) == Source(Kind.CHALLENGE, "office")


def test_only_so_many_who_were_called_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "CALLED_MOST", 2)
    judge = guarded()
    for last in (1, 2, 1, 3):
        judge.calls("carrier", f"192.0.2.{last}")
    kinds = [judge.judge(flow(f"192.0.2.{last}"), 0.0).kind for last in (1, 2, 3)]
    assert kinds == [Kind.CALLED, Kind.STRANGER, Kind.CALLED]
