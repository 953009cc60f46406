"""Rows from 101: what the list of section 13 leaves to the other sections (4, 5, 6, 9)."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_bench import answer_to, says_nothing
from tests.fakes.sip_line import StreamLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.sip_bench import Bench
    from tests.fakes.sip_phone import Dialog, Message, SipPhone

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def up(bench: Bench, phone: SipPhone, **more: str) -> Dialog:
    """A call with sound."""
    dialog = phone.invite("keys", **more)
    await bench.answers(phone, dialog)
    return dialog


async def asks(
    phone: SipPhone, method: str, dialog: Dialog, *, body: str = "", extra: str = ""
) -> Message:
    """The answer to one more request of a call, acknowledged if it must be."""
    dialog.cseq += 1
    phone.send(phone.request(method, dialog, body=body, extra=extra))
    branch = dialog.branch
    answer = await answer_to(phone, dialog, method)
    if method == "INVITE":
        kept = branch if answer.status >= 300 else ""
        phone.send(phone.request("ACK", dialog, branch=kept))
    return answer


async def goes_on(phone: SipPhone) -> None:
    """Sound still comes."""
    seen = len(phone.rtp)
    await phone.until(lambda: len(phone.rtp) > seen + 2)


# session timers, 100rel, dialogs


@pytest.mark.parametrize("refresher", ["", ";refresher=uas", ";refresher=uac"])
async def test_row_101_a_session_timer_is_accepted(
    bench: Bench, caller: SipPhone, refresher: str
) -> None:
    extra = f"Supported: timer\r\nSession-Expires: 1800{refresher}"
    dialog = caller.invite("keys", extra=extra)
    answer = await bench.answers(caller, dialog)
    assert answer["session-expires"] == f"1800{refresher or ';refresher=uac'}"
    assert "timer" in answer["require"]
    await caller.bye(dialog)


async def test_row_102_too_short_a_session_timer_is_told_the_least(
    bench: Bench, caller: SipPhone
) -> None:
    dialog = caller.invite("keys", extra="Supported: timer\r\nSession-Expires: 60")
    answer = await answer_to(caller, dialog)
    assert answer.status == 422
    assert answer["min-se"] == "90"
    await bench.serves()


@pytest.mark.parametrize("extra", ["Supported: 100rel", "Require: 100rel"])
async def test_row_103_100rel_does_not_keep_us_from_answering(
    bench: Bench, caller: SipPhone, extra: str
) -> None:
    dialog = await up(bench, caller, extra=extra)
    assert (await caller.bye(dialog)).status == 200


async def test_row_104_the_same_request_by_another_way_is_482(
    bench: Bench, caller: SipPhone
) -> None:
    dialog = caller.dialog("keys")
    for _ in range(2):
        caller.send(caller.request("INVITE", dialog, body=caller.sdp()))
    merged = await caller.wait(lambda m: m.status == 482)
    answer = await caller.wait(lambda m: m.status == 200)
    assert merged["via"] != answer["via"]
    caller.acknowledge(dialog, answer)
    await caller.bye(dialog)


async def test_row_105_a_lower_cseq_is_500_and_a_hole_is_fine(
    bench: Bench, caller: SipPhone
) -> None:
    dialog = await up(bench, caller)
    dialog.cseq = 50
    assert (await asks(caller, "OPTIONS", dialog)).status == 200
    dialog.cseq = 20
    assert (await asks(caller, "OPTIONS", dialog)).status == 500
    dialog.cseq = 90
    assert (await caller.bye(dialog)).status == 200


async def test_row_106_a_bye_before_the_ack_is_accepted(bench: Bench, caller: SipPhone) -> None:
    dialog = caller.invite("keys")
    answer = await answer_to(caller, dialog)
    dialog.to = answer["to"]
    assert (await caller.bye(dialog)).status == 200
    seen = len(caller.heard)
    await says_nothing(caller, seen)
    await bench.serves()


async def test_row_107_a_cancel_after_the_answer_changes_nothing(
    bench: Bench, caller: SipPhone
) -> None:
    dialog = caller.invite("keys")
    branch, to = dialog.branch, dialog.to
    answer = await answer_to(caller, dialog)
    caller.send(caller.request("CANCEL", dialog, branch=branch))
    assert (await answer_to(caller, dialog, "CANCEL")).status == 200
    assert dialog.to == to
    caller.acknowledge(dialog, answer)
    await goes_on(caller)
    assert (await caller.bye(dialog)).status == 200


# offers in a call


async def test_row_108_a_change_without_a_session_gets_our_offer(
    bench: Bench, caller: SipPhone
) -> None:
    dialog = await up(bench, caller)
    dialog.cseq += 1
    caller.send(caller.request("INVITE", dialog))
    answer = await answer_to(caller, dialog)
    assert answer.status == 200
    assert answer.audio == dialog.remote_audio
    caller.send(caller.request("ACK", dialog, body=caller.sdp(version=2)))
    await goes_on(caller)
    await caller.bye(dialog)


@pytest.mark.parametrize(
    ("body", "statuses"),
    [("v=0\r\nnonsense\r\n", {400, 488}), ("G.729", {488})],
    ids=["broken", "g729"],
)
async def test_row_109_a_change_that_cannot_be_leaves_the_old_session(
    bench: Bench, caller: SipPhone, body: str, statuses: set[int]
) -> None:
    dialog = await up(bench, caller)
    if body == "G.729":
        body = caller.sdp(version=2).replace("RTP/AVP 8 0 101", "RTP/AVP 18")
    assert (await asks(caller, "INVITE", dialog, body=body)).status in statuses
    await goes_on(caller)
    caller.press(dialog, "3#")
    assert await bench.keys(dialog) == ["3"]


@pytest.mark.parametrize(
    ("direction", "answered"),
    [("recvonly", "sendonly"), ("inactive", "inactive"), ("sendonly", "recvonly")],
)
async def test_row_110_directions_are_mirrored(
    bench: Bench, caller: SipPhone, direction: str, answered: str
) -> None:
    dialog = await up(bench, caller)
    body = caller.sdp(direction=direction, version=2)
    answer = await asks(caller, "INVITE", dialog, body=body)
    assert f"a={answered}\r\n" in answer.body
    answer = await asks(caller, "INVITE", dialog, body=caller.sdp(version=3))
    assert "a=sendrecv\r\n" in answer.body
    await goes_on(caller)
    await caller.bye(dialog)


async def test_row_111_the_old_way_to_hold(bench: Bench, caller: SipPhone) -> None:
    dialog = await up(bench, caller)
    body = caller.sdp(version=2).replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0")
    assert (await asks(caller, "INVITE", dialog, body=body)).status == 200
    assert (await asks(caller, "INVITE", dialog, body=caller.sdp(version=3))).status == 200
    await goes_on(caller)
    await caller.bye(dialog)


async def test_row_112_our_session_counts_its_versions(bench: Bench, caller: SipPhone) -> None:
    dialog = caller.invite("keys")
    first = await bench.answers(caller, dialog)
    hold = await asks(caller, "INVITE", dialog, body=caller.sdp(direction="sendonly", version=2))
    same = await asks(caller, "INVITE", dialog, body=caller.sdp(direction="sendonly", version=2))
    lines = [re.search(r"^o=\S+ (\d+) (\d+)", m.body, re.MULTILINE) for m in (first, hold, same)]
    numbers = [(int(found[1]), int(found[2])) for found in lines if found]
    (one, begun), (two, changed), (three, unchanged) = numbers
    assert one == two == three
    assert changed == begun + 1 == unchanged
    await caller.bye(dialog)


# the parser's classes (section 4)


def header(line: str) -> Callable[[str], str]:
    """One more line."""
    return lambda text: text.replace("\r\nMax-Forwards:", f"\r\n{line}\r\nMax-Forwards:", 1)


def swap(old: str, new: str) -> Callable[[str], str]:
    """Other text in the first place where it stands."""
    return lambda text: text.replace(old, new, 1)


FORWARDS = "Max-Forwards: 70"
CLASSES = [
    pytest.param(swap(FORWARDS, "Max-Forwards: 0"), 200, id="row_113_forwards_0"),
    pytest.param(swap(f"\r\n{FORWARDS}", ""), 200, id="row_113_no_forwards"),
    pytest.param(swap(FORWARDS, "Max-Forwards: 256"), 400, id="row_113_forwards_256"),
    pytest.param(header("Supported:"), 200, id="row_114_empty_value"),
    pytest.param(header("Proxy-Require: foo"), 200, id="row_114_proxy_require"),
    pytest.param(header("Content-Encoding: gzip"), 415, id="row_114_gzip"),
    pytest.param(swap("application/sdp", "text/plain"), 415, id="row_114_text"),
    pytest.param(header("From: <sip:b@127.0.0.1>;tag=2"), 400, id="row_115_two_from"),
    pytest.param(swap("CSeq: 1 INVITE", "CSeq: 2147483648 INVITE"), 400, id="row_116_cseq"),
    pytest.param(swap("CSeq: 1 INVITE", "CSeq: 1 BYE"), 400, id="row_116_method"),
    pytest.param(swap("INVITE sip:keys@", "INVITE  sip:keys@"), 400, id="row_117_two_spaces"),
    pytest.param(swap(" SIP/2.0\r\n", " SIP/2.0 \r\n"), 400, id="row_117_trailing_space"),
    pytest.param(swap("INVITE sip:", "INVITE nosuch:"), 416, id="row_118_scheme"),
    pytest.param(swap(" SIP/2.0\r\n", "?Subject=x SIP/2.0\r\n"), 400, id="row_118_headers"),
    pytest.param(swap("sip:keys@", "sip:%6b%65ys@"), 200, id="row_119_escapes"),
    pytest.param(swap("sip:keys@", "sip:%2525keys@"), 404, id="row_119_once"),
    pytest.param(swap("sip:keys@", "sip:keys%00@"), 404, id="row_119_nul"),
    pytest.param(swap("sip:keys@", "sip:keys;x=1@"), 200, id="row_119_user_part"),
    pytest.param(swap("branch=z9hG4bK", "branch=old"), 200, id="row_120_old_branch"),
    pytest.param(swap(">;tag=f", ">;nota=f"), 200, id="row_120_no_from_tag"),
]


@pytest.mark.parametrize(("change", "status"), CLASSES)
async def test_classes_of_the_parser(
    bench: Bench, caller: SipPhone, change: Callable[[str], str], status: int
) -> None:
    dialog = caller.dialog("keys")
    caller.send(change(caller.request("INVITE", dialog, body=caller.sdp())))
    answer = await caller.wait(lambda m: m.status >= 200)
    assert answer.status == status
    if status == 200:
        dialog.from_ = answer["from"]
        caller.acknowledge(dialog, answer)
        await goes_on(caller)
        assert (await caller.bye(dialog)).status == 200
    if status == 415:
        assert answer["accept-encoding"] == "identity"
        assert "application/sdp" in answer["accept"]


@pytest.mark.parametrize("transport", ["UDP", "TCP"], ids=["udp", "tcp"])
async def test_row_115_two_lengths_are_none(bench: Bench, transport: str) -> None:
    """In one piece: what a stream still sends after our 400 resets it, and may swallow the 400."""
    async with bench.phone(transport) as phone:
        invite = phone.request("INVITE", phone.dialog("keys"), body=phone.sdp())
        phone.send(header("Content-Length: 3")(invite))
        assert (await phone.wait(lambda m: m.status >= 200)).status == 400
    await bench.serves()


async def test_row_121_a_body_that_may_be_ignored_is(bench: Bench, caller: SipPhone) -> None:
    dialog = caller.dialog("keys")
    extra = "Content-Disposition: render;handling=optional"
    caller.send(
        caller.request("INVITE", dialog, body="<x/>", content="application/xml", extra=extra)
    )
    answer = await answer_to(caller, dialog)
    assert answer.status == 200
    caller.codecs = "8 101"
    caller.acknowledge(dialog, answer, body=caller.sdp())
    await goes_on(caller)
    await caller.bye(dialog)


# streams


async def test_row_122_messages_in_one_piece_and_pings_between_them(bench: Bench) -> None:
    async with bench.phone("TCP") as phone:
        asked = [phone.dialog("keys") for _ in range(5)]
        texts = [phone.request("OPTIONS", dialog) for dialog in asked]
        phone.send("\r\n\r\n".join(["", *texts]))
        for dialog in asked:
            assert (await answer_to(phone, dialog, "OPTIONS")).status == 200
        line = phone._sip
        assert isinstance(line, StreamLine)
        assert line.pongs == 5


@pytest.mark.parametrize("piece", [1, 7, 64])
async def test_row_123_a_call_in_pieces(bench: Bench, piece: int) -> None:
    async with bench.phone("TCP", piece) as phone:
        dialog = await up(bench, phone)
        phone.press(dialog, "8#")
        assert await bench.keys(dialog) == ["8"]
        bye = await phone.wait(lambda m: m.method == "BYE" and not m.status)
        phone.reply(bye, 200)


async def test_row_124_a_call_outlives_the_connection_it_came_by(bench: Bench) -> None:
    async with bench.phone("TCP") as first, bench.phone("TCP") as second:
        dialog = await up(bench, first)
        assert first._sip is not None
        first._sip.close()
        second.heard.clear()
        dialog.cseq += 1
        second.send(second.request("OPTIONS", dialog))
        assert (await answer_to(second, dialog, "OPTIONS")).status == 200
        await goes_on(first)
        dialog.cseq += 1
        second.send(second.request("BYE", dialog))
        assert (await answer_to(second, dialog, "BYE")).status == 200


async def test_row_125_a_stream_without_lengths_is_closed(bench: Bench) -> None:
    async with bench.phone("TCP") as phone:
        invite = phone.request("INVITE", phone.dialog("keys"), body=phone.sdp())
        phone.send(re.sub(r"\r\nContent-Length: \d+", "", invite))
        line = phone._sip
        assert isinstance(line, StreamLine)
        async with asyncio.timeout(5):
            await line.closed.wait()
        assert {message.status for message in phone.heard} <= {400}
    await bench.serves()
