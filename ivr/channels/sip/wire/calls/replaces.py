"""Finds the call that a Replaces header means (RFC 3891)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.messages.addresses import read_params
from ivr.channels.sip.wire.messages.errors import WireError

if TYPE_CHECKING:
    from ivr.channels.sip.wire.calls.board import Board
    from ivr.channels.sip.wire.calls.call import Call
    from ivr.channels.sip.wire.messages.message import Request


@dataclass(frozen=True, slots=True)
class Replaces:
    """Which dialog: its Call-ID and tags as the receiver of the header sees them (to = own)."""

    call_id: str
    to_tag: str
    from_tag: str
    early_only: bool = False

    def __str__(self) -> str:
        return f"{self.call_id};to-tag={self.to_tag};from-tag={self.from_tag}"


def read_replaces(text: str) -> Replaces:
    """Take a value apart. Raises WireError 400 without both tags."""
    call_id, _, rest = text.partition(";")
    params = read_params(rest)
    to_tag, from_tag = params.get("to-tag"), params.get("from-tag")
    if not call_id.strip() or to_tag is None or from_tag is None:
        raise WireError(400, "Replaces without Call-ID or tags")
    return Replaces(call_id.strip(), to_tag, from_tag, "early-only" in params)


def find(board: Board, replaces: Replaces) -> Call | None:
    """Our call that is meant, if we have it."""
    return board.dialogs.get((replaces.call_id, replaces.to_tag, replaces.from_tag))


def wanted_place(board: Board, request: Request, peer: str) -> str:
    """The name of the call that this INVITE is to replace, "" without the header.

    Only for phones, of which `peer` is the name. Raises WireError: 400 two of them, 481 no match or
    an early dialog that we did not start, 486 `early-only` and answered.
    """
    values = request.headers.all("Replaces")
    if not values:
        return ""
    if len(values) > 1 or "," in values[0]:
        raise WireError(400, "more than one Replaces", request)
    try:
        replaces = read_replaces(values[0])
    except WireError as error:
        raise WireError(error.code, error.why, request) from None
    if (replaces.call_id, replaces.to_tag, replaces.from_tag) in board.past:
        raise WireError(603, "the call to replace has ended", request)
    call = find(board, replaces) if peer else None
    if call is None or call.state == "offered":
        raise WireError(481, "no such call to replace", request)
    if replaces.early_only and call.state != "calling":
        raise WireError(486, "the call to replace was answered", request)
    return call.name
