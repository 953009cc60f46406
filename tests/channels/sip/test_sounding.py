"""Prompts become clips, and what was agreed with a far end reaches the sound."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ivr.channels.sip import doing, sounding
from ivr.channels.sip.sound.box import Collected, Ended
from ivr.channels.sip.wire.control import Collect, Hear, Peer, Play
from ivr.channels.sip.wire.session.offer import answer
from ivr.channels.sip.wire.session.reach import Rules
from ivr.domain.call import CALLER, NO_LEG, BridgeId, LegId, Member, Prompt, Turn
from ivr.domain.commands import Close, Join, Part
from ivr.domain.commands import Collect as CollectKeys
from ivr.domain.commands import Play as PlayPrompts
from ivr.domain.values import Sealed
from ivr.media.items import Clip
from ivr.runtime.memory.clock import settle
from tests.fakes.sip_rig import Rig, sdp, settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.channels.sip.works import Party

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
    for change in (sounding.ring_back, sounding.ring_no_more):
        for _ in range(2):
            change(rig.works, talk, CALLER)
    assert len(rig.sound.orders) == before + 2


async def test_the_ring_tone_is_for_who_asked_and_not_for_who_talks(rig: Rig) -> None:
    talk = await rig.call()
    sounding.ring_back(rig.works, talk, NO_LEG)
    assert not talk.rings
    talk.seats[CALLER] = Member(CALLER, BridgeId(1))
    sounding.ring_back(rig.works, talk, CALLER)
    assert not talk.rings
    del talk.seats[CALLER]
    sounding.ring_back(rig.works, talk, CALLER)
    sounding.ring_no_more(rig.works, talk, LegId(7))
    assert talk.rings == CALLER


async def test_a_call_without_its_caller_rings_for_nobody(rig: Rig) -> None:
    talk = await rig.call()
    rig.works.leave(talk.parties[CALLER])
    sounding.ring_back(rig.works, talk, CALLER)
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


# --- music for who waits --------------------------------------------------------------------------


async def waiting(rig: Rig, **keys: Any) -> Party:  # noqa: ANN401 - the keys of `Play`
    """A caller who hears prompts and then music."""
    talk = await rig.call()
    command = PlayPrompts(turn=Turn(9), **{"prompts": (HELLO,), "music": "", **keys})
    doing.carry_out(rig.works, talk, [command])
    await settle()
    return talk.parties[CALLER]


async def test_who_waits_hears_music_behind_the_prompts_and_their_end_is_no_news(rig: Rig) -> None:
    caller = await waiting(rig)
    assert rig.sounded(Play)[-1].items == (Clip("/sounds/hello", 50, True),)
    heard = rig.sounded(Hear)[-1]
    assert heard.hold is not None
    assert (heard.leg, heard.sources, heard.hold.tracks) == (caller.line, (), ("/sounds/tune",))
    rows = len(rig.desk.store.entries)
    rig.sound.say(Ended(caller.line, 9, "end", 1000))
    await settle()
    assert len(rig.desk.store.entries) == rows


async def test_music_without_prompts_plays_nothing_else(rig: Rig) -> None:
    before = len(rig.sounded(Play))
    await waiting(rig, prompts=())
    assert len(rig.sounded(Play)) == before
    assert rig.sounded(Hear)[-1].hold is not None


async def test_music_ends_with_its_turn_and_before_other_sound(rig: Rig) -> None:
    caller = await waiting(rig)
    assert caller.talk is not None
    doing.carry_out(rig.works, caller.talk, [Close(turn=Turn(8))])
    assert rig.sounded(Hear)[-1].hold is not None
    doing.carry_out(rig.works, caller.talk, [Close(turn=Turn(9))])
    assert rig.sounded(Hear)[-1] == Hear(caller.line, ())
    for number, music in enumerate(("", None)):
        command = PlayPrompts(turn=Turn(20 + number), prompts=(HELLO,), music=music)
        doing.carry_out(rig.works, caller.talk, [command])
    assert rig.sounded(Hear)[-1] == Hear(caller.line, ())
    assert caller.waits == 0


async def test_keys_end_the_music_of_their_listen(rig: Rig) -> None:
    talk = await rig.call()
    caller = talk.parties[CALLER]
    listen = CollectKeys(turn=Turn(9), prompts=(), language="en", keys=("1",), music="")
    doing.carry_out(rig.works, talk, [listen])
    assert rig.sounded(Hear)[-1].hold is not None
    rig.sound.say(Collected(caller.line, 9, "1", "", "match", "", ""))
    assert rig.sounded(Hear)[-1] == Hear(caller.line, ())


async def test_a_file_of_music_is_made_once_and_before_it_is_heard(
    rig: Rig, tmp_path: Path
) -> None:
    made: list[bytes] = []

    async def music(files: Sequence[bytes]) -> tuple[object, ...]:
        made.extend(files)
        return (SimpleNamespace(stem=Path("/sounds/own")),)

    rig.sounds.music = music  # type: ignore[method-assign, assignment]
    file = tmp_path / "song.wav"
    file.write_bytes(b"song")
    caller = await waiting(rig, music=str(file))
    async with asyncio.timeout(5):
        while not rig.sounded(Hear):
            await asyncio.to_thread(lambda: None)
    heard = rig.sounded(Hear)[-1].hold
    assert heard is not None
    assert heard.tracks == ("/sounds/own",)
    assert caller.talk is not None
    again = PlayPrompts(turn=Turn(10), prompts=(), music=str(file))
    doing.carry_out(rig.works, caller.talk, [again])
    assert made == [b"song"]


async def test_who_comes_into_a_talk_waits_no_more(rig: Rig) -> None:
    caller = await waiting(rig)
    assert caller.talk is not None
    doing.carry_out(rig.works, caller.talk, [Join(bridge=BridgeId(1)), Part()])
    assert caller.waits == 0
    assert rig.sounded(Hear)[-1] == Hear(caller.line, ())
