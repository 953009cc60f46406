"""The process around pyVoIP with a PBX at its other end: what 1.6.8 gets wrong is right here."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from ivr.channels.pyvoip.wire.messages import (
    Accept,
    Answered,
    Farewell,
    Gone,
    HangUp,
    Key,
    Play,
    Ringing,
    Stop,
    Troubled,
)
from ivr.media.g711 import alaw_encode, ulaw_decode
from tests.fakes.pyvoip_pbx import Pbx, phone
from tests.fakes.pyvoip_rig import need_pyvoip
from tests.fakes.sip_phone import SipPhone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.sip_phone import Dialog

FRAME_S = 0.02
LOUD = b"\x90"


@pytest.fixture
async def pbx() -> AsyncIterator[Pbx]:
    """A PBX where the process is registered."""
    need_pyvoip()
    async with phone() as made:
        found = await Pbx.ready(made)
        yield found
        await found.close()


async def connected(pbx: Pbx, number: int = 1) -> tuple[Dialog, int]:
    """A call that was answered, and the process's number of it."""
    dialog, ringing = await pbx.rings(number)
    pbx.send(Accept(ringing.call))
    pbx.phone.acknowledge(dialog, await pbx.answer_of(dialog))
    return dialog, ringing.call


def heard(pbx: Pbx) -> bytes:
    """All sound that the PBX has heard."""
    return b"".join(packet.payload for packet in pbx.phone.rtp)


async def test_a_call_rings_is_answered_and_has_names(pbx: Pbx) -> None:
    dialog, ringing = await pbx.rings()
    tag = dialog.from_.partition("tag=")[2]
    assert ringing == Ringing(1, f"{dialog.call_id};{tag}", "pbx", "7001")
    pbx.send(Accept(1))
    answer = await pbx.answer_of(dialog)
    assert "m=audio" in answer.body
    assert " RTP/AVP 0 101" in answer.body
    assert answer.to_tag


