"""Which ports a worker tries."""

from __future__ import annotations

from itertools import islice
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.sip.sound.ports import Ports


def made() -> Ports:
    return Ports(Random(3).getrandbits)  # noqa: S311 - the same each time


def test_all_even_ports_of_a_range_are_tried_and_no_other() -> None:
    assert set(made().candidates(20_001, 20_011, 0)) == {20_002, 20_004, 20_006, 20_008, 20_010}
    assert set(made().candidates(20_000, 20_001, 0)) == {20_000}
    assert list(made().candidates(20_000, 20_000, 0)) == []
    assert list(made().candidates(20_001, 20_002, 0)) == []


def test_the_first_tries_are_random() -> None:
    ports = made()
    firsts = {next(ports.candidates(20_000, 29_999, 0)) for _ in range(50)}
    assert len(firsts) > 40


def test_a_port_in_use_is_not_tried_until_30_s_after_its_end() -> None:
    ports = made()
    ports.take(20_000)
    assert list(ports.candidates(20_000, 20_001, 0)) == []
    ports.rest(20_000, 5.0)
    assert list(ports.candidates(20_000, 20_001, 34.9)) == []
    assert set(islice(ports.candidates(20_000, 20_001, 35.0), 1)) == {20_000}
    ports.rest(20_000, 40.0)  # nobody had it
    assert list(ports.candidates(20_000, 20_001, 41.0)) != []


def test_a_port_that_rests_is_free_again_once() -> None:
    ports = made()
    for _time in range(3):
        (port,) = ports.candidates(20_000, 20_001, 100.0 * _time)
        ports.take(port)
        ports.rest(port, 100.0 * _time)
    assert list(ports.candidates(20_000, 20_001, 1000.0)) == [20_000]


def test_in_another_range_nothing_in_use_is_tried() -> None:
    ports = made()
    ports.take(next(ports.candidates(20_000, 20_001, 0)))
    assert set(ports.candidates(20_000, 20_005, 0)) == {20_002, 20_004}
    ports.rest(20_000, 0)
    assert set(ports.candidates(20_000, 20_005, 31.0)) == {20_000, 20_002, 20_004}


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 20)), max_size=200), st.randoms())
def test_whoever_comes_and_goes_no_port_is_given_twice(
    deeds: list[tuple[bool, float]], dice: Random
) -> None:
    ports, now = Ports(dice.getrandbits), 0.0
    used: list[int] = []
    rested: dict[int, float] = {}
    for comes, passes in deeds:
        now += passes
        if comes:
            free = {p for p in range(20_000, 20_020, 2) if p not in used}
            free -= {port for port, since in rested.items() if now < since + 30.0}
            assert set(ports.candidates(20_000, 20_019, now)) == free
            if free:
                port = next(ports.candidates(20_000, 20_019, now))
                ports.take(port)
                used.append(port)
        elif used:
            port = used.pop(0)
            ports.rest(port, now)
            rested[port] = now
