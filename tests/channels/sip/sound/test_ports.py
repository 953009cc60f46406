"""Which ports a worker tries."""

from __future__ import annotations

from itertools import islice
from random import Random

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
