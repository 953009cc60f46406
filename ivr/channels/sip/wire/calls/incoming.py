"""Calls that come in: offered, ringing, answered or refused (RFC 3261 13.3, UAS)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.calls import change, reliable, session_timer
from ivr.channels.sip.wire.calls.accepting import repeat_until_acked
from ivr.channels.sip.wire.calls.alive import arm
from ivr.channels.sip.wire.calls.board import SUPPORTED
from ivr.channels.sip.wire.calls.body import sdp_of
from ivr.channels.sip.wire.calls.call import Call, Incoming
from ivr.channels.sip.wire.calls.dialog import of_invite
from ivr.channels.sip.wire.calls.ending import over, record_of
from ivr.channels.sip.wire.calls.reason import is_elsewhere, q850_of
from ivr.channels.sip.wire.calls.replaces import wanted_place
from ivr.channels.sip.wire.orders import Accept
from ivr.channels.sip.wire.words import Cancelled, Ended, Offered

if TYPE_CHECKING:
    from ivr.channels.sip.wire.calls.board import Board
    from ivr.channels.sip.wire.messages.message import Request
    from ivr.channels.sip.wire.orders import Refuse, Ring
    from ivr.channels.sip.wire.seams import Verdict
    from ivr.channels.sip.wire.transaction.server import Server, Worry
    from ivr.channels.sip.wire.words import Flow, Pairs


def offer(
    board: Board, server: Server, request: Request, verdict: Verdict, flow: Flow, now: float
) -> None:
    """A new INVITE of an admitted source: 100 at once, then up. WireError: refused before that."""
    if len(board.calls) >= board.options.calls_max:
        board.answer(server, request, 503, now, [("Retry-After", "5")])
        return
    if session_timer.is_too_small(request.headers, verdict.terms):
        least_s = verdict.terms.session_min_s
        board.answer(server, request, 422, now, [("Min-SE", str(least_s))])
        return
    sdp = sdp_of(request)
    replaces = wanted_place(board, request, verdict.peer)
    call = _new_call(board, server, request, verdict, flow)
    board.answer(server, request, 100, now)
    record = record_of(call, call.dialog) if call.dialog else None
    board.hear(Offered(call.name, call.trunk, call.peer, flow, request, sdp, replaces, record))


def _new_call(board: Board, server: Server, request: Request, verdict: Verdict, flow: Flow) -> Call:
    tag = board.seams.token()
    anchored = verdict.terms.nat or bool(verdict.peer)
    dialog = of_invite(request, tag, flow, anchored=anchored)
    required = (each.lower() for each in request.headers.split("Require"))
    call = Call(tag, verdict.trunk, verdict.peer, verdict.terms, ours=False, state="offered")
    call.dialog = dialog
    call.their_allow = request.headers.get("Allow") or ""
    call.incoming = Incoming(server, request, reliable="100rel" in required)
    server.tag = tag
    server.hear = partial(_worried, board, call)
    board.calls[tag] = board.dialogs[dialog.id] = call
    return call


def _worried(board: Board, call: Call, worry: Worry, now: float, request: Request | None) -> None:
    if worry == "cancel" and request is not None:
        given_up(board, call, request, now)


def given_up(board: Board, call: Call, request: Request, now: float) -> None:
    """The caller does not wait any more (CANCEL, or a BYE before the answer)."""
    incoming = call.incoming
    if call.state != "offered" or incoming is None:
        return
    board.answer(incoming.server, incoming.invite, 487, now)
    headers = request.headers
    over(board, call, Cancelled(call.name, q850_of(headers), is_elsewhere(headers)), now)


def ring(board: Board, call: Call, order: Ring, now: float) -> None:
    """180, or 183 with early sound; repeated until its PRACK if they require that."""
    incoming = call.incoming
    if call.state != "offered" or incoming is None or call.dialog is None:
        return
    if incoming.unpracked is not None:
        incoming.waiting.append(order)
        return
    extra = [("Contact", board.contact(call.dialog.flow)), ("Allow", board.options.allow)]
    if order.sdp:
        call.sdp = order.sdp
        extra.append(("Content-Type", "application/sdp"))
    if incoming.reliable:
        incoming.rseq += 1
        extra += [("Require", "100rel"), ("RSeq", str(incoming.rseq))]
    server, invite, body = incoming.server, incoming.invite, order.sdp or b""
    data = board.answer(server, invite, order.status, now, extra, body=body)
    if incoming.reliable:
        give_up = partial(_unpracked, board, call)
        reliable.repeat_until_pracked(board, incoming, data, give_up, now, has_sdp=bool(body))


def _unpracked(board: Board, call: Call, now: float) -> None:
    _refuse(board, call, 500, now)
    over(board, call, Ended(call.name, "signal_lost", far=False), now)


def accept(board: Board, call: Call, order: Accept, now: float) -> None:
    """200 with the session; repeated until it is acknowledged."""
    incoming, dialog = call.incoming, call.dialog
    if call.state != "offered" or incoming is None or dialog is None:
        return
    if incoming.unpracked is not None:
        if incoming.unpracked.has_sdp:  # RFC 3262 3: no 2xx before that one is acknowledged
            incoming.waiting.append(order)
            return
        reliable.stop(incoming)
    headers = incoming.invite.headers
    session = session_timer.answer(headers, call.terms)
    extra = [
        ("Contact", board.contact(dialog.flow)),
        ("Allow", board.options.allow),
        ("Supported", SUPPORTED),
        *session_timer.answer_lines(session, headers),
        *order.headers,
        ("Content-Type", "application/sdp"),
    ]
    call.sdp = order.sdp
    server = incoming.server
    data = board.answer(server, incoming.invite, 200, now, extra, body=order.sdp)
    repeat_until_acked(board, call, incoming.invite.cseq.number, (server.reply, data), now)
    call.state, call.incoming = "accepted", None
    arm(board, call, session, change.refresh, now)


def refuse(board: Board, call: Call, order: Refuse, now: float) -> None:
    """A final refusal; the call is over at once."""
    if call.state == "offered":
        _refuse(board, call, order.status, now, order.headers, order.reason)
        over(board, call, Ended(call.name, "refused", far=False), now)


def _refuse(
    board: Board, call: Call, status: int, now: float, extra: Pairs = (), reason: str = ""
) -> None:
    incoming = call.incoming
    if incoming is not None:
        server, invite = incoming.server, incoming.invite
        board.answer(server, invite, max(status, 300), now, extra, reason=reason)


def pracked(board: Board, call: Call, now: float) -> None:
    """The way is free for the orders that waited behind a reliable 18x."""
    incoming = call.incoming
    if incoming is None:
        return
    waiting, incoming.waiting = incoming.waiting, []
    for order in waiting:
        if isinstance(order, Accept):
            accept(board, call, order, now)
        else:
            ring(board, call, order, now)
