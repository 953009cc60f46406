"""Payload types and codecs."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.session import formats
from ivr.channels.sip.wire.session.formats import COMFORT, EVENT
from ivr.channels.sip.wire.session.sdp import Media


def line(types: str, *maps: str) -> Media:
    named = tuple(("rtpmap", text) for text in maps)
    return Media("audio", 4000, "RTP/AVP", tuple(types.split()), attributes=named)


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        (line("0 8 13"), [(0, "pcmu"), (8, "pcma"), (13, COMFORT)]),
        (line("8 0", "8 PCMA/8000", "0 PCMU/8000/1"), [(8, "pcma"), (0, "pcmu")]),
        (line("97", "97 pcma/8000"), [(97, "pcma")]),
        (line("96", "96 telephone-event/8000"), [(96, EVENT)]),
        (line("96 97", "96 telephone-event/16000", "97 opus/48000/2"), []),
        (line("8", "8 G729/8000"), []),
        (line("0", "0 PCMU/16000"), []),
        (line("0", "0 PCMU/8000/2"), []),
        (line("0 0 8 0"), [(0, "pcmu"), (8, "pcma")]),
        (line("0 x 128 -1 ٨ 18"), [(0, "pcmu")]),
        (line("0", "nonsense", "200 PCMA/8000", ""), [(0, "pcmu")]),
    ],
)
def test_payload_types_are_read_by_name_or_by_number(
    media: Media, expected: list[tuple[int, str]]
) -> None:
    assert formats.read(media) == expected


def test_a_type_we_named_ourselves_need_not_be_named_again() -> None:
    assert formats.read(line("8 101"), {101: EVENT}) == [(8, "pcma"), (101, EVENT)]


def test_ours_are_written_with_their_names_the_sixteen_keys_and_20_ms() -> None:
    assert formats.write([(8, "pcma"), (101, EVENT)]) == (
        ("rtpmap", "8 PCMA/8000"),
        ("rtpmap", "101 telephone-event/8000"),
        ("fmtp", "101 0-15"),
        ("ptime", "20"),
    )


@pytest.mark.parametrize(
    ("names", "event_pt", "before", "expected"),
    [
        (("pcma", "pcmu", EVENT), 101, (), [(8, "pcma"), (0, "pcmu"), (101, EVENT)]),
        (("pcma", EVENT), None, (), [(8, "pcma")]),
        (("pcma", EVENT), 101, ((97, "pcma"), (96, EVENT)), [(97, "pcma"), (96, EVENT)]),
        (("pcma", EVENT), 101, ((101, "pcma"),), [(101, "pcma"), (96, EVENT)]),
        (("pcma", "pcmu"), None, ((8, "pcmu"),), [(96, "pcma"), (8, "pcmu")]),
        (
            ("pcma", EVENT),
            101,
            ((8, "pcma"), (101, EVENT), (96, EVENT)),
            [(8, "pcma"), (101, EVENT)],
        ),
    ],
)
def test_a_type_once_agreed_keeps_its_number(
    names: tuple[str, ...],
    event_pt: int | None,
    before: tuple[tuple[int, str], ...],
    expected: list[tuple[int, str]],
) -> None:
    assert formats.assign(names, event_pt, before) == expected
