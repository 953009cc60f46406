"""The one door of SIP: octets and orders in, octets and events out. It never waits and never reads.

`now` is monotonic seconds; equal messages, orders, times and tokens give equal octets. A source
that is not admitted never reaches a transaction (`sip-media.md` 2, 5, 6; `security.md` 11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip.wire.calls import cut_off, desk, incoming, inside, outside
from ivr.channels.sip.wire.calls.board import ACCEPT, KNOWN, Board
from ivr.channels.sip.wire.messages.message import (
    Request,
    WireError,
    parse,
    received_from,
    render,
    respond,
)
from ivr.channels.sip.wire.transaction.layer import Transactions, reply_flow
from ivr.channels.sip.wire.transaction.post import Post, is_page, is_reliable

if TYPE_CHECKING:
    from ivr.channels.sip.wire.calls.call import Call
    from ivr.channels.sip.wire.orders import Order
    from ivr.channels.sip.wire.seams import Options, Seams, Verdict
    from ivr.channels.sip.wire.transaction.server import Server
    from ivr.channels.sip.wire.words import Flow, Heard, Pairs, Send


class Core:
    """All SIP of one server. Call `take` after each of the others, and `tick` when `due` says."""

    __slots__ = ("_board", "_post", "_seams", "_tag", "_transactions")

    def __init__(self, options: Options, seams: Seams) -> None:
        self._seams = seams
        self._post = Post(options)
        self._transactions = Transactions(self._post, options, seams.token)
        self._board = Board(options, seams, self._post, self._transactions)
        self._tag = seams.token()  # of answers for which no state is kept

    # --- in ---------------------------------------------------------------------------------

    def receive(self, data: bytes, flow: Flow, now: float) -> None:
        """One datagram, or one message of a stream."""
        try:
            message = parse(data, stream=is_reliable(flow))
            if isinstance(message, Request):
                self._request(message, flow, now)
            elif not self._transactions.answered(message, now):
                self._post.count("stray")
        except WireError as error:
            self._garbled(error, flow, now)

    def lost(self, flow: Flow, now: float) -> None:
        """A connection is gone, or a datagram could not be sent."""
        self._transactions.lost(flow, now)
        if is_page(flow):
            cut_off.cut_off(self._board, flow, now)
        elif flow.connection:
            self._board.reconnect(flow)

    def order(self, order: Order, now: float) -> None:
        """One order of the trunk; one that no longer fits is dropped."""
        desk.obey(self._board, order, now)

    def tick(self, now: float) -> None:
        """Do all that is due."""
        self._post.timers.run(now)

    # --- out --------------------------------------------------------------------------------

    def due(self) -> float | None:
        """When `tick` is to be called next; None: not before something comes in."""
        return self._post.timers.due()

    def take(self) -> list[Send | Heard]:
        """What is to be sent, and what was heard, since the last time, in order."""
        out = self._post.out
        self._post.out = []
        return out

    @property
    def sizes(self) -> dict[str, int]:
        """How many of each are kept: calls, transactions, timers."""
        board, timers = self._board, self._post.timers
        kept = {"calls": len(board.calls), "dialogs": len(board.dialogs)}
        return kept | {"transactions": len(self._transactions), "timers": len(timers)}

    @property
    def counts(self) -> dict[str, int]:
        """What was dropped or odd since the start, by kind."""
        return self._post.counts

    # --- requests ---------------------------------------------------------------------------

    def _request(self, request: Request, flow: Flow, now: float) -> None:
        verdict = self._seams.admit(request, flow, now)
        if verdict.status or not verdict.trunk:
            self._turn_away(request, flow, verdict)
            return
        received_from(request, *flow.remote[:2])
        if request.method == "ACK":
            self._ack(request, verdict, now)
            return
        server = self._transactions.find(request)
        if server is not None:
            server.step("again", now)
        elif self._transactions.is_full:
            self._stateless(request, flow, 503, "", (("Retry-After", "5"),))
        else:
            self._new(request, flow, verdict, now)

    def _new(self, request: Request, flow: Flow, verdict: Verdict, now: float) -> None:
        """A request that is no repetition gets a transaction, and an answer from somebody."""
        merged = self._transactions.is_merged(request)
        server = self._transactions.open(request, flow)
        try:
            if merged or self._transactions.is_ours(request):
                self._board.answer(server, request, 482, now)
            elif request.method == "CANCEL":
                self._cancel(server, request, flow, verdict, now)
            else:
                self._serve(server, request, flow, verdict, now)
        except WireError as error:
            code = error.code or 400
            extra = self._explained(code)
            self._board.answer(server, request, code, now, extra)

    def _serve(
        self, server: Server, request: Request, flow: Flow, verdict: Verdict, now: float
    ) -> None:
        unknown = [each for each in request.headers.split("Require") if each.lower() not in KNOWN]
        if unknown:
            extra = [("Unsupported", ", ".join(unknown))]
            self._board.answer(server, request, 420, now, extra)
        elif request.to.tag:
            call = self._call_of(request, verdict)
            if call is None:
                outside.serve_ended(self._board, server, request, verdict.trunk, now)
                return
            inside.serve(self._board, call, server, request, flow, now)
        elif request.method == "INVITE":
            _ = request.target  # WireError 416 for an address of a kind that we do not serve
            incoming.offer(self._board, server, request, verdict, flow, now)
        else:
            outside.serve(self._board, server, request, flow, now)

    def _ack(self, request: Request, verdict: Verdict, now: float) -> None:
        server = self._transactions.find(request, "INVITE")
        if server is not None and server.state != "accepted":
            server.step("ACK", now)
            return
        call = self._call_of(request, verdict)
        if call is None:
            self._post.count("stray")
        else:
            inside.acknowledge(self._board, call, request, now)

    def _cancel(
        self, server: Server, request: Request, flow: Flow, verdict: Verdict, now: float
    ) -> None:
        invite = self._transactions.find(request, "INVITE")
        names = (request.call_id, invite.tag if invite else "", request.from_.tag)
        call = self._board.dialogs.get(names)
        strange = invite is None or invite.reply.remote[0] != flow.remote[0]
        if invite is None or strange or (call is not None and not _same_peer(call, verdict)):
            self._board.answer(server, request, 481, now)
            return
        server.tag = request.to.tag or invite.tag
        self._board.answer(server, request, 200, now)
        invite.step("CANCEL", now, request)

    def _call_of(self, request: Request, verdict: Verdict) -> Call | None:
        """The call whose dialog this is, if all three names fit and it comes from its peer."""
        names = (request.call_id, request.to.tag, request.from_.tag)
        call = self._board.dialogs.get(names)
        return call if call is not None and _same_peer(call, verdict) else None

    # --- without state ----------------------------------------------------------------------

    def _turn_away(self, request: Request, flow: Flow, verdict: Verdict) -> None:
        """A stranger: one answer without any state, or silence."""
        self._post.count("turned_away" if verdict.status else "silent")
        if verdict.status and request.method != "ACK":
            self._stateless(request, flow, verdict.status, verdict.reason, verdict.headers)

    def _stateless(
        self, request: Request, flow: Flow, status: int, reason: str, extra: Pairs
    ) -> None:
        via = received_from(request, *flow.remote[:2])
        response = respond(request, status, reason, to_tag=self._tag, extra=extra)
        self._post.send(reply_flow(via, flow), render(response))

    def _garbled(self, error: WireError, flow: Flow, now: float) -> None:
        """What cannot be read: an answer where one can be addressed and the source is known."""
        self._post.count("garbled")
        request = error.message
        if not error.code or not isinstance(request, Request):
            return
        try:
            verdict = self._seams.admit(request, flow, now)
            if verdict.trunk and not verdict.status:
                extra = self._explained(error.code)
                self._stateless(request, flow, error.code, "", tuple(extra))
        except WireError:
            self._post.count("unanswerable")

    def _explained(self, code: int) -> list[tuple[str, str]]:
        """The headers that a refusal must carry."""
        if code == 415:
            return [("Accept", ACCEPT), ("Accept-Encoding", "identity")]
        if code in {405, 501}:
            return [("Allow", self._board.options.allow)]
        return [("Allow-Events", "refer")] if code == 489 else []


def _same_peer(call: Call, verdict: Verdict) -> bool:
    return call.trunk == verdict.trunk and call.peer == verdict.peer
