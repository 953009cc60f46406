"""By which way keys reach a leg."""

from __future__ import annotations

from ivr.media.dtmf import Way
from ivr.media.leg.keys import Keys
from ivr.media.tone import key_tone
from tests.fakes.lanes import Bench

peer = Bench.peer


def made() -> tuple[Keys, list[tuple[str, Way, bool]]]:
    heard: list[tuple[str, Way, bool]] = []
    return Keys(lambda key, way, on: heard.append((key, way, on))), heard


def sound(keys: Keys, octets: bytes) -> None:
    take = keys.take_tones
    assert take is not None
    for at in range(0, len(octets), 160):
        take(8, 1, 1, bytearray(octets[at : at + 160]), 0)


def test_tones_are_listened_to_only_where_there_are_no_events() -> None:
    keys, heard = made()
    keys.agree(peer(1))
    assert keys.take_tones is None
    keys.agree(peer(1, event_pt=None))
    sound(keys, key_tone("5", "pcma") + key_tone("5", "pcma"))
    assert heard == [("5", Way.TONE, False)] * 2


def test_the_first_way_locks_until_something_else_is_agreed() -> None:
    keys, heard = made()
    keys.agree(peer(1))
    keys.press("1")
    keys.events("2", True)
    keys.agree(peer(1))
    keys.events("3", True)
    keys.agree(peer(1, dtmf="rfc4733"))
    keys.events("4", True)
    keys.press("5")
    assert [each[0] for each in heard] == ["1", "4"]
    assert heard[1] == ("4", Way.EVENT, True)
    assert keys.count == 2


def test_a_leg_may_hear_tones_although_events_were_offered() -> None:
    keys, heard = made()
    keys.agree(peer(1, dtmf="inband"))
    keys.events("1", False)
    sound(keys, key_tone("7", "pcma"))
    assert [each[0] for each in heard] == ["7"]


def test_sound_that_was_on_its_way_is_no_longer_listened_to() -> None:
    keys, heard = made()
    keys.agree(peer(1, event_pt=None))
    take = keys.take_tones
    assert take is not None
    keys.agree(peer(1))
    take(8, 1, 1, bytearray(key_tone("7", "pcma")), 0)
    assert heard == []
