"""A dialog: who talks to whom, under which tags and numbers, and by which way (RFC 3261 12).

Addresses and routes are kept as written, so that what goes back is what came.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.message import Headers, Request
from ivr.channels.sip.wire.messages.uri import parse_uri, read_uri

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.channels.sip.wire.messages.message import Response
    from ivr.channels.sip.wire.words import Flow, Place

DialogId: TypeAlias = tuple[str, str, str]  # Call-ID, our tag, their tag
_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061, "ws": 80, "wss": 443}


@dataclass(slots=True, eq=False)
class Dialog:
    """One end of a dialog. `local`, `remote`: From and To of what we send, with their tags.

    `target` is their Contact, `flow` the way the last message came. `anchored`: always use that
    way (NAT, phones), whatever the Contact says. `remote_cseq` is -1 before their first request.
    """

    call_id: str
    local_tag: str
    remote_tag: str
    local: str
    remote: str
    target: str
    routes: tuple[str, ...]
    flow: Flow
    local_cseq: int
    remote_cseq: int = -1
    anchored: bool = False

    @property
    def id(self) -> DialogId:
        """What a request must carry to belong here."""
        return (self.call_id, self.local_tag, self.remote_tag)

    def takes(self, number: int) -> bool:
        """Whether a request's CSeq is higher than all before; it is noted. Holes are fine."""
        if number <= self.remote_cseq:
            return False
        self.remote_cseq = number
        return True

    def refresh(self, message: Request | Response) -> None:
        """Note a new Contact (INVITE, UPDATE and their 2xx)."""
        self.target = _target(message) or self.target


def of_invite(request: Request, tag: str, flow: Flow, *, anchored: bool) -> Dialog:
    """Our end of a call that comes in. Raises WireError 400 without one good Contact."""
    target = _target(request)
    if target is None or len(request.contacts) != 1:
        raise WireError(400, "INVITE without one Contact", request)
    for route in request.record_routes:
        parse_uri(route.uri)
    headers = request.headers
    return Dialog(
        call_id=request.call_id,
        local_tag=tag,
        remote_tag=request.from_.tag,
        local=f"{headers.get('To') or ''};tag={tag}",
        remote=headers.get("From") or "",
        target=target,
        routes=tuple(headers.split("Record-Route")),
        flow=flow,
        local_cseq=0,
        remote_cseq=request.cseq.number,
        anchored=anchored,
    )


def of_response(request: Request, response: Response, flow: Flow, *, anchored: bool) -> Dialog:
    """Our end of a call that goes out, as one answer (one fork) makes it."""
    return Dialog(
        call_id=request.call_id,
        local_tag=request.from_.tag,
        remote_tag=response.to.tag,
        local=request.headers.get("From") or "",
        remote=response.headers.get("To") or "",
        target=_target(response) or request.uri,
        routes=_routes_of(response),
        flow=flow,
        local_cseq=request.cseq.number,
        anchored=anchored,
    )


def request_in(
    dialog: Dialog,
    method: str,
    extra: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    cseq: int | None = None,
) -> Request:
    """The next request of ours in a dialog, still without Via. `cseq` given: an ACK to that one."""
    if cseq is None:
        dialog.local_cseq += 1
        cseq = dialog.local_cseq
    uri, routes = dialog.target, dialog.routes
    if routes and not _is_loose(routes[0]):
        # A strict router reads the Request-URI (RFC 3261 12.2.1.1).
        uri, routes = _bare(routes[0]), (*routes[1:], f"<{dialog.target}>")
    lines = [("Route", route) for route in routes]
    lines += (
        ("Max-Forwards", "70"),
        ("From", dialog.local),
        ("To", dialog.remote),
        ("Call-ID", dialog.call_id),
        ("CSeq", f"{cseq} {method}"),
    )
    lines.extend(extra)
    return Request(method, uri, Headers(lines), body)


def next_hop(dialog: Dialog, lines: Mapping[str, Place]) -> Flow:
    """Where the next request goes: to the first route or the Contact if that is an IP address.

    A name was resolved once, for the first request; what it led to is still good. A peer behind
    NAT is reached the way its last message came. `lines`: our addresses by transport.
    """
    flow = dialog.flow
    if dialog.anchored:
        return flow
    uri = read_uri(_bare(dialog.routes[0]) if dialog.routes else dialog.target)
    if uri is None or not _is_address(uri.host):
        return flow
    transport = (uri.params.get("transport") or flow.transport).lower()
    if transport != flow.transport and transport not in lines:
        transport = flow.transport
    remote = (uri.host, uri.port or _PORTS[transport])
    if transport == flow.transport:
        if remote == flow.remote:
            return flow
        return replace(flow, remote=remote, connection=0)
    return replace(flow, transport=transport, local=lines[transport], remote=remote, connection=0)


def _target(message: Request | Response) -> str | None:
    """Their Contact, if it can be written into a request line."""
    try:
        contacts = message.contacts
        uri = parse_uri(contacts[0].uri) if contacts else None
    except WireError:
        return None
    return contacts[0].uri if uri is not None and uri.scheme != "tel" else None


def _routes_of(response: Response) -> tuple[str, ...]:
    """The stations to our far end. Without any if they make no sense: a 2xx cannot be refused."""
    try:
        for route in response.record_routes:
            parse_uri(route.uri)
    except WireError:
        return ()
    return tuple(reversed(response.headers.split("Record-Route")))


def _bare(route: str) -> str:
    """The URI of one Route value."""
    _, opened, rest = route.rpartition("<") if "<" in route else ("", "", route)
    return rest.partition(">")[0] if opened else rest.partition(";")[0]


def _is_loose(route: str) -> bool:
    return ";lr" in route.partition("<")[2].partition(">")[0].lower() or ";lr" in route.lower()


def _is_address(host: str) -> bool:
    return ":" in host or not host.strip("0123456789.")
