"""Calls that go out: tried server by server, forked, answered or failed (RFC 3261 13.2, UAC)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.calls import change, reliable, session_timer
from ivr.channels.sip.wire.calls.accepting import session_in
from ivr.channels.sip.wire.calls.alive import arm
from ivr.channels.sip.wire.calls.board import SUPPORTED
from ivr.channels.sip.wire.calls.call import Call, Outgoing
from ivr.channels.sip.wire.calls.dialog import of_response
from ivr.channels.sip.wire.calls.ending import over, record_of, say_bye
from ivr.channels.sip.wire.calls.reason import cause_of, q850_of, retry_after_of
from ivr.channels.sip.wire.messages.message import Headers, Request, Response, WireError
from ivr.channels.sip.wire.words import Answered, Failed, Progress, ServerOut

if TYPE_CHECKING:
    from ivr.channels.sip.wire.calls.board import Board
    from ivr.channels.sip.wire.calls.dialog import Dialog
    from ivr.channels.sip.wire.orders import Ack, Invite
    from ivr.channels.sip.wire.transaction.client import Lost

FORKS_MAX = 16
LIFE_S = 3600  # the longest Min-SE that we follow


def invite(board: Board, order: Invite, now: float) -> None:
    """Begin a call. A name that is in use is ignored."""
    if order.call in board.calls:
        return
    out = Outgoing(order, board.seams.token(), board.seams.token())
    call = Call(order.call, order.trunk, order.peer, order.terms, ours=True, state="calling")
    call.outgoing, call.sdp = out, order.sdp or b""
    board.calls[call.name] = call
    if not order.targets or board.transactions.is_full:
        _fail(board, call, 503, now)
    else:
        _try(board, call, out, now)


def cancel(board: Board, call: Call, now: float, reason: str) -> None:
    """Give up a call that was not answered; `Failed(cancelled)` follows when that is certain."""
    out = call.outgoing
    if out is not None and out.client is not None and not out.cancelled:
        out.cancelled = True
        board.transactions.cancel(out.client, now, reason)


def acknowledge(board: Board, call: Call, order: Ack, now: float) -> None:
    """Send the ACK that waited for our answer to the offer in their 200."""
    held, call.held_ack = call.held_ack, None
    if held is not None and call.state == "up":
        dialog, cseq = held
        call.sdp = order.sdp
        call.acks[(dialog.remote_tag, cseq)] = board.ack(dialog, cseq, order.sdp)
        change.proceed(board, call, now)


def _try(board: Board, call: Call, out: Outgoing, now: float) -> None:
    """Send the INVITE to the target whose turn it is."""
    target = out.order.targets[out.attempt]
    out.cseq += 1
    request = out.invite = _request(board, out)
    try:
        hear = partial(_heard, board, call, request)
        out.client = board.transactions.ask(request, target.flow, hear, now)
    except WireError:
        _fail(board, call, 500, now)
        return
    try_over = partial(_try_over, board, call, request)
    out.try_timer = board.post.timers.soon(now + out.order.try_s, try_over)


def _request(board: Board, out: Outgoing) -> Request:
    order = out.order
    target = order.targets[out.attempt]
    session_s = max(order.terms.session_s, out.min_se_s) if order.terms.session_s else 0
    supported = SUPPORTED if order.sdp else "timer, replaces, norefersub"
    lines = [("Route", route) for route in target.routes]
    lines += [
        ("Max-Forwards", "70"),
        ("From", f"{order.from_};tag={out.tag}"),
        ("To", order.to),
        ("Call-ID", out.call_id),
        ("CSeq", f"{out.cseq} INVITE"),
        ("Contact", board.contact(target.flow)),
        ("Allow", board.options.allow),
        ("Supported", supported),
        *session_timer.offer_lines(session_s, out.min_se_s),
        *order.headers,
        *out.extra,
    ]
    if order.sdp:
        lines.append(("Content-Type", "application/sdp"))
    return Request("INVITE", target.uri, Headers(lines), order.sdp or b"")


def _heard(board: Board, call: Call, request: Request, told: Response | Lost, now: float) -> None:
    out = call.outgoing
    if out is None:
        return
    if isinstance(told, Response) and 200 <= told.status < 300:
        _taken(board, call, out, request, told, now)
    elif call.state != "calling" or out.invite is not request:
        return
    elif not isinstance(told, Response):
        _no_way(board, call, out, told, now)
    elif told.status < 200:
        _progress(board, call, out, told, now)
    else:
        _refused(board, call, out, told, now)


# --- on the way ----------------------------------------------------------------------------------


def _progress(board: Board, call: Call, out: Outgoing, told: Response, now: float) -> None:
    _stop_trying(out)
    tag = told.to.tag
    if told.status == 100:
        return
    if tag and not out.cancelled:
        dialog = _fork(board, call, out, told)
        if dialog is None or not reliable.is_news(board, out, dialog, told, now):
            return
    board.hear(Progress(call.name, tag, told.status, session_in(told)))


def _fork(board: Board, call: Call, out: Outgoing, told: Response) -> Dialog | None:
    """The early dialog of one far end, made or refreshed."""
    dialog = out.forks.get(told.to.tag)
    if dialog is not None:
        dialog.refresh(told)
    elif len(out.forks) < FORKS_MAX and out.invite is not None:
        dialog = out.forks[told.to.tag] = _dialog(call, out.invite, told)
        board.dialogs[dialog.id] = call
    return dialog


def _dialog(call: Call, request: Request, told: Response) -> Dialog:
    out = call.outgoing
    assert out is not None  # noqa: S101 - only calls that go out come here
    anchored = call.terms.nat or bool(call.peer)
    flow = out.order.targets[out.attempt].flow
    return of_response(request, told, flow, anchored=anchored)


# --- answered ------------------------------------------------------------------------------------


def _taken(
    board: Board, call: Call, out: Outgoing, request: Request, told: Response, now: float
) -> None:
    """A 2xx. The first one wins; every other fork, and a late one, is acknowledged and ended."""
    key = (told.to.tag, told.cseq.number)
    if key in call.acks:
        board.post.send(*call.acks[key])
        return
    if call.held_ack is not None and call.held_ack[0].remote_tag == told.to.tag:
        return  # the trunk has not said yet what the ACK is to carry
    dialog = _dialog(call, request, told)
    early = out.forks.get(told.to.tag)
    if early is not None:
        dialog.local_cseq, dialog.remote_cseq = early.local_cseq, early.remote_cseq
    dialog.local_cseq = max(dialog.local_cseq, request.cseq.number)
    if call.state != "calling" or out.cancelled or out.invite is not request:
        _not_wanted(board, call, dialog, key, now)
    else:
        _won(board, call, dialog, told, now)


def _not_wanted(board: Board, call: Call, dialog: Dialog, key: tuple[str, int], now: float) -> None:
    call.acks[key] = board.ack(dialog, key[1])
    say_bye(board, call, dialog, now)
    out = call.outgoing
    if out is not None and out.cancelled and call.state == "calling":
        _fail(board, call, 487, now)


def _won(board: Board, call: Call, dialog: Dialog, told: Response, now: float) -> None:
    out = call.outgoing
    assert out is not None  # noqa: S101 - only calls that go out come here
    _stop_trying(out)
    for fork in out.forks.values():
        board.dialogs.pop(fork.id, None)
    out.forks.clear()
    call.dialog, call.state = dialog, "up"
    call.their_allow = told.headers.get("Allow") or ""
    board.dialogs[dialog.id] = call
    sdp, cseq = session_in(told), told.cseq.number
    if out.order.sdp is None and sdp is not None:
        call.held_ack = (dialog, cseq)
    else:
        call.acks[(dialog.remote_tag, cseq)] = board.ack(dialog, cseq)
    board.hear(Answered(call.name, dialog.remote_tag, sdp, record_of(call, dialog), told))
    terms = call.terms
    asked_s = max(terms.session_s, out.min_se_s) if terms.session_s else 0
    session = session_timer.answered(told.headers, asked_s, out.min_se_s, terms.session_min_s)
    arm(board, call, session, change.refresh, now)
    change.proceed(board, call, now)


# --- not answered --------------------------------------------------------------------------------


def _refused(board: Board, call: Call, out: Outgoing, told: Response, now: float) -> None:
    _stop_trying(out)
    if not out.cancelled and _again(board, call, out, told):
        _drop_forks(board, out)
        _try(board, call, out, now)
    elif told.status == 503 and not q850_of(told.headers):
        _next(board, call, out, 503, now, retry_after_of(told.headers))
    else:
        _fail(board, call, told.status, now, told)


def _again(board: Board, call: Call, out: Outgoing, told: Response) -> bool:
    """Whether the same server may be asked once more: with our login, or a longer session."""
    if told.status in {401, 407}:
        return _log_in(board, call, out, told)
    if told.status == 422 and not out.min_se_s:
        least_s = session_timer.read_min_se(told.headers)
        out.min_se_s = least_s if 0 < least_s <= LIFE_S else 0
        return out.min_se_s > 0
    return False


def _log_in(board: Board, call: Call, out: Outgoing, told: Response) -> bool:
    credentials = board.seams.credentials
    if out.challenged or credentials is None:
        return False
    out.challenged = True
    target = out.order.targets[out.attempt]
    header = credentials(told, "INVITE", target.uri, call.trunk, target.flow)
    if header is not None:
        out.extra = (header,)
    return header is not None


def _no_way(board: Board, call: Call, out: Outgoing, told: Lost, now: float) -> None:
    _stop_trying(out)
    _next(board, call, out, 503 if told == "error" else 408, now)


def _try_over(board: Board, call: Call, request: Request, now: float) -> None:
    """No 1xx in time: leave this server alone; what it still says is cancelled or ended."""
    out = call.outgoing
    if out is None or call.state != "calling" or out.invite is not request:
        return
    if out.client is not None:
        out.client.hush()
        board.transactions.cancel(out.client, now)
    _next(board, call, out, 408, now)


def _next(
    board: Board, call: Call, out: Outgoing, status: int, now: float, retry_after_s: int = 0
) -> None:
    """The next target, or the end of the list."""
    flow = out.order.targets[out.attempt].flow
    out.retry_after_s = retry_after_s
    if out.cancelled or out.attempt + 1 >= len(out.order.targets):
        _fail(board, call, status, now, unreachable=True)
        return
    board.hear(ServerOut(call.name, flow, status, retry_after_s))
    out.attempt += 1
    out.challenged, out.extra = False, ()
    _drop_forks(board, out)
    _try(board, call, out, now)


def _fail(
    board: Board,
    call: Call,
    status: int,
    now: float,
    told: Response | None = None,
    *,
    unreachable: bool = False,
) -> None:
    out = call.outgoing
    assert out is not None  # noqa: S101 - only calls that go out come here
    q850 = q850_of(told.headers) if told else 0
    cause = "cancelled" if out.cancelled else cause_of(status, q850)
    if unreachable and not out.cancelled:
        cause = "unreachable"
    contacts: tuple[str, ...] = ()
    if told is not None and 300 <= status < 400:
        contacts = tuple(each.uri for each in told.contacts)
    retry_after_s = retry_after_of(told.headers) if told else out.retry_after_s
    over(board, call, Failed(call.name, status, cause, q850, contacts, retry_after_s), now)


def _stop_trying(out: Outgoing) -> None:
    if out.try_timer is not None:
        out.try_timer.call_off()
        out.try_timer = None


def _drop_forks(board: Board, out: Outgoing) -> None:
    for fork in out.forks.values():
        board.dialogs.pop(fork.id, None)
    out.forks.clear()
    out.rseqs.clear()
