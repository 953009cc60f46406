"""All transactions of one core: which message belongs to which (RFC 3261 17.1.3, 17.2.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.messages.message import Headers, Request, Response, render
from ivr.channels.sip.wire.messages.uri import place
from ivr.channels.sip.wire.transaction.client import Client, Hear, cancel_of
from ivr.channels.sip.wire.transaction.post import is_reliable
from ivr.channels.sip.wire.transaction.server import Server, ServerKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.sip.wire.messages.message import Via
    from ivr.channels.sip.wire.seams import Options
    from ivr.channels.sip.wire.transaction.post import Post
    from ivr.channels.sip.wire.words import Flow, Place

COOKIE = "z9hG4bK"
_TRANSPORTS = {"udp": "UDP", "tcp": "TCP", "tls": "TLS", "ws": "WS", "wss": "WSS"}


class Transactions:
    """The tables, bounded: past their size nothing new is opened."""

    __slots__ = ("_clients", "_merged", "_options", "_servers", "_token", "post")

    def __init__(self, post: Post, options: Options, token: Callable[[], str]) -> None:
        self.post = post
        self._options = options
        self._token = token
        self._clients: dict[tuple[str, str], Client] = {}
        self._servers: dict[ServerKey, Server] = {}
        self._merged: dict[tuple[object, ...], Server] = {}

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._clients) + len(self._servers)

    @property
    def is_full(self) -> bool:
        """True if no new transaction may be opened."""
        post, options = self.post, self._options
        return post.live >= options.live_max or post.finished >= options.finished_max

    def place(self, flow: Flow) -> Place:
        """Our address on that flow, as others are to see it."""
        return self._options.advertise.get((flow.transport, *flow.local), flow.local)

    # --- ours -------------------------------------------------------------------------------

    def ask(self, request: Request, flow: Flow, hear: Hear, now: float) -> Client:
        """Send a request of ours under a new branch, and hear what becomes of it."""
        branch = COOKIE + self._token()
        request.headers = with_via(request.headers, via_of(flow, self.place(flow), branch))
        return self._open_client(request, flow, branch, hear, now)

    def stamp(self, request: Request, flow: Flow) -> bytes:
        """The octets of a request under a new branch, for one that nobody answers (ACK)."""
        branch = COOKIE + self._token()
        request.headers = with_via(request.headers, via_of(flow, self.place(flow), branch))
        return render(request)

    def cancel(self, client: Client, now: float, reason: str = "") -> None:
        """Cancel an INVITE of ours, now or as soon as its first answer allows it."""
        invite = client.request
        if invite is None or client.cancel is not None:
            return

        def send(at: float) -> None:
            request = cancel_of(invite, reason)
            self._open_client(request, client.flow, client.key[0], _ignore, at)

        client.cancel = send
        client.step("cancel", now)

    def answered(self, response: Response, now: float) -> bool:
        """Give an answer to the request that it belongs to. False: it is a stray, drop it."""
        vias = response.vias
        if len(vias) != 1:
            return False
        client = self._clients.get((vias[0].branch or "", response.cseq.method))
        if client is None:
            return False
        client.answered(response, now)
        return True

    def lost(self, flow: Flow, now: float) -> None:
        """The way is gone: what was waiting for answers on it fails at once."""
        for client in [each for each in self._clients.values() if _is_same_way(each.flow, flow)]:
            client.step("error", now)
        for server in self._servers.values():
            if flow.connection and server.reply == flow and server.request is not None:
                # Answers open a connection to where the sender listens (RFC 3261 18.2.2).
                port = server.request.vias[0].port or (5061 if flow.transport == "tls" else 5060)
                server.reply = replace(flow, remote=(flow.remote[0], port), connection=0)

    def _open_client(
        self, request: Request, flow: Flow, branch: str, hear: Hear, now: float
    ) -> Client:
        client = Client(self.post, (branch, request.method), request, flow)
        client.hear = hear
        client.forget = self._forget_client
        self._clients[client.key] = client
        client.start(now)
        return client

    def _forget_client(self, client: Client) -> None:
        self._clients.pop(client.key, None)

    # --- theirs -----------------------------------------------------------------------------

    def find(self, request: Request, method: str = "") -> Server | None:
        """The transaction that a request belongs to; ACK and CANCEL look for the INVITE."""
        return self._servers.get(server_key(request, method or request.method))

    def is_merged(self, request: Request) -> bool:
        """True if the same request came here by another way and is still being served."""
        return not request.to.tag and merge_key(request) in self._merged

    def is_ours(self, request: Request) -> bool:
        """True if a request of ours came back to us: one of its Vias carries a branch of ours."""
        return any((via.branch, request.method) in self._clients for via in request.vias)

    def open(self, request: Request, flow: Flow) -> Server:
        """Begin to serve a request that is no repetition."""
        key = server_key(request, request.method)
        server = Server(self.post, key, request, reply_flow(request.vias[0], flow))
        server.forget = self._forget_server
        self._servers[key] = server
        if not request.to.tag and request.method != "CANCEL":
            server.merged = merge_key(request)
            self._merged[server.merged] = server
        return server

    def _forget_server(self, server: Server) -> None:
        self._servers.pop(server.key, None)
        if server.merged is not None:
            self._merged.pop(server.merged, None)


def _is_same_way(used: Flow, lost: Flow) -> bool:
    """Whether what was sent by `used` went over `lost`; 0 meant whichever connection was open."""
    if (used.transport, used.remote) != (lost.transport, lost.remote):
        return False
    return used.connection == lost.connection or not (used.connection and lost.connection)


def _ignore(_told: object, _now: float) -> None:
    """What is said to a CANCEL changes nothing: the INVITE gets its own final answer."""


def via_of(flow: Flow, ours: Place, branch: str) -> str:
    """Our Via line. `rport` asks for answers to where the request came from (RFC 3581)."""
    return f"SIP/2.0/{_TRANSPORTS[flow.transport]} {place(*ours)};branch={branch};rport"


def with_via(headers: Headers, via: str) -> Headers:
    """The same headers with this Via on top, in place of any other."""
    lines = headers.items()
    return Headers([("Via", via), *[line for line in lines if line[0] != "Via"]])


def server_key(request: Request, method: str) -> ServerKey:
    """Branch, sent-by, method; without a branch of RFC 3261 the older set of fields."""
    via = request.vias[0]
    branch = via.branch or ""
    if branch.startswith(COOKIE) and len(branch) > len(COOKIE):
        return (branch, via.host.lower(), str(via.port or 0), method)
    tag = "" if method == "INVITE" else request.to.tag or ""
    cseq = str(request.cseq.number)
    sent_by = f"{via.host}:{via.port}"
    from_tag = request.from_.tag or ""
    return (request.uri, tag, from_tag, request.call_id, cseq, sent_by, branch, method)


def merge_key(request: Request) -> tuple[object, ...]:
    """What two copies of one request have in common (RFC 3261 8.2.2.2)."""
    return (request.from_.tag or "", request.call_id, request.cseq.number, request.method)


def reply_flow(via: Via, flow: Flow) -> Flow:
    """Where answers go: the source with `rport`, else its address and the port of the Via."""
    if is_reliable(flow) or "rport" in via.params:
        return flow
    port = via.port or 5060
    return flow if port == flow.remote[1] else replace(flow, remote=(flow.remote[0], port))
