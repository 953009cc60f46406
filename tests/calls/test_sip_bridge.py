"""Phones talk with one another through the server: bridge, hold, transfers, and their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_served import PASSWORD, SipServed, need_espeak

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from tests.fakes.sip_phone import Dialog, Message, SipPhone

DESK = """
flow: desk
version: 1
languages: [en]
start: begin
uses: {places: [bob]}
rescue: {error: sorry}
nodes:
  begin:
    - transfer: bob
      ring: 10s
      busy: sorry
      noanswer: sorry
      failed: sorry
      done: after
  after:
    - hangup: bye
  sorry:
    - hangup: bye
"""
PLACES = """places:
  bob: {sip: "sip:bob@phones"}
  extension: {sip: "sip:{ext}@phones", takes: {ext: text}}
"""
PROMPTS = """
bye: {en: "Goodbye."}
"""
INSIDE = (
    DESK.replace("flow: desk", "flow: inside")
    .replace("transfer: bob\n", "transfer: extension\n      with: {ext: =call.dnis}\n")
    .replace("places: [bob]", "places: [extension]")
)
TONE = bytes(range(1, 161))
OTHER = bytes(range(161, 1, -1))


@pytest.fixture
async def sip(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SipServed]:
    """The shipped server with a flow that rings up the phone bob."""
    need_espeak()
    monkeypatch.chdir(tmp_path)
    sounds = tmp_path_factory.getbasetemp() / "sounds"
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "desk.yaml").write_text(DESK)
    (tmp_path / "flows" / "inside.yaml").write_text(INSIDE)
    for name in ("desk", "inside"):
        (tmp_path / "flows" / f"{name}.prompts.yaml").write_text(PROMPTS)
    changes = {
        "places:\n": PLACES,
        "    registrar: true ": "    extensions: inside\n    registrar: true ",
    }
    made = await SipServed.start(tmp_path, sounds, changes, ["bob", "carol"])
    yield made
    await made.close()


async def picks_up(phone: SipPhone, number: int = 0) -> Dialog:
    """The phone rings and is answered; returns its side of the call. number: which call of it."""
    rings: list[Message] = []

    def rang() -> bool:
        rings[:] = [m for m in phone.heard if m.method == "INVITE" and not m.status]
        return len(rings) > number

    await phone.until(rang)
    invite, tag = rings[number], f"p{number}"
    phone.reply(invite, 180, "Ringing", tag=tag)
    phone.reply(invite, 200, tag=tag, body=phone.sdp())
    await phone.wait(
        lambda m: m.method == "ACK" and not m.status and m["call-id"] == invite["call-id"]
    )
    dialog = phone.dialog("x")
    dialog.call_id, dialog.to = invite["call-id"], invite["from"]
    dialog.from_ = f"{invite['to']};tag={tag}"
    dialog.target = invite["contact"].strip("<>")
    dialog.remote_audio = invite.audio
    return dialog


async def changes(phone: SipPhone, dialog: Dialog, direction: str, version: int) -> Message:
    """A re-INVITE with another direction; returns its answer."""
    dialog.cseq += 1
    body = phone.sdp(direction=direction, version=version)
    phone.send(phone.request("INVITE", dialog, body=body))
    answer = await phone.response("INVITE", cseq=dialog.cseq)
    phone.send(phone.request("ACK", dialog))
    return answer


async def hears(
    phone: SipPhone, fits: Callable[[bytes], bool], speakers: Mapping[SipPhone, Dialog]
) -> None:
    """Until the phone hears such a sound, while others say theirs (`TONE` or `OTHER`)."""
    seen = len(phone.rtp)

    def heard() -> bool:
        for speaker, dialog in speakers.items():
            speaker.send_rtp(dialog, OTHER if speaker.user == "bob" else TONE)
        return any(fits(packet.payload) for packet in phone.rtp[seen:])

    await phone.until(heard)


def tone(payload: bytes) -> bool:
    return payload == TONE


def other(payload: bytes) -> bool:
    return payload == OTHER


def music(payload: bytes) -> bool:
    return payload not in (TONE, OTHER, b"\xd5" * 160)


def asks_for_transfer(phone: SipPhone, dialog: Dialog, to: str) -> None:
    """A REFER."""
    dialog.cseq += 1
    phone.send(phone.request("REFER", dialog, extra=f"Refer-To: {to}"))


def acknowledges_notifies(phone: SipPhone) -> None:
    """From now on the phone says 200 to each NOTIFY and BYE."""

    def answer(message: Message) -> None:
        if message.method in ("NOTIFY", "BYE"):
            phone.reply(message, 200)

    phone.answers = answer


def fragment(status: int) -> Callable[[Message], bool]:
    """A NOTIFY that tells so."""
    return lambda m: not m.status and m.method == "NOTIFY" and f"SIP/2.0 {status}" in m.body


async def hangs_up(phone: SipPhone, dialog: Dialog) -> None:
    dialog.cseq += 1
    phone.send(phone.request("BYE", dialog))
    await phone.response("BYE")


async def is_hung_up(phone: SipPhone) -> None:
    bye = await phone.wait(lambda m: m.method == "BYE" and not m.status)
    phone.reply(bye, 200)


async def test_a_caller_talks_with_a_registered_phone(sip: SipServed) -> None:
    async with sip.phone() as caller, sip.phone("bob") as bob:
        assert (await bob.register(PASSWORD)).status == 200
        dialog = await caller.call("desk")
        leg = await picks_up(bob)
        await hears(bob, tone, {caller: dialog})
        await hears(caller, other, {bob: leg})
        await hangs_up(bob, leg)
        await is_hung_up(caller)
    row = await sip.ended()
    assert row.outcome == "transferred"
    assert [segment.kind for segment in row.segments] == ["ivr", "external", "ivr"]


async def test_the_caller_hangs_up_and_the_phone_is_told(sip: SipServed) -> None:
    async with sip.phone() as caller, sip.phone("bob") as bob:
        await bob.register(PASSWORD)
        dialog = await caller.call("desk")
        await picks_up(bob)
        await hangs_up(caller, dialog)
        await is_hung_up(bob)


async def test_the_caller_hangs_up_while_the_phone_rings(sip: SipServed) -> None:
    async with sip.phone() as caller, sip.phone("bob") as bob:
        await bob.register(PASSWORD)
        dialog = await caller.call("desk")
        invite = await bob.wait(lambda m: m.method == "INVITE" and not m.status)
        bob.reply(invite, 180, "Ringing", tag="t")
        await hears(caller, music, {})
        await hangs_up(caller, dialog)
        cancel = await bob.wait(lambda m: m.method == "CANCEL")
        bob.reply(cancel, 200, tag="t")
        bob.reply(invite, 487, "Request Terminated", tag="t")
        await bob.wait(lambda m: m.method == "ACK" and not m.status)


async def test_who_is_put_on_hold_hears_music_until_the_phone_is_back(sip: SipServed) -> None:
    async with sip.phone() as caller, sip.phone("bob") as bob:
        await bob.register(PASSWORD)
        dialog = await caller.call("desk")
        leg = await picks_up(bob)
        await hears(caller, other, {bob: leg})
        answer = await changes(bob, leg, "sendonly", 2)
        assert answer.status == 200
        assert "a=recvonly" in answer.body or "a=inactive" in answer.body
        await hears(caller, music, {})
        bob.rtp.clear()
        await hears(caller, music, {caller: dialog})
        assert not [packet for packet in bob.rtp if packet.payload == TONE]
        assert "a=sendrecv" in (await changes(bob, leg, "sendrecv", 3)).body
        await hears(caller, other, {bob: leg})
        await hears(bob, tone, {caller: dialog})


async def test_a_phone_hands_the_caller_to_another_phone(sip: SipServed) -> None:
    async with sip.phone() as caller, sip.phone("bob") as bob, sip.phone("carol") as carol:
        await bob.register(PASSWORD)
        await carol.register(PASSWORD)
        dialog = await caller.call("desk")
        leg = await picks_up(bob)
        acknowledges_notifies(bob)
        asks_for_transfer(bob, leg, "<sip:carol@127.0.0.1>")
        assert (await bob.response("REFER")).status == 202
        await bob.wait(fragment(100))
        new = await picks_up(carol)
        await bob.wait(fragment(200))
        await bob.wait(lambda m: m.method == "BYE" and not m.status)
        await hears(carol, tone, {caller: dialog})
        await hears(caller, tone, {carol: new})
        await hangs_up(carol, new)
        await is_hung_up(caller)


async def test_a_transfer_to_a_phone_that_is_busy_leaves_the_two_talking(sip: SipServed) -> None:
    async with sip.phone() as caller, sip.phone("bob") as bob, sip.phone("carol") as carol:
        await bob.register(PASSWORD)
        await carol.register(PASSWORD)
        dialog = await caller.call("desk")
        leg = await picks_up(bob)
        acknowledges_notifies(bob)
        asks_for_transfer(bob, leg, "<sip:carol@127.0.0.1>")
        invite = await carol.wait(lambda m: m.method == "INVITE" and not m.status)
        carol.reply(invite, 486, "Busy Here", tag="c")
        await bob.wait(fragment(503))
        await hears(bob, tone, {caller: dialog})


@pytest.mark.parametrize("to", ["<sip:nobody@127.0.0.1>", "<sip:x@evil.example>", "<tel:+881123>"])
async def test_a_transfer_to_who_may_not_be_called_is_declined(sip: SipServed, to: str) -> None:
    async with sip.phone() as caller, sip.phone("bob") as bob:
        await bob.register(PASSWORD)
        await caller.call("desk")
        leg = await picks_up(bob)
        asks_for_transfer(bob, leg, to)
        assert (await bob.response("REFER")).status == 603


async def test_a_caller_may_not_transfer(sip: SipServed) -> None:
    async with sip.phone() as caller, sip.phone("bob") as bob:
        await bob.register(PASSWORD)
        dialog = await caller.call("desk")
        await picks_up(bob)
        asks_for_transfer(caller, dialog, "<sip:bob@127.0.0.1>")
        assert (await caller.response("REFER")).status == 603


async def test_a_phone_consults_on_its_second_line_and_hands_over(sip: SipServed) -> None:
    async with sip.phone() as caller, sip.phone("bob") as bob, sip.phone("carol") as carol:
        await bob.register(PASSWORD)
        await carol.register(PASSWORD)
        dialog = await caller.call("desk")
        leg = await picks_up(bob)
        await changes(bob, leg, "sendonly", 2)
        await hears(caller, music, {})
        second = bob.invite("carol")
        new = await picks_up(carol)
        answer = await bob.wait(
            lambda m: m.status == 200 and m["call-id"] == second.call_id and m.method == "INVITE"
        )
        bob.acknowledge(second, answer)
        await hears(carol, other, {bob: second})
        acknowledges_notifies(bob)
        replaces = f"{second.call_id}%3Bto-tag%3D{answer.to_tag}%3Bfrom-tag%3D"
        tag = second.from_.partition("tag=")[2]
        asks_for_transfer(bob, leg, f"<sip:carol@127.0.0.1?Replaces={replaces}{tag}>")
        assert (await bob.response("REFER")).status == 202
        await bob.wait(fragment(200))
        await hears(carol, tone, {caller: dialog})
        await hangs_up(carol, new)
        await is_hung_up(caller)


async def test_a_phone_that_talks_gets_no_second_call(sip: SipServed) -> None:
    async with sip.phone() as first, sip.phone() as second, sip.phone("bob") as bob:
        await bob.register(PASSWORD)
        await first.call("desk")
        await picks_up(bob)
        await second.call("desk")
        await is_hung_up(second)
        assert len([m for m in bob.heard if m.method == "INVITE" and not m.status]) == 1


async def test_phones_dial_each_other_by_name(sip: SipServed) -> None:
    async with sip.phone("carol") as carol, sip.phone("bob") as bob:
        await bob.register(PASSWORD)
        await carol.register(PASSWORD)
        dialog = await carol.call("bob")
        leg = await picks_up(bob)
        invite = await bob.wait(lambda m: m.method == "INVITE" and not m.status)
        assert "carol" in invite["from"]
        await hears(bob, tone, {carol: dialog})
        await hangs_up(bob, leg)
        await is_hung_up(carol)


async def test_a_stranger_may_not_dial_an_extension(sip: SipServed) -> None:
    async with sip.phone() as caller, sip.phone("bob") as bob:
        await bob.register(PASSWORD)
        caller.invite("bob")
        assert (await caller.response("INVITE")).status == 404


async def test_a_phone_that_is_not_registered_cannot_be_reached(sip: SipServed) -> None:
    async with sip.phone() as caller:
        await caller.call("desk")
        await is_hung_up(caller)
    assert (await sip.ended()).outcome == "left_menu"


async def test_keys_are_passed_on_in_a_talk(sip: SipServed) -> None:
    async with sip.phone() as caller, sip.phone("bob") as bob:
        await bob.register(PASSWORD)
        dialog = await caller.call("desk")
        leg = await picks_up(bob)
        await hears(caller, other, {bob: leg})
        caller.press(dialog, "7")
        await bob.until(lambda: any(p.pt == 101 and p.payload[0] == 7 for p in bob.rtp))


async def test_a_phone_is_replaced_by_another_of_its_dialogs(sip: SipServed) -> None:
    async with sip.phone() as caller, sip.phone("bob") as bob, sip.phone("carol") as carol:
        await bob.register(PASSWORD)
        await carol.register(PASSWORD)
        dialog = await caller.call("desk")
        leg = await picks_up(bob)
        await hears(bob, tone, {caller: dialog})
        tag = leg.to.partition("tag=")[2]
        replaces = f"{leg.call_id};to-tag={tag};from-tag=p0"
        new = await carol.call("bob", extra=f"Replaces: {replaces}")
        await is_hung_up(bob)
        await hears(carol, tone, {caller: dialog})
        await hears(caller, tone, {carol: new})
