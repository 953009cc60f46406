"""Where the phones of one address can be reached, as data that outlives a restart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ivr.channels.sip.wire.messages.addresses import Address, unquote
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.uri import parse_uri
from ivr.channels.sip.wire.orders import Target
from ivr.channels.sip.wire.words import Flow

if TYPE_CHECKING:
    from collections.abc import Mapping

Why: TypeAlias = Literal["removed", "replaced", "expired", "lost"]
FlowKey: TypeAlias = tuple[str, tuple[str, int], int]


@dataclass(frozen=True, slots=True)
class Binding:
    """One phone of a user.

    key: its `+sip.instance` if it has one, else its Contact URI in one spelling. contact: the URI
    as written; params: those of the Contact header but `expires`. flow: the way it registered by.
    path: stations before it (RFC 3327), as route headers are written. expires_at: seconds on the
    caller's clock.
    """

    user: str
    key: str
    contact: str
    params: tuple[tuple[str, str | None], ...]
    flow: Flow
    path: tuple[str, ...]
    call_id: str
    cseq: int
    expires_at: float

    @property
    def name(self) -> tuple[str, str]:
        """User and key: the name of this binding among all."""
        return self.user, self.key

    @property
    def target(self) -> Target:
        """How a request reaches this phone: by the way it registered, or along its Path."""
        return Target(self.flow, self.contact, self.path)

    def listed(self, now: float) -> str:
        """The Contact value that tells the phone how long this binding still lives."""
        left_s = max(int(self.expires_at - now), 0)
        return str(Address("", self.contact, {**dict(self.params), "expires": str(left_s)}))


@dataclass(frozen=True, slots=True)
class Bound:
    """A phone registered. `before`: its binding until now, None for a new one."""

    binding: Binding
    before: Binding | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A phone is registered no more, and why."""

    binding: Binding
    why: Why


def flow_key(flow: Flow) -> FlowKey:
    """What makes two flows the same way to a far end."""
    return flow.transport, flow.remote, flow.connection


def key_of(contact: Address) -> str:
    """What tells the phones of a user apart (RFC 5626 4.1, else RFC 3261 19.1.4, simplified).

    Raises WireError 400 for a Contact that is no sip or sips URI, or holds headers.
    """
    try:
        uri = parse_uri(contact.uri)
    except WireError as error:
        raise WireError(400, f"Contact: {error.why}") from None
    if uri.scheme == "tel" or uri.headers:
        raise WireError(400, "Contact: not an address of a phone")
    instance = contact.params.get("+sip.instance")
    if instance:
        return f"instance {unquote(instance)}"
    host, port = uri.server
    user = "" if uri.user is None else f"{uri.user}@"
    transport = (uri.params.get("transport") or "udp").lower()
    return f"{uri.scheme}:{user}{host}:{port};transport={transport}"


def to_plain(binding: Binding, now: float, wall_s: float) -> dict[str, Any]:
    """A binding as texts and numbers, its end as wall time in seconds since 1970.

    Octets that are no text are spelled out: no database would take them, nor the other phones.
    """
    params = [[_text(name), value and _text(value)] for name, value in binding.params]
    return {
        "user": binding.user,
        "key": _text(binding.key),
        "contact": _text(binding.contact),
        "params": params,
        "transport": binding.flow.transport,
        "local": list(binding.flow.local),
        "remote": list(binding.flow.remote),
        "path": list(map(_text, binding.path)),
        "call_id": _text(binding.call_id),
        "cseq": binding.cseq,
        "expires_wall_s": binding.expires_at - now + wall_s,
    }


def from_plain(row: Mapping[str, Any], now: float, wall_s: float) -> Binding:
    """The binding that `to_plain` wrote; its connection, if it had one, is not open any more."""
    local, remote = row["local"], row["remote"]
    flow = Flow(row["transport"], (local[0], local[1]), (remote[0], remote[1]))
    return Binding(
        user=row["user"],
        key=row["key"],
        contact=row["contact"],
        params=tuple((name, value) for name, value in row["params"]),
        flow=flow,
        path=tuple(row["path"]),
        call_id=row["call_id"],
        cseq=row["cseq"],
        expires_at=row["expires_wall_s"] - wall_s + now,
    )


def _text(octets: str) -> str:
    return octets.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
