"""Rows from 147: forged requests, sound from elsewhere, no more ports, messages too long."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_bench import NUMBER, answer_to, awhile, says_nothing
from tests.fakes.sip_siege import PAIRS, STRANGER, Held, memory_kb, pause, served_again, up
from tests.fakes.sip_sound import FRAME, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.sip_bench import Bench

pytestmark = pytest.mark.asyncio(loop_scope="module")
SILENT = b"\xd5" * FRAME
TAKEN = 2
"""Pairs of ports that some other program has."""


async def test_row_147_a_bye_from_elsewhere_ends_nothing(siege: Bench) -> None:
    async with (
        siege.phone(trunk="carrier") as phone,
        siege.phone(trunk="carrier", host=STRANGER) as forger,
    ):
        dialog = await up(siege, phone)
        dialog.cseq += 1
        forger.send(forger.request("BYE", dialog))
        forger.send(forger.request("INVITE", dialog, body=forger.sdp(version=2)))
        await says_nothing(forger)
        assert not forger.rtp
        for to in (dialog.to[:-1] + "0", dialog.to.partition(";")[0] + ";tag=x"):
            right, dialog.to = dialog.to, to if to != dialog.to else dialog.to[:-1] + "1"
            dialog.cseq += 1
            phone.send(phone.request("BYE", dialog))
            assert (await answer_to(phone, dialog, "BYE")).status == 481
            dialog.to = right
        phone.press(dialog, "4#")
        assert await siege.keys(dialog, "carrier") == ["4"]
    await siege.serves("carrier")


@pytest.mark.parametrize("trunk", ["carrier", "phones"])
async def test_row_148_a_cancel_from_elsewhere_cancels_nothing(siege: Bench, trunk: str) -> None:
    """It knows all that is in the INVITE, and comes in the same moment."""
    called = "keys" if trunk == "phones" else NUMBER
    async with (
        siege.phone(trunk=trunk) as phone,
        siege.phone(trunk=trunk, host=STRANGER) as forger,
    ):
        dialog = phone.dialog(called)
        phone.send(phone.request("INVITE", dialog, body=phone.sdp()))
        forger.send(phone.request("CANCEL", dialog, branch=dialog.branch))
        await siege.answers(phone, dialog)
        statuses = {message.status for message in forger.heard}
        assert statuses == ({481} if trunk == "phones" else set())
        assert (await phone.bye(dialog)).status == 200
    await siege.serves(trunk)


# sound from elsewhere


async def test_row_149_keys_of_strangers_are_not_heard(siege: Bench) -> None:
    """A trunk without `nat`: only the address and port of the session count."""
    async with siege.phone() as phone, siege.phone() as same, siege.phone(host=STRANGER) as far:
        dialog = await up(siege, phone, "keys")
        for thief in (same, far):
            thief.press(dialog, "99#")
        await pause(0.1)
        phone.press(dialog, "3#")
        assert await siege.keys(dialog) == ["3"]
        assert not same.rtp
        assert not far.rtp


async def test_row_150_behind_nat_the_source_is_learned_and_kept_until_a_change(
    siege: Bench,
) -> None:
    async with (
        siege.phone(trunk="carrier") as phone,
        siege.phone(trunk="carrier") as real,
        siege.phone(trunk="carrier") as third,
        siege.phone(trunk="carrier", host=STRANGER) as far,
    ):
        dialog = await up(siege, phone)
        for _ in range(8):
            far.send_rtp(dialog, SILENT)
        for _ in range(5):
            real.send_rtp(dialog, SILENT)
        await real.until(lambda: len(real.rtp) > 3)
        assert not far.rtp
        third.press(dialog, "99#")
        await pause(0.1)
        assert not third.rtp
        dialog.cseq += 1
        body = phone.sdp(port=third.rtp_port, version=2)
        phone.send(phone.request("INVITE", dialog, body=body))
        assert (await answer_to(phone, dialog)).status == 200
        phone.send(phone.request("ACK", dialog))
        for _ in range(5):
            third.send_rtp(dialog, SILENT)
        await third.until(lambda: len(third.rtp) > 3)
        third.press(dialog, "5#")
        assert await siege.keys(dialog, "carrier") == ["5"]


async def test_row_151_jumps_of_source_time_and_sequence(siege: Bench) -> None:
    """Whatever jumps: nothing is allocated for it, sound goes on, keys count once."""
    workers = siege.sip.house.sound.pids
    before = sum(map(memory_kb, workers))
    async with siege.phone() as phone:
        dialog = await up(siege, phone, "keys")
        stream = Stream(phone, dialog)
        for jump in (0, 1 << 31, (1 << 31) - 1, 0xFFFF_0000, 160):
            stream.timestamp = (stream.timestamp + jump) & 0xFFFF_FFFF
            stream.sequence = (stream.sequence + 30_000) & 0xFFFF
            for _ in range(3):
                stream.send(SILENT)
        stream.press("1")
        stream.ssrc = 0x7777
        for _ in range(6):
            stream.send(SILENT)
        stream.press("2")
        stream.press("#")
        assert await siege.keys(dialog) == ["12"]
    assert sum(map(memory_kb, workers)) - before < 10_000


# no more ports


@contextmanager
def held(bench: Bench) -> Iterator[None]:
    """Some other program has two of the pairs of the trunk `small`."""
    low = bench.sip.house.works["small"].settings.rtp_ports.low
    with Held("127.0.0.5", range(low, low + 2 * TAKEN)):
        yield


async def test_row_152_without_ports_calls_are_told_to_come_later_until_some_have_rested(
    siege: Bench,
) -> None:
    with held(siege):
        async with siege.phone(trunk="small") as phone:
            dialogs = [await up(siege, phone) for _ in range(PAIRS - TAKEN)]
            assert len({dialog.remote_audio for dialog in dialogs}) == PAIRS - TAKEN
            refused = await answer_to(phone, phone.invite(NUMBER))
            assert (refused.status, refused["retry-after"]) == (503, "5")
            await phone.bye(dialogs[0])
            resting = await answer_to(phone, phone.invite(NUMBER))
            assert resting.status == 503
            await served_again(siege, "small")
            for dialog in dialogs[1:]:
                await phone.bye(dialog)
    await served_again(siege, "small")


# what is too long


@pytest.mark.parametrize("transport", ["UDP", "TCP"], ids=["udp", "tcp"])
@pytest.mark.parametrize("octets", [16_384, 17_000, 60_000])
async def test_row_153_messages_that_are_too_long(
    siege: Bench, transport: str, octets: int
) -> None:
    async with siege.phone(transport, trunk="office") as phone:
        dialog = phone.dialog(NUMBER)
        short = phone.request("INVITE", dialog, body=phone.sdp(), extra="Subject: x")
        long = "\r\n".join(f"Subject: {'x' * 4000}" for _ in range(octets // 4000 + 1))
        phone.send(short.replace("Subject: x", long)[:octets])
        await awhile(phone, lambda: bool(phone.heard))
        assert {message.status for message in phone.heard} <= {400, 413}
    await siege.serves("office")
