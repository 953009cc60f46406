"""What a step wants of a call is carried out in order, also when something must be waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip import doing
from ivr.channels.sip.sound.box import Ended
from ivr.channels.sip.wire.control import Close as CloseSound
from ivr.channels.sip.wire.control import Collect, Hear, Peer, Play, Stop
from ivr.channels.sip.wire.orders import Accept, HangUp, Invite, NotifyRefer, Refer, Refuse
from ivr.channels.sip.wire.words import Answered
from ivr.channels.sip.wire.words import Ended as DialogEnded
from ivr.channels.sip.works import Party
from ivr.domain.call import CALLER, BridgeId, LegId, Mode, Turn
from ivr.domain.commands import Join, Part, SetMode, SettleTransfer
from ivr.domain.commands import Play as PlayPrompts
from ivr.runtime.memory.clock import settle
from tests.fakes.sip_rig import Rig, record, response, sdp

if TYPE_CHECKING:
    from ivr.channels.sip.works import Talk


def ended(call: str) -> DialogEnded:
    return DialogEnded(call, "normal", far=True)


async def bridged(rig: Rig) -> tuple[Talk, Party]:
    """The caller talks to a place outside."""
    talk = await rig.call()
    await rig.press(talk, "1")
    await settle()
    invite = rig.ordered(Invite)[-1]
    party = rig.works.dialogs[invite.call]
    rig.trunk.heard(Answered(party.name, "t", sdp(), record(party.name), response(200)))
    await settle()
    return talk, party


async def test_the_answer_comes_before_the_sound_and_the_sound_knows_the_far_end(rig: Rig) -> None:
    talk = await rig.call()
    caller = talk.caller
    assert caller is not None
    assert rig.ordered(Accept)
    (peer,) = rig.sounded(Peer, caller.line)
    assert (peer.address, peer.port, peer.codec) == ("192.0.2.7", 7000, "pcma")
    (listen,) = rig.sounded(Collect, caller.line)
    assert [item.stem for item in listen.items] == ["/sounds/hello"]  # type: ignore[union-attr]


async def test_sound_that_is_not_made_yet_holds_up_its_own_call_only(rig: Rig) -> None:
    rig.sounds.slow.add("hello")
    first = await rig.call()
    assert rig.ordered(Accept)
    assert not rig.sounded(Collect)
    assert first.work is not None
    rig.sounds.slow.discard("hello")
    second = await rig.call(user="second")
    assert second.caller is not None
    assert rig.sounded(Collect, second.caller.line)
    rig.sounds.gate.set()
    await settle()
    assert first.caller is not None
    assert rig.sounded(Collect, first.caller.line)
    assert first.work is None


async def test_words_that_nobody_can_say_lead_to_the_rescue(rig: Rig) -> None:
    rig.sounds.mute.add("hello")
    await rig.call()
    (said,) = rig.sounded(Play)
    assert [item.stem for item in said.items] == ["/sounds/sorry"]  # type: ignore[union-attr]


async def test_a_caller_to_whom_nothing_can_be_said_is_not_left_in_silence(rig: Rig) -> None:
    rig.sounds.mute.update({"hello", "sorry", "apology"})
    rig.trunk.heard(rig.offered())
    await settle(60)
    assert [each.call for each in rig.ordered(HangUp)] == ["in-caller"]
    row = await rig.row()
    assert (row.outcome, row.cause) == ("failed", "failed")


async def test_a_fault_of_ours_costs_a_command_and_not_the_call(rig: Rig) -> None:
    rig.sounds.slow.add("hello")
    rig.sounds.broken = RuntimeError("a bug")
    talk = await rig.call()
    assert talk.work is None
    (said,) = rig.sounded(Play)
    assert [item.stem for item in said.items] == ["/sounds/sorry"]  # type: ignore[union-attr]


async def test_a_call_that_is_over_gives_back_all_it_had(rig: Rig) -> None:
    talk = await rig.call()
    await rig.press(talk, "4")
    caller = talk.caller
    assert caller is not None
    rig.sound.say(Ended(caller.line, rig.sounded(Play)[-1].turn, "end", 900))
    await settle()
    (bye,) = rig.ordered(HangUp)
    assert bye.call == "in-caller"
    assert rig.sounded(CloseSound)
    works = rig.works
    assert (works.calls, works.by_ref, works.dialogs, rig.stack.owners) == ({}, {}, {}, {})
    assert rig.sound.opened == {}


async def test_two_who_talk_hear_each_other(rig: Rig) -> None:
    talk, party = await bridged(rig)
    caller = talk.caller
    assert caller is not None
    assert rig.sounded(Hear, caller.line)[-1].sources == (party.line,)
    assert rig.sounded(Hear, party.line)[-1].sources == (caller.line,)


async def test_who_is_held_hears_music_and_is_not_heard(rig: Rig) -> None:
    talk, party = await bridged(rig)
    caller = talk.caller
    assert caller is not None
    doing.carry_out(rig.works, talk, [SetMode(leg=CALLER, mode=Mode.HELD)])
    heard = rig.sounded(Hear, caller.line)[-1]
    assert heard.sources == ()
    assert heard.hold is not None
    assert heard.hold.tracks == ("/sounds/tune",)
    assert rig.sounded(Hear, party.line)[-1].sources == ()
    doing.carry_out(rig.works, talk, [Part(leg=CALLER)])
    left = rig.sounded(Hear, caller.line)[-1]
    assert (left.sources, left.hold) == ((), None)
    doing.carry_out(rig.works, talk, [Join(leg=CALLER, bridge=BridgeId(9))])
    assert rig.sounded(Hear, caller.line)[-1].hold is not None


async def test_who_was_rung_up_is_told_when_the_caller_has_gone(rig: Rig) -> None:
    _talk, party = await bridged(rig)
    rig.trunk.heard(ended("in-caller"))
    await settle()
    (bye,) = rig.ordered(HangUp)
    assert (bye.call, bye.reason) == (party.name, 'SIP;cause=487;text="Caller left"')


async def test_a_caller_who_is_handed_over_gets_a_refer(rig: Rig) -> None:
    talk = await rig.call()
    await rig.press(talk, "3")
    assert rig.ordered(Refer) == [Refer("in-caller", "sip:desk@pbx.example")]


async def test_there_is_no_refer_before_the_caller_has_acknowledged_our_answer(rig: Rig) -> None:
    talk = await rig.call()
    caller = talk.caller
    assert caller is not None
    caller.acked = False
    await rig.press(talk, "3")
    assert not rig.ordered(Refer)
    assert caller.refer_to == "sip:desk@pbx.example"


async def test_a_place_that_is_not_there_any_more_fails_the_transfer(rig: Rig) -> None:
    talk = await rig.call()
    del rig.config.places["outside"]
    await rig.press(talk, "3")
    assert not rig.ordered(Refer)
    (said,) = rig.sounded(Play)
    assert [item.stem for item in said.items] == ["/sounds/sorry"]  # type: ignore[union-attr]


async def test_a_phone_is_told_what_came_of_its_transfer_once(rig: Rig) -> None:
    talk, party = await bridged(rig)
    party.refer = 4
    settled = SettleTransfer(leg=party.leg, done=False)
    doing.carry_out(rig.works, talk, [settled, settled])
    assert rig.ordered(NotifyRefer) == [NotifyRefer(party.name, 4, 503)]


async def test_commands_for_a_leg_that_has_gone_do_nothing(rig: Rig) -> None:
    talk = await rig.call()
    before = list(rig.stack.orders)
    prompts = PlayPrompts(leg=LegId(7), turn=Turn(9), prompts=())
    doing.carry_out(rig.works, talk, [prompts, Join(leg=LegId(7), bridge=BridgeId(1))])
    assert rig.stack.orders == before
    assert LegId(7) not in talk.seats


async def test_a_new_dialog_takes_the_seat_of_the_old_one(rig: Rig) -> None:
    talk, party = await bridged(rig)
    new = Party("new", rig.house.new_line(), rig.works, theirs=sdp(port=9000))
    await rig.house.open_line(new)
    doing.take_over(rig.works, talk, party, new)
    assert [each.call for each in rig.ordered(HangUp)] == [party.name]
    assert rig.ordered(Accept)[-1].call == "new"
    assert talk.parties[party.leg] is new
    caller = talk.caller
    assert caller is not None
    assert rig.sounded(Hear, caller.line)[-1].sources == (new.line,)
    assert rig.sounded(Peer, new.line)[-1].port == 9000


async def test_a_seat_that_is_gone_cannot_be_taken(rig: Rig) -> None:
    talk, party = await bridged(rig)
    rig.works.leave(party)
    new = Party("new", rig.house.new_line(), rig.works, theirs=sdp())
    doing.take_over(rig.works, talk, party, new)
    assert [(each.call, each.status) for each in rig.ordered(Refuse)] == [("new", 481)]


async def test_sound_of_a_turn_that_is_closed_stops(rig: Rig) -> None:
    talk = await rig.call()
    caller = talk.caller
    assert caller is not None
    turn = rig.sounded(Collect)[-1].turn
    await rig.press(talk, "1")
    assert Stop(caller.line, turn) not in rig.sounded(Stop)  # it is over already
    party = rig.works.dialogs[rig.ordered(Invite)[-1].call]
    rig.trunk.heard(ended("in-caller"))
    await settle()
    assert [each.call for each in rig.ordered(HangUp)] == [party.name]
