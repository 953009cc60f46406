"""Rows 1, 4-6, 8-20 and 32-36 of the conformance list: how calls begin, change and end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_bench import answer_to, says_nothing

if TYPE_CHECKING:
    from tests.fakes.sip_bench import Bench
    from tests.fakes.sip_phone import Message, SipPhone

pytestmark = pytest.mark.asyncio(loop_scope="module")
BOTH = pytest.mark.parametrize("transport", ["UDP", "TCP"], ids=["udp", "tcp"])


async def packets_within(phone: SipPhone, seconds: float) -> int:
    """How many RTP packets come from now on."""
    loop, seen = asyncio.get_running_loop(), len(phone.rtp)
    timer = loop.create_future()
    loop.call_later(seconds, timer.set_result, None)
    await timer
    return len(phone.rtp) - seen


def is_ok(message: Message) -> bool:
    """A 200 to an INVITE."""
    return message.status == 200 and message.method == "INVITE"


async def test_row_001_a_call_is_tried_then_answered_with_sound(
    bench: Bench, caller: SipPhone
) -> None:
    dialog = caller.invite("keys")
    answer = await bench.answers(caller, dialog)
    assert [message.status for message in caller.heard] == [100, 200]
    assert answer.to_tag
    assert answer.audio[1] % 2 == 0


async def test_rows_004_to_006_keys_are_heard_and_our_bye_is_right(
    bench: Bench, caller: SipPhone
) -> None:
    dialog = caller.invite("keys")
    await bench.answers(caller, dialog)
    used = caller.heard[-1]["via"]
    caller.press(dialog, "12#")
    assert await bench.keys(dialog) == ["12"]
    bye = await caller.wait(lambda m: m.method == "BYE" and not m.status)
    assert bye.start == f"BYE {caller.contact} SIP/2.0"
    assert (bye["from"], bye["to"]) == (dialog.to, dialog.from_)
    assert bye["call-id"] == dialog.call_id
    assert len(bye.headers["via"]) == 1
    assert "," not in bye["via"]
    assert ";branch=z9hG4bK" in bye["via"]
    assert bye["via"] != used
    caller.reply(bye, 200)
    assert await packets_within(caller, 0.5) <= 2


async def test_rows_008_009_the_offer_is_ours_when_the_invite_has_none(
    bench: Bench, caller: SipPhone
) -> None:
    dialog = caller.invite("keys", body="")
    answer = await answer_to(caller, dialog)
    assert "m=audio" in answer.body
    assert "telephone-event/8000" in answer.body
    assert not caller.rtp
    caller.codecs = "8 101"
    caller.acknowledge(dialog, answer, body=caller.sdp())
    await caller.until(lambda: len(caller.rtp) > 2)
    await caller.bye(dialog)
    await bench.serves()


async def four_invites(bench: Bench, transport: str) -> None:
    """One phone of rows 10 to 12."""
    async with bench.phone(transport, 64) as phone:
        dialog = phone.dialog("keys")
        invite = phone.request("INVITE", dialog, body=phone.sdp())
        for _ in range(4):
            phone.send(invite)
        await phone.until(lambda: sum(map(is_ok, phone.heard)) >= 3)
        answers = [message for message in phone.heard if is_ok(message)]
        assert len({answer.to_tag for answer in answers}) == 1
        assert len({answer.audio for answer in answers}) == 1
        phone.acknowledge(dialog, answers[0])
        seen = len(phone.heard)
        await packets_within(phone, 2.3)  # the next one would come after 2 s
        assert len(phone.heard) == seen
        assert (await phone.bye(dialog)).status == 200


async def test_rows_010_to_012_a_repeated_invite_is_one_call_and_200_comes_until_its_ack(
    bench: Bench,
) -> None:
    await asyncio.gather(four_invites(bench, "UDP"), four_invites(bench, "TCP"))


@BOTH
async def test_rows_013_014_a_cancelled_call_ends_with_487(bench: Bench, transport: str) -> None:
    async with bench.phone(transport) as phone:
        dialog = phone.dialog("keys")
        invite = phone.request("INVITE", dialog, body=phone.sdp())
        cancel = phone.request("CANCEL", dialog, branch=dialog.branch)
        phone.send(invite)
        phone.send(cancel)
        assert (await answer_to(phone, dialog, "CANCEL")).status == 200
        refused = await answer_to(phone, dialog)
        assert refused.status == 487
        dialog.to = refused["to"]
        phone.send(phone.request("ACK", dialog, branch=dialog.branch))
        await says_nothing(phone, len(phone.heard))
        assert not any(map(is_ok, phone.heard))
    await bench.serves()


async def test_rows_015_016_a_bye_in_mid_prompt_and_once_more(
    bench: Bench, caller: SipPhone
) -> None:
    dialog = caller.invite("keys")
    answer = await bench.answers(caller, dialog)
    bye = await caller.bye(dialog)
    assert bye.status == 200
    assert bye.to_tag == answer.to_tag
    assert await packets_within(caller, 0.3) <= 3
    dialog.cseq += 1
    caller.send(caller.request("BYE", dialog))
    again = await answer_to(caller, dialog, "BYE")
    assert again.status == 481


async def test_row_017_who_holds_us_hears_nothing(bench: Bench, caller: SipPhone) -> None:
    dialog = caller.invite("keys")
    await bench.answers(caller, dialog)
    dialog.cseq += 1
    body = caller.sdp(direction="sendonly", version=2)
    caller.send(caller.request("INVITE", dialog, body=body))
    answer = await answer_to(caller, dialog)
    assert answer.status == 200
    assert "a=recvonly" in answer.body or "a=inactive" in answer.body
    caller.send(caller.request("ACK", dialog))
    await packets_within(caller, 0.05)  # what was on its way
    assert await packets_within(caller, 0.3) == 0
    dialog.cseq += 1
    caller.send(caller.request("INVITE", dialog, body=caller.sdp(version=3)))
    answer = await answer_to(caller, dialog)
    assert "a=sendrecv" in answer.body
    caller.send(caller.request("ACK", dialog))
    seen = len(caller.rtp)
    await caller.until(lambda: len(caller.rtp) > seen + 2)
    await caller.bye(dialog)


async def test_rows_018_to_020_sound_moves_to_another_port_and_keys_come_from_there(
    bench: Bench, caller: SipPhone
) -> None:
    dialog = caller.invite("keys")
    answer = await bench.answers(caller, dialog)
    async with bench.phone() as other:
        dialog.cseq += 1
        body = caller.sdp(port=other.rtp_port, version=2)
        caller.send(caller.request("INVITE", dialog, body=body))
        moved = await answer_to(caller, dialog)
        assert moved.audio == answer.audio
        caller.send(caller.request("ACK", dialog))
        await other.until(lambda: len(other.rtp) > 4)
        assert await packets_within(caller, 0.1) == 0
        assert len({packet.ssrc for packet in (*caller.rtp, *other.rtp)}) == 1
        other.press(dialog, "7#")
        assert await bench.keys(dialog) == ["7"]
    await bench.serves()


async def test_row_032_options_in_a_call(bench: Bench, caller: SipPhone) -> None:
    dialog = caller.invite("keys")
    await bench.answers(caller, dialog)
    dialog.cseq += 1
    caller.send(caller.request("OPTIONS", dialog))
    answer = await answer_to(caller, dialog, "OPTIONS")
    assert answer.status == 200
    assert "INVITE" in answer["allow"]
    await caller.bye(dialog)


async def test_row_033_an_update_with_a_session_is_answered_with_one(
    bench: Bench, caller: SipPhone
) -> None:
    dialog = caller.invite("keys")
    await bench.answers(caller, dialog)
    dialog.cseq += 1
    caller.send(caller.request("UPDATE", dialog, body=caller.sdp(version=2)))
    answer = await answer_to(caller, dialog, "UPDATE")
    assert answer.status == 200
    assert answer.audio == dialog.remote_audio
    seen = len(caller.rtp)
    await caller.until(lambda: len(caller.rtp) > seen + 2)
    await caller.bye(dialog)


async def test_row_034_a_caller_may_not_refer(bench: Bench, caller: SipPhone) -> None:
    dialog = caller.invite("keys")
    await bench.answers(caller, dialog)
    dialog.cseq += 1
    caller.send(caller.request("REFER", dialog, extra="Refer-To: <sip:keys@127.0.0.1>"))
    assert (await answer_to(caller, dialog, "REFER")).status == 603
    seen = len(caller.rtp)
    await caller.until(lambda: len(caller.rtp) > seen + 2)
    await caller.bye(dialog)


async def test_rows_035_036_keys_by_info(bench: Bench, caller: SipPhone) -> None:
    dialog = caller.invite("keys")
    await bench.answers(caller, dialog)
    for key in "5#":
        dialog.cseq += 1
        body = f"Signal={key}\r\nDuration=160\r\n"
        kind = "application/dtmf-relay"
        caller.send(caller.request("INFO", dialog, body=body, content=kind))
        assert (await answer_to(caller, dialog, "INFO")).status == 200
    assert await bench.keys(dialog) == ["5"]
    await bench.serves()
