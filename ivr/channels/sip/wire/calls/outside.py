"""Requests outside any call, from either side: OPTIONS, REGISTER, NOTIFY and strays."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from ivr.channels.sip.wire.calls.board import SUPPORTED
from ivr.channels.sip.wire.calls.cut_off import come_back
from ivr.channels.sip.wire.calls.dialog import Dialog, next_hop, request_in
from ivr.channels.sip.wire.messages.message import Headers, Request, Response, WireError
from ivr.channels.sip.wire.messages.uri import parse_uri
from ivr.channels.sip.wire.transaction.post import is_page
from ivr.channels.sip.wire.words import Replied

if TYPE_CHECKING:
    from ivr.channels.sip.wire.calls.board import Board
    from ivr.channels.sip.wire.orders import EndStored, Outside
    from ivr.channels.sip.wire.seams import Registrar
    from ivr.channels.sip.wire.transaction.client import Lost
    from ivr.channels.sip.wire.transaction.server import Server
    from ivr.channels.sip.wire.words import Flow, Pairs

# --- theirs --------------------------------------------------------------------------------------

_INSIDE_ONLY = frozenset({"BYE", "INFO", "NOTIFY", "PRACK", "REFER", "UPDATE"})
_KNOWN = frozenset({"MESSAGE", "PUBLISH", "REGISTER", "SUBSCRIBE"})


def serve(board: Board, server: Server, request: Request, flow: Flow, now: float) -> None:
    """A request without a To tag that opens no call."""
    method = request.method
    if method == "OPTIONS":
        _options(board, server, request, now)
    elif method == "REGISTER" and board.seams.registrar is not None:
        _register(board, board.seams.registrar, server, request, flow, now)
    elif method in _INSIDE_ONLY:
        board.answer(server, request, 481, now)
    elif method == "SUBSCRIBE" and board.seams.registrar is not None:
        board.answer(server, request, 489, now)
    elif method in _KNOWN:
        board.answer(server, request, 405, now, [("Allow", board.options.allow)])
    else:
        board.answer(server, request, 501, now, [("Allow", board.options.allow)])


def _register(
    board: Board, registrar: Registrar, server: Server, request: Request, flow: Flow, now: float
) -> None:
    response = registrar(request, flow, now)
    server.answer(response, now)
    if is_page(flow) and response.status == 200:
        come_back(board, request, parse_uri(request.to.uri).user or "", flow)


def serve_ended(board: Board, server: Server, request: Request, trunk: str, now: float) -> None:
    """A request for a dialog that we do not have. Their BYE that crossed ours gets its 200."""
    names = (request.call_id, request.to.tag, request.from_.tag)
    crossed = request.method == "BYE" and board.ending.get(names) == trunk
    board.answer(server, request, 200 if crossed else 481, now)


def _options(board: Board, server: Server, request: Request, now: float) -> None:
    if board.draining:
        board.answer(server, request, 503, now, [("Retry-After", "60")])
    else:
        board.answer(server, request, 200, now, board.about_us())


# --- ours ----------------------------------------------------------------------------------------


def send(board: Board, order: Outside, now: float) -> None:
    """Send one request; `Replied` follows."""
    cseq = order.cseq or 1
    call_id, tag = order.call_id or board.seams.token(), board.seams.token()
    _ask(board, order, (call_id, tag, cseq), (), now)


_Names: TypeAlias = tuple[str, str, int]  # Call-ID, our tag, CSeq


def _ask(board: Board, order: Outside, names: _Names, login: Pairs, now: float) -> None:
    call_id, tag, cseq = names
    lines = [
        ("Max-Forwards", "70"),
        ("From", f"{order.from_};tag={tag}"),
        ("To", order.to),
        ("Call-ID", call_id),
        ("CSeq", f"{cseq} {order.method}"),
        ("Supported", SUPPORTED),
        *order.headers,
        *login,
    ]
    named = any(name.lower() == "contact" for name, _ in order.headers)
    if order.contact and not named:
        lines.append(("Contact", board.contact(order.flow)))
    request = Request(order.method, order.uri, Headers(lines), order.body)
    hear = partial(_heard, board, order, names, bool(login))
    try:
        board.transactions.ask(request, order.flow, hear, now)
    except WireError:
        board.hear(Replied(order.name, order.method, 500, None))


def _heard(
    board: Board, order: Outside, names: _Names, tried: bool, told: Response | Lost, now: float
) -> None:
    if not isinstance(told, Response):
        status = 408 if told == "timeout" else 503
        board.hear(Replied(order.name, order.method, status, None))
        return
    credentials = board.seams.credentials
    if told.status in {401, 407} and not tried and credentials is not None:
        header = credentials(told, order.method, order.uri, order.trunk, order.flow)
        if header is not None:
            _ask(board, order, (names[0], names[1], names[2] + 1), (header,), now)
            return
    if told.status >= 200:
        board.hear(Replied(order.name, order.method, told.status, told))


def end_stored(board: Board, order: EndStored, now: float) -> None:
    """BYE for a call of a former life; `Replied` follows."""
    record = order.record
    dialog = Dialog(
        *(record.call_id, "", "", record.local, record.remote, record.target, record.routes),
        flow=record.flow,
        local_cseq=record.cseq + 99,
        anchored=bool(record.peer),
    )
    extra = (("Reason", order.reason),) if order.reason else ()
    request = request_in(dialog, "BYE", extra)
    flow = next_hop(dialog, board.options.lines)
    board.transactions.ask(request, flow, partial(_ended, board, order.name), now)


def _ended(board: Board, name: str, told: Response | Lost, _now: float) -> None:
    if not isinstance(told, Response):
        board.hear(Replied(name, "BYE", 408 if told == "timeout" else 503, None))
    elif told.status >= 200:
        board.hear(Replied(name, "BYE", told.status, told))
