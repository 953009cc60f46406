"""What is still to be said, taken away frame by frame."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.pyvoip.mouth import Mouth
from ivr.channels.pyvoip.wire.linear import FRAME_OCTETS, SILENT

QUIET = bytes([SILENT])


def test_nothing_to_say_is_silence() -> None:
    mouth = Mouth()
    assert mouth.silent
    assert mouth.read() == QUIET * FRAME_OCTETS
    assert mouth.frames == 1


@given(st.lists(st.binary(max_size=400), max_size=6), st.integers(1, 200))
def test_everything_is_said_once_and_in_order(parts: list[bytes], length: int) -> None:
    mouth, whole = Mouth(), b"".join(parts)
    for part in parts:
        mouth.say(part)
    count = len(whole) // length + 1
    said = b"".join(mouth.read(length) for _frame in range(count))
    assert said == whole + QUIET * (count * length - len(whole))
    assert mouth.silent


def test_what_was_not_said_yet_can_be_taken_back() -> None:
    mouth = Mouth()
    mouth.say(b"a" * 500)
    mouth.say(b"b" * 500)
    assert mouth.read() == b"a" * 160
    mouth.hush()
    assert mouth.silent
    assert mouth.read() == QUIET * 160
    mouth.say(b"c" * 160)
    assert mouth.read() == b"c" * 160
