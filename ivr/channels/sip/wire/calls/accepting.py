"""Our 200 to an INVITE, repeated until it is acknowledged (RFC 3261 13.3.1.4)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.calls.body import sdp_of
from ivr.channels.sip.wire.calls.call import Unacked
from ivr.channels.sip.wire.calls.ending import bye, record_of, stop_waiting
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.words import Acked

if TYPE_CHECKING:
    from ivr.channels.sip.wire.calls.board import Board
    from ivr.channels.sip.wire.calls.call import Call
    from ivr.channels.sip.wire.messages.message import Request, Response
    from ivr.channels.sip.wire.words import Flow


def repeat_until_acked(
    board: Board, call: Call, cseq: int, sent: tuple[Flow, bytes], now: float
) -> None:
    """Begin to repeat a 200 that was just sent: T1, doubled up to T2, for 64 T1; streams too."""
    post = board.post
    again = call.state != "offered"
    unacked = Unacked(cseq, *sent, wait_s=post.t1_s, again=again)
    unacked.retry = post.timers.soon(now + post.t1_s, partial(_repeat, board, unacked))
    unacked.limit = post.timers.later(post.long_s, now, partial(_given_up, board, call, unacked))
    call.unacked = unacked


def acked(board: Board, call: Call, request: Request, now: float) -> None:
    """An ACK came for a dialog; one that acknowledges nothing that we wait for is ignored."""
    unacked = call.unacked
    if unacked is None or unacked.cseq != request.cseq.number or call.dialog is None:
        return
    stop_waiting(unacked)
    call.unacked = None
    if not unacked.again:
        call.state = "up"
    if call.closing is not None:
        bye(board, call, now, *call.closing)
        return
    record = record_of(call, call.dialog)
    board.hear(Acked(call.name, session_in(request), record, again=unacked.again))


def session_in(message: Request | Response) -> bytes | None:
    """The session in a message that cannot be refused any more; None if there is none."""
    try:
        return sdp_of(message)
    except WireError:
        return None


def _repeat(board: Board, unacked: Unacked, now: float) -> None:
    post = board.post
    post.send(unacked.flow, unacked.data)
    unacked.wait_s = min(2 * unacked.wait_s, post.t2_s)
    unacked.retry = post.timers.soon(now + unacked.wait_s, partial(_repeat, board, unacked))


def _given_up(board: Board, call: Call, unacked: Unacked, now: float) -> None:
    stop_waiting(unacked)
    bye(board, call, now, *(call.closing or ("signal_lost", "")))