async def test_sound_is_played_once_and_can_be_stopped(pbx: Pbx, tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(LOUD * 800)
    (tmp_path / "long").write_bytes(b"\xa0" * 80_000)
    _dialog, call = await connected(pbx)
    files = [str(tmp_path / name) for name in ("short", "nowhere", "long")]
    pbx.send(Play(call, tuple(files)))
    await pbx.phone.until(lambda: heard(pbx).count(b"\xa0") > 3200)
    pbx.send(Stop(call))
    count = len(pbx.phone.rtp)
    await pbx.phone.until(lambda: len(pbx.phone.rtp) > count + 25)
    assert heard(pbx).count(LOUD) == 800
    assert heard(pbx).count(b"\xa0") < 12_000
    assert set(heard(pbx)[-1600:]) <= {0xFF, 0x7F}


async def test_sound_is_sent_about_every_20_ms(pbx: Pbx) -> None:
    await connected(pbx)
    await pbx.phone.until(lambda: len(pbx.phone.rtp) > 100)
    packets = pbx.phone.rtp
    took_s = packets[-1].at - packets[0].at
    assert FRAME_S * 0.95 < took_s / (len(packets) - 1) < FRAME_S * 1.5
    assert {packet.pt for packet in packets} == {0}


async def test_last_words_are_said_before_a_call_is_hung_up(pbx: Pbx, tmp_path: Path) -> None:
    (tmp_path / "bye").write_bytes(LOUD * 2400)
    _dialog, call = await connected(pbx)
    pbx.send(Play(call, (str(tmp_path / "bye"),)))
    pbx.send(HangUp(call))
    await pbx.phone.wait(lambda m: m.method == "BYE" and not m.status)
    assert heard(pbx).count(LOUD) == 2400
    assert await pbx.tiding(Gone) == Gone(call, "bye")


async def test_the_pbx_may_hang_up(pbx: Pbx) -> None:
    dialog, call = await connected(pbx)
    assert (await pbx.phone.bye(dialog)).status == 200
    assert await pbx.tiding(Gone) == Gone(call, "bye")
    assert (await connected(pbx, 2))[1] == call + 1


async def test_a_call_given_up_ends_with_487(pbx: Pbx) -> None:
    dialog, ringing = await pbx.rings()
    branch = dialog.branch
    pbx.phone.send(pbx.phone.request("CANCEL", dialog, branch=branch))
    assert (await pbx.answer_of(dialog)).status == 487
    assert await pbx.tiding(Gone) == Gone(ringing.call, "cancelled")


async def test_a_call_can_be_refused_and_a_fifth_one_is(pbx: Pbx) -> None:
    dialogs = [(await pbx.rings(number))[0] for number in (1, 2, 3, 4)]
    fifth = pbx.phone.invite("7001")
    assert (await pbx.answer_of(fifth)).status == 486
    pbx.send(HangUp(2))
    assert (await pbx.answer_of(dialogs[1])).status == 486
    await pbx.rings(5)


async def test_two_calls_at_once_do_not_freeze_it(pbx: Pbx) -> None:
    first, one = await connected(pbx)
    second, _two = await connected(pbx, 2)
    assert (await pbx.phone.bye(first)).status == 200
    pbx.phone.press(second, "5")
    assert await pbx.tiding(Key) == Key(one + 1, "5")
    third, _ = await connected(pbx, 3)
    pbx.phone.press(third, "6")
    assert await pbx.tiding(Key, 2) == Key(one + 2, "6")


async def test_a_repeated_invite_gets_the_same_answer_and_no_second_stream(pbx: Pbx) -> None:
    dialog, _call = await connected(pbx)
    again = pbx.phone.request("INVITE", dialog, body=pbx.phone.sdp())
    pbx.phone.heard.clear()
    pbx.phone.send(again)
    assert (await pbx.answer_of(dialog)).status == 200
    start = len(pbx.phone.rtp)
    await pbx.phone.until(lambda: len(pbx.phone.rtp) > start + 50)
    fresh = pbx.phone.rtp[start:]
    took_s = fresh[-1].at - fresh[0].at
    assert took_s / (len(fresh) - 1) > FRAME_S * 0.85
    assert len({packet.ssrc for packet in fresh}) == 1


async def test_keys_are_heard_once_whatever_else_comes(pbx: Pbx) -> None:
    dialog, call = await connected(pbx)
    talk = pbx.phone
    talk.send_raw_rtp(dialog, b"\x80")
    talk.send_raw_rtp(dialog, b"\x80\x65" + bytes(10))
    talk.send_rtp(dialog, b"\x10\x00\x00\x00", pt=101, marker=True)  # hook flash
    jump = struct.pack("!BBHII", 0x80, 0, 7, 0xF000_0000, 5)
    talk.send_raw_rtp(dialog, jump + LOUD * 160)
    talk.press(dialog, "1#")
    head = struct.pack("!BBHII", 0x80, 101, 900, 3_000_000, 5)
    talk.send_raw_rtp(dialog, head + b"\x02\x8a\x03\x20")  # an end whose beginning was lost
    talk.send_raw_rtp(dialog, head + b"\x02\x8a\x03\x20")  # and once more
    await pbx.tiding(Key, 3)
    assert (await talk.bye(dialog)).status == 200
    await pbx.tiding(Gone)
    keys = [tiding for tiding in pbx.told if isinstance(tiding, Key)]
    assert keys == [Key(call, "1"), Key(call, "#"), Key(call, "2")]


async def test_a_pbx_that_asks_whether_it_lives_is_answered(pbx: Pbx) -> None:
    dialog = pbx.phone.dialog("7001")
    pbx.phone.send(pbx.phone.request("OPTIONS", dialog))
    answer = await pbx.phone.response("OPTIONS")
    assert answer.status == 200
    assert answer.to_tag


async def test_nonsense_and_strangers_are_passed_over(pbx: Pbx) -> None:
    for data in (
        b"",
        b"\xff\x00",
        b"INVITE",
        b"OPTIONS x SIP/2.0\r\n\r\n",
        b"SIP/2.0 999 x\r\n\r\n",
    ):
        pbx.phone.send(data)
    async with SipPhone(pbx.phone.server, "stranger", host="127.0.0.2") as stranger:
        stranger.invite("7001")
        await pbx.rings()
    assert sum(isinstance(tiding, Ringing) for tiding in pbx.told) == 1


async def test_a_pbx_that_speaks_a_law_alone_hears_a_law(pbx: Pbx, tmp_path: Path) -> None:
    (tmp_path / "sound").write_bytes(LOUD * 1600)
    pbx.phone.codecs = "8 101"
    _dialog, call = await connected(pbx)
    pbx.send(Play(call, (str(tmp_path / "sound"),)))
    loud = alaw_encode(ulaw_decode(LOUD))
    await pbx.phone.until(lambda: heard(pbx).count(loud) == 1600)
    assert {packet.pt for packet in pbx.phone.rtp} == {8}


async def test_an_offer_without_our_codecs_is_refused(pbx: Pbx) -> None:
    pbx.phone.codecs = "18"
    dialog = pbx.phone.invite("7001")
    assert (await pbx.answer_of(dialog)).status == 486


async def test_what_ends_an_answered_call_is_left_with_the_server(pbx: Pbx) -> None:
    dialog, call = await connected(pbx)
    left = await pbx.tiding(Answered)
    assert left.call == call
    pbx.send(Farewell(left.bye))
    bye = await pbx.phone.wait(lambda m: m.method == "BYE" and not m.status)
    assert bye["call-id"] == dialog.call_id
    assert bye.to_tag == dialog.from_.partition("tag=")[2]


async def test_when_the_server_goes_callers_are_told_and_the_place_is_given_up(pbx: Pbx) -> None:
    await connected(pbx)
    await pbx.close()
    await pbx.phone.wait(lambda m: m.method == "BYE" and not m.status)
    await pbx.phone.wait(lambda m: m.method == "REGISTER" and m.get("expires") == "0")


async def test_a_pbx_that_does_not_take_us_ends_the_process() -> None:
    need_pyvoip()
    async with phone() as made:
        found = Pbx(made, challenge="")
        found.begin()
        assert await found.dead() == 3
        assert isinstance(found.told[-1], Troubled)
        assert "registration" in found.told[-1].what


async def test_an_address_that_is_taken_ends_the_process() -> None:
    need_pyvoip()
    async with phone() as made:
        found = Pbx(made)
        made.server = ("127.0.0.1", made.sip_port)
        found.begin()
        assert await found.dead() == 3
        assert "OSError in start" in (await found.tiding(Troubled)).what
