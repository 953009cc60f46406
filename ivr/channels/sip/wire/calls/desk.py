"""Hands each order to the part that carries it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip.wire import orders as word
from ivr.channels.sip.wire.calls import change, incoming, outgoing, outside, transfer
from ivr.channels.sip.wire.calls.ending import bye, watched

if TYPE_CHECKING:
    from ivr.channels.sip.wire.calls.board import Board
    from ivr.channels.sip.wire.calls.call import Call
    from ivr.channels.sip.wire.orders import Order


def obey(board: Board, order: Order, now: float) -> None:
    """Carry out one order. One for a call that is over, or in another state, is dropped."""
    match order:
        case word.Invite():
            outgoing.invite(board, order, now)
        case word.Outside():
            outside.send(board, order, now)
        case word.EndStored():
            outside.end_stored(board, order, now)
        case word.Drain():
            board.draining = order.on
        case _:
            call = board.calls.get(order.call)
            if call is not None:
                _in_call(board, call, order, now)


def _in_call(board: Board, call: Call, order: Order, now: float) -> None:
    match order:
        case word.Ring():
            incoming.ring(board, call, order, now)
        case word.Accept():
            incoming.accept(board, call, order, now)
        case word.Refuse():
            incoming.refuse(board, call, order, now)
        case word.HangUp():
            _hang_up(board, call, order, now)
        case word.Ack():
            outgoing.acknowledge(board, call, order, now)
        case _:
            _while_up(board, call, order, now)


def _while_up(board: Board, call: Call, order: Order, now: float) -> None:
    match order:
        case word.Reinvite():
            change.offer(board, call, order.sdp, now)
        case word.AnswerChange():
            change.answer(board, call, order, now)
        case word.Refer():
            transfer.refer(board, call, order, now)
        case word.AnswerRefer():
            transfer.answer(board, call, order, now)
        case word.NotifyRefer():
            transfer.notify(board, call, order, now)
        case word.SendInfo() if call.dialog is not None and call.state == "up":
            extra = (("Content-Type", order.content_type),)
            board.ask(call.dialog, "INFO", watched(board, call), now, extra, order.body)


def _hang_up(board: Board, call: Call, order: word.HangUp, now: float) -> None:
    """A final answer, CANCEL or BYE, by what the call is now."""
    match call.state:
        case "offered":
            extra = (("Reason", order.reason),) if order.reason else ()
            incoming.refuse(board, call, word.Refuse(call.name, order.status, "", extra), now)
        case "calling":
            outgoing.cancel(board, call, now, order.reason)
        case "accepted":  # no BYE before the ACK (RFC 3261 15)
            call.closing = (order.cause, order.reason)
        case "up":
            bye(board, call, now, order.cause, order.reason)
