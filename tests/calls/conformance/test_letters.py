"""Rows 37-50: the same INVITE written in ways that are all allowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.sip_bench import Bench
    from tests.fakes.sip_phone import SipPhone

pytestmark = pytest.mark.asyncio(loop_scope="module")
FROM = [
    pytest.param('"Doe, <J>;tag=x" <sip:doe@127.0.0.1>;tag={}', id="row_037"),
    pytest.param('"Ayşe Öztürk" <sip:ayse@127.0.0.1>;tag={}', id="row_038"),
    pytest.param("Ayse Ozturk <sip:ayse@127.0.0.1>;tag={}", id="row_039"),
    pytest.param("sip:ayse@127.0.0.1;tag={}", id="row_040"),
    pytest.param("<sip:+905321112233@127.0.0.1;user=phone>;tag={}", id="row_041"),
    pytest.param("<tel:+905321112233>;tag={}", id="row_042"),
    pytest.param('"Anonymous" <sip:anonymous@anonymous.invalid>;tag={}', id="row_043"),
    pytest.param("<sip:ayse@127.0.0.1>;tag={};epid=1a2b", id="row_044"),
]
COMPACT = {
    "Call-ID": "i",
    "Contact": "m",
    "Content-Length": "l",
    "Content-Type": "c",
    "From": "f",
    "To": "t",
    "Via": "v",
}


def compact(text: str) -> str:
    """Short names."""
    for name, letter in COMPACT.items():
        text = text.replace(f"\r\n{name}:", f"\r\n{letter}:")
    return text


def lower(text: str) -> str:
    """Names in small letters."""
    return re.sub(r"\r\n([A-Z][A-Za-z-]+):", lambda found: found[0].lower(), text)


def tight(text: str) -> str:
    """No space after the colon, nor anywhere about it."""
    head, end, body = text.partition("\r\n\r\n")
    return re.sub(r"\r\n([A-Za-z-]+): ", r"\r\n\1:", head) + end + body


def folded(text: str) -> str:
    """A Subject over three lines, and one of spaces before the colon."""
    return text.replace(
        "\r\nMax-Forwards: ", "\r\nSubject: I know\r\n you are\r\n\tthere\r\nMax-Forwards  :  ", 1
    )


SECOND = "SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bKfar;received=192.0.2.8"


def two_vias_in_one_line(text: str) -> str:
    """A station has passed it on, and joined the lines."""
    return text.replace(";rport\r\n", f";rport, {SECOND}\r\n", 1)


def routed(text: str) -> str:
    """The same in two lines, and the station wants to see the rest."""
    more = f";rport\r\nVia: {SECOND}\r\nRecord-Route: <sip:127.0.0.1:{{}};lr>\r\n"
    return text.replace(";rport\r\n", more, 1)


WRITING = [
    pytest.param(compact, id="row_045"),
    pytest.param(lower, id="row_046"),
    pytest.param(tight, id="row_047"),
    pytest.param(folded, id="row_048"),
    pytest.param(two_vias_in_one_line, id="row_049"),
    pytest.param(routed, id="row_050"),
]


@pytest.mark.parametrize("written", FROM)
async def test_whoever_calls_is_answered(bench: Bench, caller: SipPhone, written: str) -> None:
    dialog = caller.dialog("keys")
    dialog.from_ = written.format(f"w{caller.sip_port}")
    caller.send(caller.request("INVITE", dialog, body=caller.sdp()))
    answer = await bench.answers(caller, dialog)
    assert answer["from"] == dialog.from_
    assert (await caller.bye(dialog)).status == 200
    if "epid" in written:
        await bench.serves()


@pytest.mark.parametrize("change", WRITING)
async def test_however_it_is_written_it_is_answered(
    bench: Bench, caller: SipPhone, change: Callable[[str], str]
) -> None:
    dialog = caller.dialog("keys")
    text = change(caller.request("INVITE", dialog, body=caller.sdp()))
    caller.send(text.replace("{}", str(caller.sip_port)))
    answer = await bench.answers(caller, dialog)
    vias = [via.strip() for line in answer.headers["via"] for via in line.split(",")]
    assert vias[1:] == ([SECOND] if SECOND in text else [])
    assert (await caller.bye(dialog)).status == 200
