"""SIP messages: octets to objects and back. The door through which other modules use them."""

from ivr.channels.sip.wire.addresses import (
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
from ivr.channels.sip.wire.errors import WireError
from ivr.channels.sip.wire.headers import Headers
from ivr.channels.sip.wire.packet import Message, Request, Response
from ivr.channels.sip.wire.reading import parse
from ivr.channels.sip.wire.writing import reason_of, received_from, render, respond, top_via

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
