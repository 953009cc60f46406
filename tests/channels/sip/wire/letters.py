"""SIP messages for tests: one good INVITE whose lines a test may change, and those of the RFCs."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from ivr.channels.sip.wire.messages.message import Request, Response, parse

SHARED = Path(__file__).resolve().parents[5] / "shared" / "data"
TORTURE = SHARED / "sip_torture_valid"
FLOWS = SHARED / "sip_call_flows_rfc3665"

SDP = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
LINES = {
    "Via": "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776asdhds;rport",
    "Max-Forwards": "70",
    "From": '"Ayşe" <sip:05321112233@192.0.2.1>;tag=1928301774',
    "To": "<sip:+902125550000@203.0.113.10>",
    "Call-ID": "a84b4c76e66710@192.0.2.1",
    "CSeq": "314159 INVITE",
    "Contact": "<sip:05321112233@192.0.2.1:5060>",
    "Content-Type": "application/sdp",
}
START = "INVITE sip:+902125550000@203.0.113.10 SIP/2.0"


def letter(
    start: str = START,
    *more: str,
    without: tuple[str, ...] = (),
    body: str = SDP,
    **changed: str,
) -> bytes:
    """The INVITE with another start line, more lines, fewer lines, or changed values.

    changed: value by header name, `_` for `-`. There is no Content-Length unless a test adds it.
    """
    lines = LINES | {name.replace("_", "-"): value for name, value in changed.items()}
    kept = [f"{name}: {value}" for name, value in lines.items() if name not in without]
    return "\r\n".join([start, *kept, *more, "", body]).encode("utf-8", "surrogateescape")


def answer_to(start: str = "SIP/2.0 200 OK", *more: str, body: str = SDP, **changed: str) -> bytes:
    """A response to that INVITE."""
    return letter(start, *more, without=("Max-Forwards",), body=body, **changed)


def request(data: bytes, *, stream: bool = False) -> Request:
    """Parsed, and known to be a request."""
    message = parse(data, stream=stream)
    assert isinstance(message, Request)
    return message


def response(data: bytes) -> Response:
    """Parsed, and known to be a response."""
    message = parse(data)
    assert isinstance(message, Response)
    return message


def tortures() -> dict[str, bytes]:
    """The 13 valid torture messages of RFC 4475 by file name."""
    _need(TORTURE)
    return {file.name: file.read_bytes() for file in sorted(TORTURE.glob("*.dat"))}


def flows() -> dict[str, bytes]:
    """Every message of the call flows of RFC 3665 and others, by file name and place."""
    _need(FLOWS)
    reader = YAML(typ="safe", pure=True)
    return {
        f"{file.name} {n}": text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
        for file in sorted(FLOWS.glob("*.yaml"))
        for n, text in enumerate(reader.load(file.read_text(encoding="utf-8")))
    }


def streams() -> dict[str, bytes]:
    """The two long streams by file name."""
    _need(FLOWS)
    return {file.name: file.read_bytes() for file in sorted(FLOWS.glob("stream_*.txt"))}


def _need(folder: Path) -> None:
    if not folder.exists():
        pytest.skip(f"the shared test data are not here: {folder.name}")
