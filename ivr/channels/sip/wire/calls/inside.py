"""Requests inside a call: which one does what (RFC 3261 12.2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ivr.channels.sip.wire.calls import change, incoming, reliable, transfer
from ivr.channels.sip.wire.calls.accepting import acked
from ivr.channels.sip.wire.calls.board import ACCEPT
from ivr.channels.sip.wire.calls.body import content_type, sdp_of
from ivr.channels.sip.wire.calls.ending import over
from ivr.channels.sip.wire.calls.reason import q850_of
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.words import Ended, KeyInfo
from ivr.media.dtmf import EVENT_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.channels.sip.wire.calls.board import Board
    from ivr.channels.sip.wire.calls.call import Call
    from ivr.channels.sip.wire.messages.message import Request
    from ivr.channels.sip.wire.transaction.server import Server
    from ivr.channels.sip.wire.words import Flow

_KEYS = {str(number): key for number, key in enumerate(EVENT_KEYS)} | {
    key: key for key in EVENT_KEYS
}


def serve(
    board: Board, call: Call, server: Server, request: Request, flow: Flow, now: float
) -> None:
    """A request that matches a dialog of this call. Raises WireError with the answer to give."""
    dialog = call.dialog_with(request.from_.tag)
    if dialog is None:
        raise WireError(481, "no such dialog", request)
    if not dialog.takes(request.cseq.number):
        raise WireError(500, "CSeq does not rise", request)
    if dialog.anchored or flow.connection:
        dialog.flow = flow
    act = _METHODS.get(request.method)
    if act is None:
        raise WireError(405 if request.method in _REFUSED else 501, "not inside a call", request)
    if call.state == "calling" and request.method not in _EARLY:
        raise WireError(481, "not before the answer", request)
    act(board, call, server, request, now)


def acknowledge(board: Board, call: Call, request: Request, now: float) -> None:
    """The ACK to a 200 of ours."""
    acked(board, call, request, now)
    change.proceed(board, call, now)


def _bye(board: Board, call: Call, server: Server, request: Request, now: float) -> None:
    board.answer(server, request, 200, now)
    if call.state == "offered":
        incoming.given_up(board, call, request, now)
        return
    q850 = q850_of(request.headers)
    over(board, call, Ended(call.name, "normal", far=True, q850=q850), now)


def _info(board: Board, call: Call, server: Server, request: Request, now: float) -> None:
    kind, _ = content_type(request.headers.get("Content-Type") or "")
    if not request.body:  # a bare INFO asks whether we are alive
        board.answer(server, request, 200, now)
        return
    found = read_key(kind, request.body)
    if found is None:
        board.answer(server, request, 415, now, [("Accept", ACCEPT)])
        return
    board.answer(server, request, 200, now)
    if found[0]:
        board.hear(KeyInfo(call.name, *found))


def read_key(kind: str, body: bytes) -> tuple[str, int] | None:
    """(key, milliseconds) of an INFO body, None for a kind that we do not know.

    The key is "" if the body names none. `application/dtmf-relay`: lines `Signal=5`,
    `Duration=160`; `application/dtmf`: the key alone.
    """
    text = body[:200].decode("ascii", "replace")
    if kind == "application/dtmf":
        return _key(text), 100
    if kind != "application/dtmf-relay":
        return None
    lines = [line.partition("=") for line in text.replace("\r", "\n").split("\n")]
    fields = {name.strip().lower(): value.strip() for name, _, value in lines}
    duration = fields.get("duration", "")
    number = int(duration) if duration.isascii() and duration.isdigit() else 100
    return _key(fields.get("signal", "")), min(number, 60_000)


def _key(text: str) -> str:
    return _KEYS.get(text.strip().strip('"').upper(), "")


def _options(board: Board, _call: Call, server: Server, request: Request, now: float) -> None:
    board.answer(server, request, 200, now, board.about_us())


def _prack(board: Board, call: Call, server: Server, request: Request, now: float) -> None:
    if not reliable.is_pracked(call.incoming, request):
        raise WireError(481, "PRACK for nothing", request)
    sdp = sdp_of(request)
    if sdp is None:
        board.answer(server, request, 200, now)
    else:
        change.hand_up(board, call, server, request, sdp)
    incoming.pracked(board, call, now)


Act: TypeAlias = "Callable[[Board, Call, Server, Request, float], None]"
_METHODS: Mapping[str, Act] = {
    "BYE": _bye,
    "INFO": _info,
    "INVITE": change.asked,
    "NOTIFY": transfer.told,
    "OPTIONS": _options,
    "PRACK": _prack,
    "REFER": transfer.asked,
    "UPDATE": change.asked,
}
_EARLY = frozenset({"INFO", "OPTIONS", "UPDATE"})
_REFUSED = frozenset({"MESSAGE", "PUBLISH", "REGISTER", "SUBSCRIBE"})
