"""Transfers: REFER, and the NOTIFYs that tell how it went (RFC 3515, 3892, 4488)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from ivr.channels.sip.wire.calls.board import deaf
from ivr.channels.sip.wire.calls.body import content_type
from ivr.channels.sip.wire.calls.call import TheirRefer
from ivr.channels.sip.wire.calls.ending import watched
from ivr.channels.sip.wire.calls.replaces import Replaces, find, read_replaces
from ivr.channels.sip.wire.messages.addresses import parse_address
from ivr.channels.sip.wire.messages.message import Request, Response, WireError, reason_of
from ivr.channels.sip.wire.messages.uri import parse_uri
from ivr.channels.sip.wire.words import ReferAsked, ReferProgress

if TYPE_CHECKING:
    from ivr.channels.sip.wire.calls.board import Board
    from ivr.channels.sip.wire.calls.call import Call
    from ivr.channels.sip.wire.orders import AnswerRefer, NotifyRefer, Refer
    from ivr.channels.sip.wire.transaction.client import Lost
    from ivr.channels.sip.wire.transaction.server import Server

SIPFRAG = "message/sipfrag"
_OPEN_MAX = 8  # transfers that one call may have asked for and not seen the end of

# --- asked of us ---------------------------------------------------------------------------------


def asked(board: Board, call: Call, server: Server, request: Request, _now: float) -> None:
    """A REFER of the other side. Raises WireError: 400 not one target, 481 not answered yet."""
    if call.state != "up" or len(call.their_refers) >= _OPEN_MAX:
        raise WireError(481 if call.state != "up" else 503, "no REFER now", request)
    to, replaces = _wanted(board, request)
    number = request.cseq.number
    quiet = (request.headers.get("Refer-Sub") or "").strip().lower() == "false"
    call.their_refers[number] = TheirRefer(server, request, quiet)
    by = request.headers.get("Referred-By") or ""
    board.hear(ReferAsked(call.name, number, to, replaces, by))


def _wanted(board: Board, request: Request) -> tuple[str, str]:
    """(URI without headers, name of the call that is to be replaced, "?" if it is not ours)."""
    values = request.headers.split("Refer-To")
    if len(values) != 1:
        raise WireError(400, "not one Refer-To", request)
    try:
        uri = parse_address(values[0]).uri
        headers = {name.lower(): value for name, value in parse_uri(uri).headers.items()}
        replaces = read_replaces(headers["replaces"]) if "replaces" in headers else None
    except WireError as error:
        raise WireError(error.code or 400, error.why, request) from None
    if replaces is None:
        return uri.partition("?")[0], ""
    # They name the dialog as its far end sees it; we may be that far end, or hold both ends.
    call = find(board, replaces)
    return uri.partition("?")[0], call.name if call else "?"


def answer(board: Board, call: Call, order: AnswerRefer, now: float) -> None:
    """202 and a first NOTIFY, or a refusal."""
    asked_for = call.their_refers.get(order.refer)
    if asked_for is None or asked_for.server is None or asked_for.request is None:
        return
    server, request = asked_for.server, asked_for.request
    asked_for.server = asked_for.request = None
    if order.status >= 300:
        board.answer(server, request, order.status, now)
        del call.their_refers[order.refer]
        return
    extra = [("Contact", board.contact(call.dialog.flow))] if call.dialog else []
    if asked_for.quiet:
        extra.append(("Refer-Sub", "false"))
    board.answer(server, request, order.status, now, extra)
    _notify(board, call, order.refer, 100, "", now)


def notify(board: Board, call: Call, order: NotifyRefer, now: float) -> None:
    """Tell how their transfer goes."""
    asked_for = call.their_refers.get(order.refer)
    if asked_for is not None and asked_for.server is None:
        _notify(board, call, order.refer, order.status, order.reason, now)


def _notify(board: Board, call: Call, refer: int, status: int, reason: str, now: float) -> None:
    asked_for = call.their_refers[refer]
    final = status >= 200
    if final:
        del call.their_refers[refer]
    if asked_for.quiet or call.dialog is None:
        return
    extra = (
        ("Contact", board.contact(call.dialog.flow)),
        ("Event", f"refer;id={refer}"),
        ("Subscription-State", "terminated;reason=noresource" if final else "active;expires=60"),
        ("Content-Type", f"{SIPFRAG};version=2.0"),
    )
    body = f"SIP/2.0 {status} {reason or reason_of(status)}\r\n".encode()
    board.ask(call.dialog, "NOTIFY", deaf, now, extra, body)


# --- asked by us ---------------------------------------------------------------------------------


def refer(board: Board, call: Call, order: Refer, now: float) -> None:
    """Ask the far end to call somebody else; one at a time."""
    if call.state != "up" or call.dialog is None or call.our_refer is not None:
        board.hear(ReferProgress(call.name, 491, final=True))
        return
    to = order.to
    if order.replaces:
        other = board.calls.get(order.replaces)
        if other is None or other.dialog is None:
            board.hear(ReferProgress(call.name, 481, final=True))
            return
        dialog = other.dialog  # as its far end sees it: to = their tag
        value = Replaces(dialog.call_id, dialog.remote_tag, dialog.local_tag)
        to += f"?Replaces={quote(str(value), safe='')}"
    extra = [("Contact", board.contact(call.dialog.flow)), ("Refer-To", f"<{to}>")]
    if order.referred_by:
        extra.append(("Referred-By", order.referred_by))
    over = partial(_settled, board, call, 408)
    call.our_refer = board.post.timers.later(board.options.refer_s, now, over)
    board.ask(call.dialog, "REFER", partial(_heard, board, call), now, tuple(extra))


def _heard(board: Board, call: Call, told: Response | Lost, now: float) -> None:
    status = told.status if isinstance(told, Response) else 408 if told == "timeout" else 503
    if status >= 300:
        _settled(board, call, status, now)
    watched(board, call)(told, now)


def told(board: Board, call: Call, server: Server, request: Request, now: float) -> None:
    """A NOTIFY inside a call. Raises WireError 481 if we asked for none, 489 for another event."""
    event = (request.headers.get("Event") or "").partition(";")[0].strip().lower()
    if event != "refer":
        raise WireError(489, "event that nobody subscribed to", request)
    if call.our_refer is None:
        raise WireError(481, "no such subscription", request)
    kind, _ = content_type(request.headers.get("Content-Type") or "")
    if request.body and kind != SIPFRAG:
        raise WireError(415, "NOTIFY without a sipfrag", request)
    board.answer(server, request, 200, now)
    status = sipfrag_status(request.body)
    state = (request.headers.get("Subscription-State") or "").partition(";")[0].strip().lower()
    if status >= 200 or state == "terminated":
        _settled(board, call, status if status >= 200 else 408, now)
    elif status:
        board.hear(ReferProgress(call.name, status, final=False))


def sipfrag_status(body: bytes) -> int:
    """The status of the first line of a sipfrag, 0 if there is none (RFC 3420)."""
    words = body.split(None, 2)
    if len(words) < 2 or words[0].upper() != b"SIP/2.0" or not words[1].isdigit():
        return 0
    return int(words[1]) if len(words[1]) == 3 else 0


def _settled(board: Board, call: Call, status: int, _now: float) -> None:
    if call.our_refer is not None:
        call.our_refer.call_off()
        call.our_refer = None
        board.hear(ReferProgress(call.name, status, final=True))
