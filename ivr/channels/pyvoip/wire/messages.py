"""What the server and the process around pyVoIP tell each other.

One message is one datagram of JSON, at most 32 KB: its name, then its fields in order. An **order**
goes down to the process, a **tiding** comes up. A call is a number that the process gives out.
The password and sealed keys cross here in the clear and nowhere else: never log a message.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeAlias

from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Mapping

MESSAGE_BYTES = 32_768


@dataclass(frozen=True, slots=True)
class Begin:
    """Register with the PBX; answered by one `Ready`, or the process ends.

    server, port: the PBX. address: our own, IPv4; sip_port 0 = any. low, high: ports for sound.
    calls: at most so many at a time.
    """

    server: str
    port: int
    user: str
    password: str = field(repr=False)
    address: str
    sip_port: int
    low: int
    high: int
    calls: int


@dataclass(frozen=True, slots=True)
class Ping:
    """Are you alive? Answered by `Pong` from the thread that hears the PBX."""

    number: int


@dataclass(frozen=True, slots=True)
class Accept:
    """Answer a call."""

    call: int


@dataclass(frozen=True, slots=True)
class Play:
    """Play files of raw mu-law (8,000 octets a second) after what is still being played."""

    call: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """Fall silent at once."""

    call: int


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a call, or refuse one that still rings; what is being played is finished first."""

    call: int


@dataclass(frozen=True, slots=True)
class Farewell:
    """Say goodbye for a call of a process that fell. text: the BYE it left behind."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ready:
    """Registered: calls may come. port: our SIP port."""

    port: int


@dataclass(frozen=True, slots=True)
class Pong:
    """Alive."""

    number: int


@dataclass(frozen=True, slots=True)
class Ringing:
    """A call comes in. ref: the PBX's name of it. caller, called: user parts, as they came."""

    call: int
    ref: str
    caller: str
    called: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A call was answered. bye: what ends it if this process falls, a whole SIP request."""

    call: int
    bye: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Key:
    """The caller pressed a key."""

    call: int
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Gone:
    """A call is over. why: `bye`, `cancelled`, or `failed` when its sound cannot go on."""

    call: int
    why: str


@dataclass(frozen=True, slots=True)
class Troubled:
    """Something went wrong: what and where in the code, never with which values."""

    what: str


Order: TypeAlias = Begin | Ping | Accept | Play | Stop | HangUp | Farewell
Tiding: TypeAlias = Ready | Pong | Ringing | Answered | Key | Gone | Troubled
Message: TypeAlias = Order | Tiding

_ORDERS = (Begin, Ping, Accept, Play, Stop, HangUp, Farewell)
_TIDINGS = (Ready, Pong, Ringing, Answered, Key, Gone, Troubled)
_KINDS: Mapping[str, type[Any]] = {kind.__name__: kind for kind in (*_ORDERS, *_TIDINGS)}


def write(message: Message) -> bytes:
    """A message as one datagram. Raises MediaError if it is too long."""
    plain = [type(message).__name__, *astuple(message)]
    data = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    if len(data) > MESSAGE_BYTES:
        raise MediaError(f"a message of {len(data)} octets is too long")
    return data


def read(data: bytes) -> Message:
    """The message in a datagram. Raises MediaError if there is none."""
    try:
        name, *values = json.loads(data.decode("utf-8", "surrogatepass"))
        kind = _KINDS[name]
        names = fields(kind)
        checked = (_checked(each.type, value) for each, value in zip(names, values, strict=True))
        found: Message = kind(*checked)
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise MediaError("this is no message of the process around pyVoIP") from error
    return found


def _checked(kind: object, value: object) -> object:
    """A value of the kind that a field is declared with. Raises TypeError."""
    if kind == "int" and type(value) is int:
        return value
    if kind == "str" and isinstance(value, str):
        return value
    if kind == "tuple[str, ...]" and isinstance(value, list):
        return tuple(_checked("str", each) for each in value)
    raise TypeError(kind)
