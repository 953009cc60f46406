"""Rows 51-66: what may stand in a session description, and what may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_bench import answer_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.sip_bench import Bench
    from tests.fakes.sip_phone import SipPhone

pytestmark = pytest.mark.asyncio(loop_scope="module")
HERE = "c=IN IP4 127.0.0.1\r\n"
ICE = (
    "a=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\na=ice-options:trickle ice2\r\n"
    "a=candidate:1 1 UDP 2130706431 127.0.0.1 8998 typ host\r\na=x:y:z\r\na=rtcp:8999\r\n"
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=ssrc:1 cname:a:b\r\n"
)
VIDEO = "m=video 49000 RTP/AVP 99 98\r\na=rtpmap:99 H264/90000\r\na=rtpmap:98 VP8/90000\r\n"
MIXED = 'multipart/mixed;boundary="b 1"'


def with_ice(sdp: str) -> str:
    """Attributes of other worlds."""
    return sdp + ICE


def with_bare_ends(sdp: str) -> str:
    """Lines end with LF only."""
    return sdp.replace("\r\n", "\n")


def address_below(sdp: str) -> str:
    """c= at the stream only."""
    return sdp.replace(HERE, "") + HERE


def address_above_and_below(sdp: str) -> str:
    """c= at both: that of the stream holds."""
    return sdp.replace(HERE, "c=IN IP4 192.0.2.200\r\n") + HERE


def only(payload: str) -> Callable[[str], str]:
    """One codec, not named."""
    return lambda sdp: sdp.replace("RTP/AVP 8 0 101", f"RTP/AVP {payload}")


def with_video(sdp: str) -> str:
    """Sound and picture."""
    return sdp + VIDEO


def in_parts(sdp: str) -> str:
    """The session is the second of three parts."""
    parts = (
        ("application/isup;version=nxv3;base=etsi121", "\0\1\2\r\n\r\n\3"),
        ("application/sdp", sdp),
        ("text/plain", "v=0"),
    )
    pieces = [f"--b 1\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts]
    return "".join([*pieces, "--b 1--\r\n"])


GOOD = [
    pytest.param(with_ice, "application/sdp", id="row_051"),
    pytest.param(with_bare_ends, "application/sdp", id="row_052"),
    pytest.param(address_below, "application/sdp", id="row_053"),
    pytest.param(address_above_and_below, "application/sdp", id="row_054"),
    pytest.param(only("0"), "application/sdp", id="row_055"),
    pytest.param(only("8"), "application/sdp", id="row_056"),
    pytest.param(with_video, "application/sdp", id="row_057"),
    pytest.param(in_parts, MIXED, id="row_058"),
    pytest.param(lambda sdp: sdp, "application/sdp;charset=utf-8", id="row_059"),
]


@pytest.mark.parametrize(("change", "kind"), GOOD)
async def test_a_session_we_can_serve(
    bench: Bench, caller: SipPhone, change: Callable[[str], str], kind: str
) -> None:
    dialog = caller.dialog("keys")
    body = change(caller.sdp())
    caller.send(caller.request("INVITE", dialog, body=body, content=kind))
    answer = await bench.answers(caller, dialog)
    streams = [line.split()[:2] for line in answer.body.split("\r\n") if line.startswith("m=")]
    pictures = [["m=video", "0"]] if "m=video" in body else []
    assert streams[1:] == pictures
    assert (await caller.bye(dialog)).status == 200
    if kind.endswith("utf-8"):
        await bench.serves()


def line(text: str) -> Callable[[str], str]:
    """Another line for the sound."""
    return lambda sdp: "\r\n".join(
        text if each.startswith("m=") else each for each in sdp.split("\r\n")
    )


KEYS = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
PRINT = "a=fingerprint:SHA-256 " + ":".join(["AB"] * 32)
SAVPF = f"m=audio 9000 UDP/TLS/RTP/SAVPF 8\r\n{PRINT}\r\na=setup:actpass"
BAD = [
    pytest.param(line("m=audio 9000 RTP/AVP 18"), 488, id="row_060"),
    pytest.param(line(f"m=audio 9000 RTP/SAVP 8 0\r\n{KEYS}"), 488, id="row_061"),
    pytest.param(line(VIDEO.strip()), 488, id="row_062"),
    pytest.param(line(SAVPF), 488, id="row_063"),
    pytest.param(lambda _sdp: "v=0\r\nthis is no session\r\n", 400, id="row_064"),
]


@pytest.mark.parametrize(("change", "status"), BAD)
async def test_a_session_we_cannot_serve(
    bench: Bench, caller: SipPhone, change: Callable[[str], str], status: int
) -> None:
    dialog = caller.invite("keys", body=change(caller.sdp()))
    answer = await answer_to(caller, dialog)
    assert answer.status == status
    dialog.to = answer["to"]
    caller.send(caller.request("ACK", dialog, branch=dialog.branch))
    if status == 488:
        assert answer["warning"].startswith("304")


async def test_rows_065_066_keys_under_another_payload_type(bench: Bench, caller: SipPhone) -> None:
    caller.event_pt, caller.codecs = 96, "8 0 96"
    dialog = caller.invite("keys")
    answer = await bench.answers(caller, dialog)
    assert "a=rtpmap:96 telephone-event/8000" in answer.body
    caller.press(dialog, "6#")
    assert await bench.keys(dialog) == ["6"]
    await bench.serves()
