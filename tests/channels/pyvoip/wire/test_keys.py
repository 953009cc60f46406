"""Keys out of event packets."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.pyvoip.wire.keys import KEYS, Pressed


class Packet(NamedTuple):
    """An event packet as it is taken."""

    source: int
    sequence: int
    began: int
    payload: bytes
    marker: bool


def key(digit: str, sequence: int, began: int, source: int = 5) -> list[Packet]:
    """The six packets of a key."""
    return [
        Packet(
            source,
            (sequence + place) % 2**16,
            began % 2**32,
            bytes([KEYS.index(digit), 0x80 if place > 2 else 0, 0, 160]),
            place == 0,
        )
        for place in range(6)
    ]


def heard(packets: list[Packet]) -> str:
    """The keys of a stream."""
    pressed = Pressed()
    return "".join(pressed.take(*each[:4], marker=each.marker) for each in packets)


@given(st.text(KEYS, max_size=8), st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1), st.data())
def test_every_key_is_told_once_whatever_is_lost_or_doubled(
    keys: str, sequence: int, began: int, data: st.DataObject
) -> None:
    packets: list[Packet] = []
    for place, digit in enumerate(keys):
        whole = key(digit, sequence + 10 * place, began + 1600 * place)
        kept = data.draw(st.lists(st.integers(0, 5), min_size=1, max_size=9).map(sorted))
        packets += [whole[number] for number in kept]
    assert heard(packets) == keys


def test_a_clock_that_is_set_back_loses_no_key() -> None:
    assert heard(key("1", 10, 5_000_000) + key("1", 20, 1000)) == "11"
    assert heard(key("7", 10, 5000) + key("7", 20, 5000)) == "77"


def test_another_stream_counts_anew() -> None:
    assert heard(key("1", 60_000, 9_000_000) + key("2", 3, 5, source=6)) == "12"


def test_a_key_that_comes_late_and_out_of_order_is_not_told_again() -> None:
    one, two = key("1", 10, 1000), key("2", 20, 2600)
    assert heard([*one[:3], *two, *one[3:]]) == "12"


def test_markers_on_every_first_packet_are_one_key() -> None:
    packets = [each._replace(marker=each.sequence < 13) for each in key("4", 10, 1000)]
    assert heard(packets) == "4"


@pytest.mark.parametrize("payload", [b"", b"\x01", bytes([16, 0, 0, 160]), bytes([255, 128])])
def test_what_is_no_key_is_nothing(payload: bytes) -> None:
    pressed = Pressed()
    assert pressed.take(5, 1, 1, payload, marker=True) == ""
    assert pressed.take(5, 2, 1, bytes([3, 0, 0, 160]), marker=True) == "3"
