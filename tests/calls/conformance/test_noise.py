"""Rows 78-97: what is no SIP, or bad SIP; after each of them a normal call is answered."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_bench import awhile, says_nothing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.sip_bench import Bench
    from tests.fakes.sip_phone import SipPhone

pytestmark = pytest.mark.asyncio(loop_scope="module")
_DICE = random.Random(78)  # noqa: S311 - the same noise each time
NOISE = [
    pytest.param(_DICE.randbytes(400), id="row_078"),
    pytest.param(b"\r\n", id="row_079"),
    pytest.param(b"\0\1\0\0\x21\x12\xa4\x42" + b"\7" * 12, id="row_080"),
    pytest.param(b"", id="row_081"),
    pytest.param(b"INVITE sip:keys@127.0.0.1 SIP/2.0\r\n\r\n", id="row_082"),
    pytest.param(b"HELLO", id="row_083"),
]


@pytest.mark.parametrize("octets", NOISE)
async def test_what_is_no_sip_gets_silence(bench: Bench, caller: SipPhone, octets: bytes) -> None:
    caller.send(octets)
    await says_nothing(caller)
    await bench.serves()


def invite(phone: SipPhone) -> str:
    """A good INVITE."""
    return phone.request("INVITE", phone.dialog("keys"), body=phone.sdp())


def without(name: str) -> Callable[[str], str]:
    """A line is missing."""
    return lambda text: re.sub(rf"\r\n{name}:[^\r]*", "", text, count=1)


def valued(name: str, value: str) -> Callable[[str], str]:
    """A line says something else."""
    return lambda text: re.sub(rf"\r\n{name}:[^\r]*", f"\r\n{name}: {value}", text, count=1)


BAD = [
    pytest.param(without("Call-ID"), set(), id="row_084"),
    pytest.param(without("Via"), set(), id="row_085"),
    pytest.param(without("CSeq"), set(), id="row_086"),
    pytest.param(without("From"), set(), id="row_087"),
    pytest.param(valued("CSeq", "abc INVITE"), {400}, id="row_088"),
    pytest.param(valued("Content-Length", "abc"), {400}, id="row_089"),
    pytest.param(valued("Content-Length", "9999"), {400}, id="row_090"),
]


@pytest.mark.parametrize(("spoil", "answers"), BAD)
async def test_a_bad_request_gets_400_where_it_can_be_addressed_else_silence(
    bench: Bench, caller: SipPhone, spoil: Callable[[str], str], answers: set[int]
) -> None:
    """On a stream the connection ends, maybe before our 400 was read; or the rest is awaited."""
    caller.send(spoil(invite(caller)))
    await awhile(caller, lambda: bool(caller.heard))
    heard = {message.status for message in caller.heard}
    assert heard == answers or (caller.transport == "TCP" and not heard)
    await bench.serves()


async def test_row_091_a_name_in_another_encoding_is_a_call(bench: Bench, caller: SipPhone) -> None:
    dialog = caller.dialog("keys")
    tag = dialog.from_.partition("tag=")[2]
    dialog.from_ = f'"Ays@e" <sip:ayse@127.0.0.1>;tag={tag}'
    request = caller.request("INVITE", dialog, body=caller.sdp())
    caller.send(request.encode().replace(b"Ays@e", b"Ay\xfee"))
    answer = await bench.answers(caller, dialog)
    assert answer["from"] == dialog.from_.replace("Ays@e", "Ay\ufffde")
    await caller.bye(dialog)
    await bench.serves()


async def test_row_092_another_version_is_505(bench: Bench, caller: SipPhone) -> None:
    caller.send(invite(caller).replace(" SIP/2.0\r\n", " SIP/3.0\r\n", 1))
    answer = await caller.wait(lambda m: m.status >= 200)
    assert answer.status == 505
    await bench.serves()


def stray(start: str) -> Callable[[SipPhone], str]:
    """A response to nothing."""
    return lambda phone: re.sub(r"\A[^\r]*", start, invite(phone))


def stray_ack(phone: SipPhone) -> str:
    """An ACK to nothing."""
    dialog = phone.dialog("keys")
    dialog.to += ";tag=nobody"
    return phone.request("ACK", dialog)


STRAY = [
    pytest.param(stray("SIP/2.0 200 OK"), id="row_093"),
    pytest.param(stray("SIP/2.0 299 Odd"), id="row_094"),
    pytest.param(stray_ack, id="row_095"),
]


@pytest.mark.parametrize("text", STRAY)
async def test_what_answers_nothing_gets_silence(
    bench: Bench, caller: SipPhone, text: Callable[[SipPhone], str]
) -> None:
    caller.send(text(caller))
    await says_nothing(caller)
    await bench.serves()


async def test_row_096_empty_lines_in_a_body_end_nothing(bench: Bench, caller: SipPhone) -> None:
    dialog = caller.dialog("keys")
    body = f"one\r\n\r\n{invite(caller)}\r\n\r\ntwo"
    caller.send(caller.request("MESSAGE", dialog, body=body, content="text/plain"))
    answer = await caller.wait(lambda m: m.status >= 200)
    assert answer.status == 405
    await says_nothing(caller, 1)
    await bench.serves()


async def test_row_097_a_message_of_60_kb_is_too_long(bench: Bench, caller: SipPhone) -> None:
    dialog = caller.dialog("keys")
    body = "x" * 60_000
    caller.send(caller.request("MESSAGE", dialog, body=body, content="text/plain"))
    await awhile(caller, lambda: bool(caller.heard))
    assert [message.status for message in caller.heard] in ([], [413])
    await bench.serves()
