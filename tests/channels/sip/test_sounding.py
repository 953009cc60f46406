"""Prompts become clips, and what was agreed with a far end reaches the sound."""

from __future__ import annotations

from ivr.channels.sip import sounding
from ivr.channels.sip.wire.control import Collect, Peer, Play
from ivr.channels.sip.wire.session.offer import answer
from ivr.channels.sip.wire.session.reach import Rules
from ivr.domain.call import CALLER, Prompt, Turn
from ivr.domain.commands import Collect as CollectKeys
from ivr.domain.commands import Play as PlayPrompts
from ivr.domain.values import Sealed
from ivr.media.items import Clip
from tests.fakes.sip_rig import Rig, sdp, settings

HELLO = Prompt("hello", "en", "Hello.", 1.0)
FIRM = Prompt("sorry", "en", "Sorry.", 1.0, barge_in=False)


async def test_prompts_are_played_in_order_and_may_refuse_to_be_interrupted(rig: Rig) -> None:
    talk = await rig.call()
    caller = talk.parties[CALLER]
    command = PlayPrompts(turn=Turn(9), prompts=(HELLO, FIRM))
    sounding.sound_out(rig.works, caller, command)
    clips = (Clip("/sounds/hello", 50, True), Clip("/sounds/sorry", 50, False))
    assert rig.sounded(Play)[-1] == Play(caller.line, 9, clips)


async def test_keys_typed_ahead_reach_the_sound_in_the_clear_and_nothing_else(rig: Rig) -> None:
    talk = await rig.call()
    caller = talk.parties[CALLER]
    command = CollectKeys(
        turn=Turn(9),
        prompts=(HELLO,),
        language="en",
        entry_least=1,
        entry_most=4,
        ahead=Sealed("12"),
        flush=True,
    )
    sounding.sound_out(rig.works, caller, command)
    found = rig.sounded(Collect)[-1]
    assert (found.turn, found.ahead, found.flush) == (9, "12", True)
    assert "12" not in repr(found)


async def test_what_must_be_made_first_is_known(rig: Rig) -> None:
    rig.sounds.slow.add("sorry")
    command = PlayPrompts(turn=Turn(9), prompts=(HELLO, FIRM))
    assert sounding.unready(rig.works, command) == (FIRM,)


async def test_the_ring_tone_is_begun_once_and_ended_once(rig: Rig) -> None:
    talk = await rig.call()
    before = len(rig.sound.orders)
    for on in (True, True, False, False):
        sounding.ring_back(rig.works, talk, on=on)
    assert len(rig.sound.orders) == before + 2


async def test_a_call_without_its_caller_rings_for_nobody(rig: Rig) -> None:
    talk = await rig.call()
    rig.works.leave(talk.parties[CALLER])
    sounding.ring_back(rig.works, talk, on=True)
    assert not talk.rings


async def test_the_sound_gets_the_settings_of_the_trunk_that_the_leg_is_on() -> None:
    rig = await Rig.start(
        settings(
            media={"nat": "true", "dtmf": "rfc4733", "silence": "suppressed"},
            limits={"media": "7s"},
        )
    )
    await rig.call()
    (peer,) = rig.sounded(Peer)
    assert (peer.nat, peer.dtmf, peer.silence, peer.silent_s) == (True, "rfc4733", "suppressed", 7)
    await rig.close()


async def test_who_holds_the_line_is_sent_nothing(rig: Rig) -> None:
    talk = await rig.call()
    caller = talk.parties[CALLER]
    held = answer(sdp(host="0.0.0.0"), rig.works.local(caller))  # noqa: S104 - hold, the old way
    sounding.tell_peer(rig.works, caller, held)
    peer = rig.sounded(Peer)[-1]
    assert (peer.address, peer.direction) == ("", "inactive")
    assert caller.agreed is held
    assert rig.works.local(caller).rules == Rules()
