"""Where all calls of one core hang, and the few ways to send something for one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.calls.dialog import next_hop, request_in
from ivr.channels.sip.wire.messages.message import respond
from ivr.channels.sip.wire.messages.uri import place
from ivr.channels.sip.wire.transaction.post import is_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.channels.sip.wire.calls.call import Call
    from ivr.channels.sip.wire.calls.dialog import Dialog, DialogId
    from ivr.channels.sip.wire.messages.message import Request
    from ivr.channels.sip.wire.seams import Options, Seams
    from ivr.channels.sip.wire.transaction.client import Client, Hear
    from ivr.channels.sip.wire.transaction.layer import Transactions
    from ivr.channels.sip.wire.transaction.post import Post
    from ivr.channels.sip.wire.transaction.server import Server
    from ivr.channels.sip.wire.words import Flow, Heard, Pairs

# Extensions that may be required of us (RFC 3261 8.2.2.3).
KNOWN = frozenset({"100rel", "timer", "replaces", "norefersub", "path", "outbound"})
SUPPORTED = "100rel, timer, replaces, norefersub"
ACCEPT = "application/sdp, multipart/mixed, application/dtmf-relay, application/dtmf"


class Board:
    """The calls by name and by dialog, and what they share."""

    __slots__ = (
        "calls",
        "dialogs",
        "draining",
        "ending",
        "options",
        "past",
        "post",
        "seams",
        "transactions",
    )

    def __init__(
        self, options: Options, seams: Seams, post: Post, transactions: Transactions
    ) -> None:
        self.options, self.seams, self.post = options, seams, post
        self.transactions = transactions
        self.calls: dict[str, Call] = {}
        self.dialogs: dict[DialogId, Call] = {}
        self.past: dict[DialogId, str] = {}  # of phones, ended a moment ago, with the trunk
        self.ending: dict[DialogId, str] = {}  # whose BYE is not answered yet, with the trunk
        self.draining = False

    def hear(self, event: Heard) -> None:
        """Tell the trunk."""
        self.post.out.append(event)

    def reconnect(self, flow: Flow) -> None:
        """A connection is gone: what calls still have to send goes over a new one."""
        for call in self.calls.values():
            if call.dialog is not None and call.dialog.flow == flow:
                call.dialog.flow = replace(flow, connection=0)

    def contact(self, flow: Flow) -> str:
        """Our Contact on that flow."""
        transport = "ws" if is_page(flow) else flow.transport  # RFC 7118 5.2: wss is `ws` here
        way = "" if transport == "udp" else f";transport={transport}"
        return f"<sip:{self.options.user}@{place(*self.transactions.place(flow))}{way}>"

    def about_us(self) -> list[tuple[str, str]]:
        """What we can do, as an answer to OPTIONS says it."""
        return [
            ("Allow", self.options.allow),
            ("Accept", ACCEPT),
            ("Accept-Encoding", "identity"),
            ("Supported", SUPPORTED),
        ]

    def answer(  # noqa: PLR0913 - the words of one sentence
        self,
        server: Server,
        request: Request,
        status: int,
        now: float,
        extra: Iterable[tuple[str, str]] = (),
        *,
        body: bytes = b"",
        reason: str = "",
    ) -> bytes:
        """Answer a request of the other side; returns the octets sent."""
        if not server.tag and status > 100:
            server.tag = request.to.tag or self.seams.token()
        tag = server.tag
        response = respond(request, status, reason, to_tag=tag, extra=extra, body=body)
        return server.answer(response, now)

    def ask(
        self,
        dialog: Dialog,
        method: str,
        hear: Hear,
        now: float,
        extra: Pairs = (),
        body: bytes = b"",
    ) -> Client:
        """Send a request inside a dialog."""
        request = request_in(dialog, method, extra, body)
        return self.transactions.ask(request, next_hop(dialog, self.options.lines), hear, now)

    def ack(self, dialog: Dialog, cseq: int, sdp: bytes | None = None) -> tuple[Flow, bytes]:
        """Send the ACK to a 2xx; returns it, for each time that the 2xx comes again."""
        extra = (("Content-Type", "application/sdp"),) if sdp else ()
        request = request_in(dialog, "ACK", extra, sdp or b"", cseq)
        flow = next_hop(dialog, self.options.lines)
        data = self.transactions.stamp(request, flow)
        self.post.send(flow, data)
        return flow, data


def deaf(_told: object, _now: float) -> None:
    """For requests whose answer changes nothing."""
