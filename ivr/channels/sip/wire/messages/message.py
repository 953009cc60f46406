"""SIP messages: octets to objects and back. The door through which other modules use them."""

from ivr.channels.sip.wire.messages.addresses import (
    Address,
    CSeq,
    Via,
    parse_address,
    parse_cseq,
    parse_via,
    quoted,
    shown,
    unquote,
    whole_number,
)
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.headers import Headers
from ivr.channels.sip.wire.messages.packet import Message, Request, Response
from ivr.channels.sip.wire.messages.reading import parse
from ivr.channels.sip.wire.messages.writing import (
    reason_of,
    received_from,
    render,
    respond,
    top_via,
)

__all__ = [
    "Address",
    "CSeq",
    "Headers",
    "Message",
    "Request",
    "Response",
    "Via",
    "WireError",
    "parse",
    "parse_address",
    "parse_cseq",
    "parse_via",
    "quoted",
    "reason_of",
    "received_from",
    "render",
    "respond",
    "shown",
    "top_via",
    "unquote",
    "whole_number",
]
