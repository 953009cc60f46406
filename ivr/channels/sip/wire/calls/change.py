"""Another session inside a call: re-INVITE and UPDATE, from either side, one at a time.

Glare, refreshing and refusing by RFC 3261 14, RFC 3311 and RFC 5057.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.calls import session_timer
from ivr.channels.sip.wire.calls.accepting import repeat_until_acked, session_in
from ivr.channels.sip.wire.calls.alive import arm
from ivr.channels.sip.wire.calls.board import SUPPORTED
from ivr.channels.sip.wire.calls.body import sdp_of
from ivr.channels.sip.wire.calls.ending import bye
from ivr.channels.sip.wire.messages.message import Request, Response
from ivr.channels.sip.wire.words import Changed, ChangeDone

if TYPE_CHECKING:
    from ivr.channels.sip.wire.calls.board import Board
    from ivr.channels.sip.wire.calls.call import Call
    from ivr.channels.sip.wire.calls.dialog import Dialog
    from ivr.channels.sip.wire.orders import AnswerChange
    from ivr.channels.sip.wire.transaction.client import Lost
    from ivr.channels.sip.wire.transaction.server import Server, Worry
    from ivr.channels.sip.wire.words import Flow

_SOON_S = 2.0  # a refresh that finds another change under way waits so long

# --- theirs --------------------------------------------------------------------------------------


def asked(board: Board, call: Call, server: Server, request: Request, now: float) -> None:
    """A re-INVITE or UPDATE of the other side. Raises WireError for a body that is no session."""
    sdp = sdp_of(request)
    offers = request.method == "INVITE" or sdp is not None
    if offers and call.change.ours is not None:
        board.answer(server, request, 491, now)
    elif offers and not _is_free(call):
        after_s = int(board.seams.token()[:4], 16) % 11
        board.answer(server, request, 500, now, [("Retry-After", str(after_s))])
    elif session_timer.is_too_small(request.headers, call.terms):
        board.answer(server, request, 422, now, [("Min-SE", str(call.terms.session_min_s))])
    elif offers:
        hand_up(board, call, server, request, sdp)
        if request.method == "INVITE":
            server.hear = partial(_cancelled, board, call, server, request)
            board.answer(server, request, 100, now)
    else:
        _agree(board, call, server, request, now)


def hand_up(board: Board, call: Call, server: Server, request: Request, sdp: bytes | None) -> None:
    """Let the trunk decide about another session; `answer` brings its word."""
    call.change.theirs, call.change.their_request = server, request
    board.hear(Changed(call.name, request.method, sdp))


def answer(board: Board, call: Call, order: AnswerChange, now: float) -> None:
    """The trunk's word on the change that the other side asked for."""
    server, request = call.change.theirs, call.change.their_request
    call.change.theirs = call.change.their_request = None
    if server is None or request is None:
        return
    if order.status < 300:
        _agree(board, call, server, request, now, order)
    else:
        board.answer(server, request, order.status, now, order.headers)
    proceed(board, call, now)


def _is_free(call: Call) -> bool:
    """Whether a change may begin now."""
    busy = call.unacked is not None or call.change.theirs is not None or call.held_ack is not None
    return call.state == "up" and not busy


def _agree(
    board: Board,
    call: Call,
    server: Server,
    request: Request,
    now: float,
    order: AnswerChange | None = None,
) -> None:
    dialog = call.dialog_with(request.from_.tag)
    if dialog is None:
        return
    extra = [("Contact", board.contact(dialog.flow)), ("Allow", board.options.allow)]
    if request.method != "PRACK":
        dialog.refresh(request)
        session = session_timer.answer(request.headers, call.terms)
        extra += [("Supported", SUPPORTED)]
        extra += session_timer.answer_lines(session, request.headers)
        if call.state in {"accepted", "up"}:
            arm(board, call, session, refresh, now)
    body = (order.sdp if order else None) or b""
    if body:
        call.sdp = body
        extra.append(("Content-Type", "application/sdp"))
    extra += order.headers if order else ()
    data = board.answer(server, request, 200, now, extra, body=body)
    if request.method == "INVITE":
        repeat_until_acked(board, call, request.cseq.number, (server.reply, data), now)


def _cancelled(
    board: Board,
    call: Call,
    server: Server,
    request: Request,
    worry: Worry,
    now: float,
    _cancel: Request | None,
) -> None:
    if worry == "cancel":
        board.answer(server, request, 487, now)
        if call.change.theirs is server:
            call.change.theirs = call.change.their_request = None
            proceed(board, call, now)


# --- ours ----------------------------------------------------------------------------------------


def offer(board: Board, call: Call, sdp: bytes, now: float) -> None:
    """Offer another session, as soon as no other change is under way; the last one counts."""
    call.change.wanted = sdp
    proceed(board, call, now)


def proceed(board: Board, call: Call, now: float) -> None:
    """Send what waits for its turn."""
    change = call.change
    if change.wanted is None or change.ours or change.retry or not _is_free(call):
        return
    sdp, change.wanted = change.wanted, None
    _send(board, call, "INVITE", sdp, now, silent=False)


