"""linphonec calls the bank and gets where its keys lead; at a desk it answers and hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.bank_line import CALLER, BankLine, ask_for_balance, check_opening
from tests.fakes.hearing import Hearing, decoded, tone
from tests.fakes.linphone import Linphone
from tests.fakes.sip_served import PASSWORD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from tests.fakes.sip_phone import Dialog, SipPhone

VIP = "+905321112201"
PLACE = '    number: {tr: "+902125550001", en: "+902125550002"}\n    kind: bridge\n'
DESK_HZ = 1500.0
SAID = bytes(range(160))


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Linphone]:
    """A linphonec of the customer."""
    made = await Linphone.start(tmp_path / "linphone", CALLER)
    yield made
    await made.close()


async def test_linphone_hears_the_menu_and_gets_its_balance(
    phone: Linphone, line: BankLine
) -> None:
    await phone.call(line.uri())
    await ask_for_balance(line, phone.press)
    await check_opening(line, await phone.heard())


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Linphone]:
    """A linphonec that picks up and sounds a tone."""
    says = tone(1, DESK_HZ)
    made = await Linphone.start(
        tmp_path / "desk", "bob", says=says, answers=True, password=PASSWORD
    )
    yield made
    await made.close()


def hears_desk(phone: SipPhone) -> bool:
    """Whether the last 200 ms that a phone of ours has heard hold the tone of the desk."""
    sound = decoded(b"".join(packet.payload for packet in phone.rtp[-10:]), 8)
    return Hearing(sound).tone(DESK_HZ)[1] > 0.1


async def picks_up(phone: SipPhone) -> None:
    """A phone of ours is rung up and answers."""
    invite = await phone.wait(lambda m: m.method == "INVITE" and not m.status, 10)
    phone.reply(invite, 200, tag="c", body=phone.sdp())
    await phone.wait(lambda m: m.method == "ACK" and not m.status)


async def talks(one: SipPhone, dialog: Dialog, other: SipPhone) -> None:
    """What one says the other hears."""

    def heard() -> bool:
        one.send_rtp(dialog, SAID)
        return any(packet.payload == SAID for packet in other.rtp)

    await other.until(heard)


async def test_linphone_registers_answers_a_vip_holds_and_hands_over(
    desk: Linphone, opens: Callable[..., Awaitable[BankLine]]
) -> None:
    line = await opens({PLACE: "    sip: 'sip:bob@phones'\n"}, ["bob", "carol"])
    await desk.register(line.server, "bob")
    await line.registered()
    async with line.sip.phone(VIP) as caller, line.sip.phone("carol") as carol:
        assert (await carol.register(PASSWORD)).status == 200
        dialog = await caller.call("bank")
        await caller.until(lambda: hears_desk(caller), 10)
        await desk.program.say("pause")
        await caller.until(lambda: not hears_desk(caller))
        await desk.program.say("resume")
        await caller.until(lambda: hears_desk(caller))
        await desk.program.say("transfer sip:carol@127.0.0.1")
        await picks_up(carol)
        await talks(caller, dialog, carol)
        await caller.bye(dialog)
        bye = await carol.wait(lambda m: m.method == "BYE" and not m.status)
        carol.reply(bye, 200)
        (row,) = await line.ended()
    assert row.path[:3] == ("welcome", "main", "vip")
