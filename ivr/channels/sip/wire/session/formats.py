"""Which codecs stand behind the payload types of an `m=` line, and how ours are written.

Sources: RFC 3551 table 4 (types 0, 8, 13 need no name), RFC 4566 6 (`rtpmap`), RFC 4733 7.1.1
(`telephone-event`). All of ours run at 8000 Hz on one channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip.wire.session.sdp import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.channels.sip.wire.session.sdp import Media

EVENT, COMFORT = "telephone-event", "cn"
CODECS = ("pcma", "pcmu")
STATIC_PTS = {"pcmu": 0, "pcma": 8, COMFORT: 13}
WRITTEN = {"pcmu": "PCMU/8000", "pcma": "PCMA/8000", COMFORT: "CN/8000", EVENT: f"{EVENT}/8000"}
DYNAMIC_PTS = range(96, 128)
EVENTS = "0-15"  # the sixteen keys; no flash, no tones
PTIME_MS = 20

_NAMES = {text.lower(): name for name, text in WRITTEN.items()} | {
    f"{text.lower()}/1": name for name, text in WRITTEN.items()
}
_STATIC = {pt: name for name, pt in STATIC_PTS.items()}


def read(media: Media, known: Mapping[int, str] | None = None) -> list[tuple[int, str]]:
    """The payload types of an m= line that we know, with their codec, in the writer's order.

    `known` names types that the line may leave unnamed: those we offered ourselves.
    """
    names: dict[int, str] = {**_STATIC, **(known or {})}
    for value in media.values("rtpmap"):
        text, _, encoding = value.partition(" ")
        pt = number(text, 127)
        if pt is not None:
            names[pt] = _NAMES.get(encoding.strip().lower(), "")
    pts = dict.fromkeys(number(text, 127) for text in media.formats)
    return [(pt, names[pt]) for pt in pts if pt is not None and names.get(pt)]


def write(pairs: Sequence[tuple[int, str]]) -> tuple[tuple[str, str | None], ...]:
    """The attributes that name our payload types: `rtpmap` each, `fmtp` for keys, `ptime`."""
    lines: list[tuple[str, str | None]] = []
    for pt, name in pairs:
        lines.append(("rtpmap", f"{pt} {WRITTEN[name]}"))
        if name == EVENT:
            lines.append(("fmtp", f"{pt} {EVENTS}"))
    return (*lines, ("ptime", str(PTIME_MS)))


def assign(
    names: Sequence[str], event_pt: int | None, before: Sequence[tuple[int, str]]
) -> list[tuple[int, str]]:
    """Payload types for an offer. What was agreed `before` keeps its number (RFC 3264 8.3.2)."""
    taken = dict(before)
    numbers = {name: pt for pt, name in reversed(before)}
    pairs: list[tuple[int, str]] = []
    for name in names:
        wanted = event_pt if name == EVENT else STATIC_PTS[name]
        pt = numbers.get(name, wanted)
        if pt is not None and taken.get(pt, name) != name:
            pt = next(free for free in DYNAMIC_PTS if free not in taken)
        if pt is not None:
            taken[pt] = name
            pairs.append((pt, name))
    return pairs