def refresh(board: Board, call: Call, now: float) -> None:
    """A sign of life at half time: UPDATE if they know it, else the same session once more."""
    change = call.change
    if change.ours or change.retry or not _is_free(call):
        later = board.post.timers.soon(now + _SOON_S, partial(refresh, board, call))
        call.session_timers = (*call.session_timers[:1], later)
        return
    knows_update = "update" in call.their_allow.lower()
    method, sdp = ("UPDATE", b"") if knows_update else ("INVITE", call.sdp)
    _send(board, call, method, sdp, now, silent=True)


def _send(board: Board, call: Call, method: str, sdp: bytes, now: float, *, silent: bool) -> None:
    dialog, session = call.dialog, call.session
    if dialog is None:
        return
    extra = [
        ("Contact", board.contact(dialog.flow)),
        ("Allow", board.options.allow),
        ("Supported", SUPPORTED),
    ]
    if session is not None:
        who = "uac" if session.ours else "uas"
        extra += session_timer.offer_lines(session.interval_s, session.min_s, who)
    if sdp:
        extra.append(("Content-Type", "application/sdp"))
    ask = _Ask(board, call, dialog, method, sdp, silent=silent)
    call.change.ours = board.ask(dialog, method, ask.heard, now, tuple(extra), sdp)
    ask.cseq = dialog.local_cseq


class _Ask:
    """One re-INVITE or UPDATE of ours, until it is answered (and its 2xx no longer repeated)."""

    __slots__ = ("ack", "board", "call", "cseq", "dialog", "method", "sdp", "silent")

    def __init__(
        self, board: Board, call: Call, dialog: Dialog, method: str, sdp: bytes, *, silent: bool
    ) -> None:
        self.board, self.call, self.dialog = board, call, dialog
        self.method, self.sdp, self.silent = method, sdp, silent
        self.cseq = 0
        self.ack: tuple[Flow, bytes] | None = None

    def heard(self, told: Response | Lost, now: float) -> None:
        """An answer, or none."""
        if not isinstance(told, Response):
            self._settled(408 if told == "timeout" else 503, None, now)
        elif 200 <= told.status < 300:
            self._agreed(told, now)
        elif told.status >= 300:
            self._settled(told.status, told, now)

    def _agreed(self, told: Response, now: float) -> None:
        board, call = self.board, self.call
        if self.ack is not None:
            board.post.send(*self.ack)
            return
        if self.method == "INVITE":
            self.ack = board.ack(self.dialog, self.cseq)
        if call.state == "over":
            return
        self.dialog.refresh(told)
        call.sdp = self.sdp or call.sdp
        old, terms = call.session, call.terms
        asked_s, min_s = (old.interval_s, old.min_s) if old else (0, 0)
        session = session_timer.answered(told.headers, asked_s, min_s, terms.session_min_s)
        arm(board, call, session, refresh, now)
        self._finish(told.status, session_in(told), now)

    def _settled(self, status: int, told: Response | None, now: float) -> None:
        """Not agreed: the old session goes on, unless the other side knows no such call."""
        call = self.call
        if call.state == "over":
            return
        if status in {408, 481}:
            bye(self.board, call, now, "signal_lost")
        elif status == 491:
            self._wait(now)
        elif status == 422 and told is not None and self._longer(told):
            call.change.ours = None
            _send(self.board, call, self.method, self.sdp, now, silent=self.silent)
        else:
            self._finish(status, None, now)

    def _longer(self, told: Response) -> bool:
        """Take their Min-SE, once."""
        session, least_s = self.call.session, session_timer.read_min_se(told.headers)
        if session is None or not session.interval_s < least_s <= 86400:
            return False
        self.call.session = session_timer.Session(least_s, session.ours, least_s)
        return True

    def _wait(self, now: float) -> None:
        """Both asked at once: who made the Call-ID waits longer (RFC 3261 14.1)."""
        change = self.call.change
        change.ours = None
        steps = int(self.board.seams.token()[:8], 16)
        wait_s = 2.1 + steps % 191 / 100 if self.call.ours else steps % 201 / 100
        change.retry = self.board.post.timers.soon(now + wait_s, self._once_more)

    def _once_more(self, now: float) -> None:
        call, change = self.call, self.call.change
        change.retry = None
        if not _is_free(call):
            if not self.silent and change.wanted is None:
                change.wanted = self.sdp
            return
        sdp, silent = self.sdp, self.silent
        if change.wanted is not None:
            sdp, change.wanted, silent = change.wanted, None, False
        _send(self.board, call, self.method if not sdp else "INVITE", sdp, now, silent=silent)

    def _finish(self, status: int, sdp: bytes | None, now: float) -> None:
        self.call.change.ours = None
        if not self.silent:
            self.board.hear(ChangeDone(self.call.name, status, sdp))
        proceed(self.board, self.call, now)
