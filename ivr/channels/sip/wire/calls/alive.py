"""Keeps the session timer of a call: refreshes in time, or ends it when nobody does (RFC 4028)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from ivr.channels.sip.wire.calls.ending import bye

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.sip.wire.calls.board import Board
    from ivr.channels.sip.wire.calls.call import Call
    from ivr.channels.sip.wire.calls.session_timer import Session

Refresh: TypeAlias = "Callable[[Board, Call, float], None]"


def arm(board: Board, call: Call, session: Session | None, refresh: Refresh, now: float) -> None:
    """Begin to count anew; None: the call lives as long as it likes."""
    for timer in call.session_timers:
        timer.call_off()
    call.session, call.session_timers = session, ()
    if session is None:
        return
    timers = board.post.timers
    end = timers.soon(now + session.give_up_s, partial(_expired, board, call))
    call.session_timers = (end,)
    if session.ours:
        half = timers.soon(now + session.refresh_s, partial(refresh, board, call))
        call.session_timers = (end, half)


def _expired(board: Board, call: Call, now: float) -> None:
    bye(board, call, now, "signal_lost", 'SIP;cause=408;text="Session timer expired"')
