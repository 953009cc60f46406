"""What the server and the process that carries the sound tell each other.

A message is one line of JSON; what is told in one breath goes as lines of one datagram of at most 8
KB. An **order** goes down to the worker, a **heard** comes up. Each carries the epoch of the server
that sent it or is spoken to, so that a worker obeys no server that was replaced. Sealed keys cross
here in the clear and nowhere else: never log one.

Source: sip-media.md section 8, `acd-cti.md` 9 (epoch).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, get_args

from ivr.domain.codec import writer
from ivr.domain.errors import MediaError
from ivr.media.collect import Listen
from ivr.media.items import Clip, Item, Music, Pause, Tone
from ivr.media.leg.terms import Peer
from ivr.media.leg.told import (
    Broken,
    Closed,
    Collected,
    Counters,
    Ended,
    Locked,
    Silent,
    Taken,
    Taped,
    Told,
)

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable, Mapping

__all__ = [
    "Beat", "Broken", "Close", "Closed", "Collect", "Collected", "Counters", "Drain", "Ended",
    "Figures", "Hear", "Heard", "Key", "Limits", "Load", "Locked", "Message", "Mute", "Open",
    "Opened", "Order", "Peer", "Play", "Ready", "Record", "Refused", "SendKeys", "Silent", "Stats",
    "Stop", "Take", "Taken", "Taped", "add", "read", "singly", "write",
]  # fmt: skip

MESSAGE_BYTES = 8192
TOGETHER_BYTES = 2048
"""Up to so much goes in one datagram, some 16 orders: between two of them a tick may be due."""
EXTRA_SHARE = 0.2
"""Agents' legs may exceed the cap of a worker by so much: a call that has begun can go on."""


@dataclass(frozen=True, slots=True)
class Open:
    """Take an even port between `low` and `high` for a leg; 0 and 0 = any that is free.

    address: our own, to listen on. mux: RTCP comes to the same port (RFC 5761). extra: the leg of
    an agent, which may exceed the cap of the worker by a fifth.
    """

    leg: int
    address: str = "127.0.0.1"
    low: int = 0
    high: int = 0
    mux: bool = False
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Play:
    """Play items in order; answered by one `Ended`.

    loop: begin again at the end and stay below what is played later, until stopped. resume: after
    something else was played, go on where it was (else from the start).
    """

    leg: int
    turn: int
    items: tuple[Item, ...]
    loop: bool = False
    resume: bool = True


@dataclass(frozen=True, slots=True)
class Collect:
    """Play items and listen for keys; answered by one `Collected`, unless stopped.

    ahead: keys that the server knows to have been typed ahead, used if this leg never listened.
    flush: forget keys typed ahead. Words to be said are left out: nothing here understands speech.
    """

    leg: int
    turn: int
    items: tuple[Item, ...]
    listen: Listen
    ahead: str = field(default="", repr=False)
    flush: bool = False


@dataclass(frozen=True, slots=True)
class Take:
    """Play items, then take a message; answered by one `Taken`, unless stopped.

    path: of the file without its suffix: `.part` while it grows, `.wav` once it is whole.
    """

    leg: int
    turn: int
    items: tuple[Item, ...]
    path: str
    longest_ms: int
    silence_ms: int
    shortest_ms: int = 0
    end_key: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Keep what comes from a leg and what it is sent, until `Stop` or `Close`; answered by one
    `Taped`. path: as of `Take`."""

    leg: int
    turn: int
    path: str


@dataclass(frozen=True, slots=True)
class Mute:
    """Keep silence instead of what is said, or go on keeping it."""

    leg: int
    turn: int
    on: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """End what a turn asked for."""

    leg: int
    turn: int


@dataclass(frozen=True, slots=True)
class Hear:
    """Whom a leg hears, other than its own prompts. hold: what it hears while `sources` is empty.

    keys: keys pressed by the sources are passed on as well; not during a sealed listen.
    """

    leg: int
    sources: tuple[int, ...]
    hold: Music | None = None
    keys: bool = True


@dataclass(frozen=True, slots=True)
class SendKeys:
    """Press keys towards the far end, each 100 ms with gaps of 100 ms."""

    leg: int
    keys: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Key:
    """A key that came by signalling (INFO)."""

    leg: int
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Close:
    """The leg is over; answered by `Closed`."""

    leg: int


@dataclass(frozen=True, slots=True)
class Limits:
    """legs: at most so many. silent_s: a leg from which nothing comes for so long is `Silent`.

    rest_s: a port is not used again for so long. late_ms: ticks later than this close the door.
    """

    legs: int = 900
    silent_s: float = 60.0
    rest_s: float = 30.0
    late_ms: float = 10.0

    def has_room(self, legs: int, *, extra: bool) -> bool:
        """Whether one leg more fits beside so many; extra: the leg of an agent."""
        return legs < self.legs * (1 + EXTRA_SHARE * extra)


@dataclass(frozen=True, slots=True)
class Drain:
    """Open nothing more and exit when the last leg is closed."""


@dataclass(frozen=True, slots=True)
class Stats:
    """Ask for `Figures` now."""

    ask: int


@dataclass(frozen=True, slots=True)
class Beat:
    """Are you there; answered by the same `Beat`."""

    number: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has started."""

    pid: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A leg has its ports. rtcp_port = port with `mux`. address: the one listened on."""

    leg: int
    port: int
    rtcp_port: int
    address: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A leg could not be opened; why: one sentence."""

    leg: int
    why: str


