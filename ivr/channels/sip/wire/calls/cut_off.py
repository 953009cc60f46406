"""Calls of phones in browser pages when their connection ends: nobody but the page opens another.

A page that comes back and registers has its calls back; without it they are over (`sip-media.md`
12). Over TCP this is not needed: there we may connect ourselves.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.calls.ending import bye, over
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.uri import parse_uri
from ivr.channels.sip.wire.transaction.post import is_page
from ivr.channels.sip.wire.words import Ended

if TYPE_CHECKING:
    from ivr.channels.sip.wire.calls.board import Board
    from ivr.channels.sip.wire.calls.call import Call
    from ivr.channels.sip.wire.messages.message import Request
    from ivr.channels.sip.wire.words import Flow

_REASON = 'SIP;cause=408;text="Connection lost"'


def cut_off(board: Board, flow: Flow, now: float) -> None:
    """The connection of a page is gone; its calls wait for it as long as their terms say."""
    gone = replace(flow, connection=0)
    for call in board.calls.values():
        if call.dialog is not None and call.dialog.flow in {flow, gone}:
            call.dialog.flow = gone
            give_up = partial(_give_up, board, call, gone)
            board.post.timers.soon(now + call.terms.away_s, give_up)


def come_back(board: Board, request: Request, user: str, flow: Flow) -> None:
    """A phone in a page has registered: calls of the same phone go on by this connection."""
    names = {_name(contact.uri) for contact in request.contacts}
    for call in board.calls.values():
        dialog = call.dialog
        if dialog is None or call.peer != user or not is_page(dialog.flow):
            continue
        if _name(dialog.target) in names:
            dialog.flow = flow


def _give_up(board: Board, call: Call, gone: Flow, now: float) -> None:
    if call.dialog is None or call.dialog.flow != gone:
        return
    if call.state == "offered" and call.incoming is not None:
        board.answer(call.incoming.server, call.incoming.invite, 408, now)
        over(board, call, Ended(call.name, "signal_lost", far=False), now)
    else:
        bye(board, call, now, "signal_lost", _REASON)


def _name(address: str) -> tuple[str, str] | None:
    """What stays the same in a Contact, whatever parameters it has (RFC 7118: a made-up host)."""
    try:
        uri = parse_uri(address)
    except WireError:
        return None
    return uri.user or "", uri.host
