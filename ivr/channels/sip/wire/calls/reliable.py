"""Provisional answers that must not be lost: RSeq, RAck and PRACK (RFC 3262)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.calls.board import deaf
from ivr.channels.sip.wire.calls.call import Unpracked

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.sip.wire.calls.board import Board
    from ivr.channels.sip.wire.calls.call import Incoming, Outgoing
    from ivr.channels.sip.wire.calls.dialog import Dialog
    from ivr.channels.sip.wire.messages.message import Request, Response


def repeat_until_pracked(
    board: Board,
    incoming: Incoming,
    data: bytes,
    give_up: Callable[[float], None],
    now: float,
    *,
    has_sdp: bool,
) -> None:
    """Begin to repeat a reliable 18x that was just sent: T1, doubled, for 64 T1."""
    post = board.post
    waiting = Unpracked(incoming.rseq, incoming.server.reply, data, post.t1_s, has_sdp)
    waiting.retry = post.timers.soon(now + post.t1_s, partial(_repeat, board, waiting))
    waiting.limit = post.timers.later(post.long_s, now, give_up)
    incoming.unpracked = waiting


def stop(incoming: Incoming) -> None:
    """Repeat it no more."""
    waiting, incoming.unpracked = incoming.unpracked, None
    for timer in (waiting.retry, waiting.limit) if waiting else ():
        if timer is not None:
            timer.call_off()


def is_pracked(incoming: Incoming | None, request: Request) -> bool:
    """Whether a PRACK means the 18x that we wait for; then it is repeated no more."""
    if incoming is None or incoming.unpracked is None:
        return False
    wanted = f"{incoming.unpracked.rseq} {incoming.invite.cseq.number} INVITE"
    if " ".join((request.headers.get("RAck") or "").split()) != wanted:
        return False
    stop(incoming)
    return True


def is_news(board: Board, out: Outgoing, dialog: Dialog, response: Response, now: float) -> bool:
    """Acknowledge an 18x of theirs if they require it. False: it came before, or out of order."""
    required = [each.lower() for each in response.headers.split("Require")]
    number = response.headers.get("RSeq") or ""
    if "100rel" not in required or not (number.isascii() and number.isdigit()):
        return True
    rseq = int(number[:10])
    last = out.rseqs.get(dialog.remote_tag)
    if last is not None and rseq != last + 1:
        return False
    out.rseqs[dialog.remote_tag] = rseq
    board.ask(dialog, "PRACK", deaf, now, (("RAck", f"{rseq} {response.cseq.number} INVITE"),))
    return True


def _repeat(board: Board, waiting: Unpracked, now: float) -> None:
    post = board.post
    post.send(waiting.flow, waiting.data)
    waiting.wait_s *= 2
    waiting.retry = post.timers.soon(now + waiting.wait_s, partial(_repeat, board, waiting))