@dataclass(frozen=True, slots=True)
class Load:
    """Told each second. cpu: share of one core. late_ms: p99 of late ticks in the last 5 s.

    willing: whether new calls should come here (not late, not draining). late_frames: since start.
    """

    legs: int
    cpu: float
    late_ms: float
    late_frames: int
    willing: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """The answer to `Stats`: what a worker carries now and has carried since it started."""

    ask: int
    load: Load
    packets_in: int
    packets_out: int


Order: TypeAlias = (
    Open | Peer | Play | Collect | Take | Record | Mute | Stop | Hear | SendKeys | Key | Close
    | Limits | Drain | Stats | Beat
)  # fmt: skip
Heard: TypeAlias = Ready | Opened | Refused | Told | Load | Figures | Beat
Message: TypeAlias = Order | Heard

_KINDS: tuple[type[Message], ...] = get_args(Message)
_FIELDS: Mapping[type[object], tuple[str, ...]] = {
    kind: tuple(each.name for each in fields(kind))
    for kind in (*_KINDS, Clip, Pause, Tone, Music, Counters)
}
_ITEMS: Mapping[str, Callable[..., Item]] = {
    kind.__name__: kind for kind in (Clip, Pause, Tone, Music)
}
_ODD = "surrogatepass"
"""A folder may have a name that is no text."""
_LISTEN = tuple(each.name for each in fields(Listen) if each.name != "words")


def write(message: Message, epoch: int) -> bytes:
    """One line. Raises MediaError if it would exceed 8 KB (too many prompts at once)."""
    data = _ENCODE([epoch, type(message).__name__, *_values(message)]).encode(errors=_ODD)
    if len(data) > MESSAGE_BYTES:
        raise MediaError(f"a message to the media worker is too long: {len(data)} bytes")
    return data


def read(data: bytes) -> tuple[int, Message]:
    """Epoch and message of one line. Raises MediaError if it is none."""
    try:
        epoch, name, *values = _DECODE(data.decode(errors=_ODD))
        form = _FORMS[name]
        for place, rebuild in form.rebuilt:
            if values[place] is not None:
                values[place] = rebuild(values[place])
        return int(epoch), form.kind(*form.checked(values))
    except (ValueError, TypeError, LookupError) as wrong:
        raise MediaError("not a message of the media worker") from wrong


def add(waiting: deque[bytes], line: bytes) -> None:
    """Add a line to the datagrams that wait, to the last of them if it fits."""
    if waiting and len(waiting[-1]) + len(line) < TOGETHER_BYTES:
        waiting[-1] += b"\n" + line
    else:
        waiting.append(line)


def singly(data: bytes) -> list[bytes]:
    """The lines of a datagram."""
    return data.split(b"\n")


def _values(told: object) -> list[Any]:
    return [getattr(told, name) for name in _FIELDS[type(told)]]


def _plain(value: object) -> list[Any]:
    """Lists for what JSON does not know: an item begins with its name, the rest is its fields."""
    match value:
        case Listen():
            return [getattr(value, name) for name in _LISTEN]
        case Clip() | Pause() | Tone() | Music():
            return [type(value).__name__, *_values(value)]
        case Counters() | Load():
            return _values(value)
    raise TypeError(f"{type(value).__name__} cannot be told")


def _item(plain: list[Any]) -> Item:
    name, *values = plain
    return _ITEMS[name](*(tuple(each) if isinstance(each, list) else each for each in values))


def _items(plain: list[list[Any]]) -> tuple[Item, ...]:
    return tuple(_item(each) for each in plain)


def _listen(plain: list[Any]) -> Listen:
    return Listen.from_plain(dict(zip(_LISTEN, plain, strict=True)))


_ENCODE = writer(_plain)
_DECODE = json.JSONDecoder().decode
_REBUILD: Mapping[str, Callable[[Any], Any]] = {
    "items": _items,
    "hold": _item,
    "listen": _listen,
    "sources": tuple,
    "counters": lambda plain: Counters(*plain),
    "load": lambda plain: Load(*plain),
}


class _Form(NamedTuple):
    """How a kind of message is read. rebuilt: the places whose values JSON does not know."""

    kind: type[Message]
    fields: int
    rebuilt: tuple[tuple[int, Callable[[Any], Any]], ...]

    def checked(self, values: list[Any]) -> list[Any]:
        """What may be left out when a message is made must be there when it comes."""
        if len(values) != self.fields:
            raise ValueError("too many values, or too few")
        return values


def _form(kind: type[Message]) -> _Form:
    names = _FIELDS[kind]
    places = ((place, _REBUILD.get(name)) for place, name in enumerate(names))
    return _Form(kind, len(names), tuple((at, rebuild) for at, rebuild in places if rebuild))


_FORMS: Mapping[str, _Form] = {kind.__name__: _form(kind) for kind in _KINDS}
