"""What the core and the sound have heard reaches the engine as events, once each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.sound.box import Broken, Collected, Ended, Silent
from ivr.channels.sip.wire.control import Collect, Hear, Key, Peer, Play, Stop
from ivr.channels.sip.wire.orders import (
    AnswerChange,
    AnswerRefer,
    HangUp,
    Invite,
    NotifyRefer,
    Refer,
)
from ivr.channels.sip.wire.peers.bindings import Binding
from ivr.channels.sip.wire.words import (
    Acked,
    Answered,
    Cancelled,
    Changed,
    Failed,
    KeyInfo,
    Progress,
    ReferAsked,
    ReferProgress,
    ServerOut,
)
from ivr.channels.sip.wire.words import Ended as DialogEnded
from ivr.domain.call import CALLER
from ivr.media.items import Tone
from ivr.runtime.memory.clock import settle
from tests.fakes.sip_rig import FLOW, THEM, Rig, record, response, sdp

if TYPE_CHECKING:
    from ivr.channels.sip.works import Party, Talk


def binding(user: str) -> Binding:
    return Binding(user, "k", f"sip:{user}@{THEM}:5062", (), FLOW, (), "c", 1, 1e9)


async def rung(rig: Rig) -> tuple[Talk, Party]:
    """The phone bob is rung up for a caller."""
    rig.stack.known.append(binding("bob"))
    talk = await rig.call()
    await rig.press(talk, "2")
    await settle()
    return talk, rig.works.dialogs[rig.ordered(Invite)[-1].call]


async def bridged(rig: Rig) -> tuple[Talk, Party]:
    """The caller talks to the phone bob."""
    talk, party = await rung(rig)
    rig.trunk.heard(Answered(party.name, "t", sdp(), record(party.name), response(200)))
    await settle()
    return talk, party


def caller_of(talk: Talk) -> Party:
    assert talk.caller is not None
    return talk.caller


def said(rig: Rig) -> list[str]:
    """The prompts that were played, without the menu."""
    items = [item for order in rig.sounded(Play) for item in order.items]
    return [str(getattr(item, "stem", item)).rpartition("/")[2] for item in items]


async def test_our_offer_is_settled_by_the_acknowledgement(rig: Rig) -> None:
    rig.trunk.heard(rig.offered(body=None))
    await settle()
    assert not rig.sounded(Peer)
    rig.trunk.heard(Acked("in-caller", sdp(port=7100, payload="0"), record("in-caller")))
    (peer,) = rig.sounded(Peer)
    assert (peer.port, peer.codec) == (7100, "pcmu")


async def test_an_answer_in_the_acknowledgement_that_makes_no_sense_ends_the_call(rig: Rig) -> None:
    rig.trunk.heard(rig.offered(body=None))
    await settle()
    rig.trunk.heard(Acked("in-caller", b"nonsense", record("in-caller")))
    await settle()
    assert [each.call for each in rig.ordered(HangUp)] == ["in-caller"]
    assert (await rig.row()).cause == "failed"


async def test_a_refer_that_waited_goes_out_with_the_acknowledgement(rig: Rig) -> None:
    talk = await rig.call()
    caller_of(talk).acked = False
    await rig.press(talk, "3")
    rig.trunk.heard(Acked("in-caller", None, record("in-caller")))
    rig.trunk.heard(Acked("in-caller", None, record("in-caller"), again=True))
    assert [each.to for each in rig.ordered(Refer)] == ["sip:desk@pbx.example"]


async def test_a_caller_hears_that_it_rings_until_somebody_answers(rig: Rig) -> None:
    talk, party = await rung(rig)
    line = caller_of(talk).line
    assert not rig.sounded(Play, line)
    for _ in range(2):
        rig.trunk.heard(Progress(party.name, "t", 180, None))
    (tone,) = rig.sounded(Play, line)
    assert (tone.items, tone.loop) == ((Tone("ringback", "TR"),), True)
    rig.trunk.heard(Answered(party.name, "t", sdp(), record(party.name), response(200)))
    assert Stop(line, tone.turn) in rig.sounded(Stop, line)


async def test_a_progress_below_ringing_rings_nothing(rig: Rig) -> None:
    talk, party = await rung(rig)
    rig.trunk.heard(Progress(party.name, "t", 100, None))
    assert not rig.sounded(Play, caller_of(talk).line)
    assert not party.rings


@pytest.mark.parametrize("body", [None, b"nonsense", sdp(payload="18")])
async def test_who_answers_without_a_sound_we_share_is_hung_up(
    rig: Rig, body: bytes | None
) -> None:
    _talk, party = await rung(rig)
    rig.trunk.heard(Answered(party.name, "t", body, record(party.name), response(200)))
    await settle()
    assert [each.call for each in rig.ordered(HangUp)] == [party.name]
    assert said(rig) == ["sorry"]


@pytest.mark.parametrize("cause", ["busy", "noanswer", "rejected", "unreachable", "cancelled"])
async def test_a_call_that_is_not_answered_leads_the_caller_on(rig: Rig, cause: str) -> None:
    talk, party = await rung(rig)
    rig.trunk.heard(Failed(party.name, 486, cause))  # type: ignore[arg-type]
    await settle()
    assert said(rig) == ["sorry"]
    assert list(talk.parties) == [CALLER]
    assert len(rig.sound.opened) == 1


async def test_who_rang_too_long_did_not_answer_whatever_the_far_end_says(rig: Rig) -> None:
    talk, party = await rung(rig)
    await rig.desk.clock.advance(10.5)
    assert [each.call for each in rig.ordered(HangUp)] == [party.name]
    assert party.rang_out
    rig.trunk.heard(Failed(party.name, 487, "cancelled"))
    await settle()
    assert list(talk.parties) == [CALLER]
    assert said(rig) == ["sorry"]


async def test_a_server_that_does_not_serve_is_told_to_the_carrier(rig: Rig) -> None:
    _talk, party = await rung(rig)
    told: list[ServerOut] = []

    class Carrier:
        def rest(self, event: ServerOut) -> None:
            told.append(event)

    rig.works.carrier = Carrier()  # type: ignore[assignment]
    rig.trunk.heard(ServerOut(party.name, FLOW, 503, 30))
    rig.trunk.heard(Failed(party.name, 503, "unreachable", retry_after_s=60))
    assert [(each.flow, each.retry_after_s) for each in told] == [(FLOW, 30), (FLOW, 60)]
    rig.works.carrier = None


async def test_a_caller_who_hangs_up_ends_the_call_once(rig: Rig) -> None:
    await rig.call()
    for _ in range(2):
        rig.trunk.heard(DialogEnded("in-caller", "normal", far=True))
    await settle()
    row = await rig.row()
    assert (row.cause, row.ended_by) == ("normal", "caller")
    assert not rig.ordered(HangUp)


async def test_a_phone_that_hangs_up_lets_the_caller_go_on(rig: Rig) -> None:
    talk, party = await bridged(rig)
    rig.trunk.heard(DialogEnded(party.name, "normal", far=True))
    await settle()
    assert said(rig)[-1:] == ["bye"]
    assert list(talk.parties) == [CALLER]


async def test_a_dialog_that_is_lost_is_told_as_lost(rig: Rig) -> None:
    await rig.call()
    rig.trunk.heard(DialogEnded("in-caller", "signal_lost", far=False))
    await settle()
    row = await rig.row()
    assert (row.cause, row.ended_by) == ("signal_lost", "lost")


async def test_hold_is_told_when_it_begins_and_when_it_ends(rig: Rig) -> None:
    talk, party = await bridged(rig)
    line = caller_of(talk).line
    rig.trunk.heard(Changed(party.name, "INVITE", sdp(direction="sendonly")))
    await settle()
    (answer,) = rig.ordered(AnswerChange)
    assert answer.status == 200
    assert b"a=recvonly" in (answer.sdp or b"")
    assert rig.sounded(Hear, line)[-1].sources == ()
    rig.trunk.heard(Changed(party.name, "INVITE", sdp(direction="sendrecv")))
    await settle()
    assert rig.sounded(Hear, line)[-1].sources == (party.line,)


async def test_a_caller_on_hold_in_a_menu_changes_no_bridge(rig: Rig) -> None:
    await rig.call()
    rig.trunk.heard(Changed("in-caller", "INVITE", sdp(direction="sendonly")))
    await settle()
    assert [each.status for each in rig.ordered(AnswerChange)] == [200]
    assert not rig.sounded(Hear)


async def test_a_change_that_cannot_be_served_leaves_all_as_it_was(rig: Rig) -> None:
    talk = await rig.call()
    before = caller_of(talk).agreed
    rig.trunk.heard(Changed("in-caller", "INVITE", sdp(payload="18")))
    assert [each.status for each in rig.ordered(AnswerChange)] == [488]
    assert caller_of(talk).agreed is before


async def test_a_change_without_an_offer_gets_ours(rig: Rig) -> None:
    await rig.call()
    rig.trunk.heard(Changed("in-caller", "INVITE", None))
    (answer,) = rig.ordered(AnswerChange)
    assert b"m=audio" in (answer.sdp or b"")
    rig.trunk.heard(Acked("in-caller", sdp(port=7300), record("in-caller"), again=True))
    assert rig.sounded(Peer)[-1].port == 7300


async def test_a_key_by_signalling_goes_to_the_sound(rig: Rig) -> None:
    talk = await rig.call()
    rig.trunk.heard(KeyInfo("in-caller", "5", 100))
    assert rig.sounded(Key) == [Key(caller_of(talk).line, "5")]


async def test_a_phone_may_hand_its_caller_to_who_may_be_called(rig: Rig) -> None:
    _talk, party = await bridged(rig)
    rig.stack.known.append(binding("carol"))
    rig.trunk.heard(ReferAsked(party.name, 7, "sip:carol@192.0.2.1"))
    await settle()
    assert rig.ordered(AnswerRefer) == [AnswerRefer(party.name, 7, 202)]
    assert rig.ordered(Invite)[-1].peer == "carol"
    rig.trunk.heard(ReferAsked(party.name, 8, "sip:carol@192.0.2.1"))
    assert rig.ordered(AnswerRefer)[-1].status == 603  # one at a time


@pytest.mark.parametrize("to", ["sip:+88212345@192.0.2.1", "tel:+88212345", "http:x", "sip:"])
async def test_a_phone_may_not_hand_its_caller_to_anybody(rig: Rig, to: str) -> None:
    _talk, party = await bridged(rig)
    rig.trunk.heard(ReferAsked(party.name, 7, to))
    assert rig.ordered(AnswerRefer) == [AnswerRefer(party.name, 7, 603)]


async def test_a_caller_may_hand_over_nobody(rig: Rig) -> None:
    await bridged(rig)
    rig.trunk.heard(ReferAsked("in-caller", 7, "sip:bob@192.0.2.1"))
    assert [each.status for each in rig.ordered(AnswerRefer)] == [603]


async def test_a_phone_is_replaced_by_its_own_second_line_only(rig: Rig) -> None:
    _talk, party = await bridged(rig)
    await rig.call(user="stranger")
    for replaces in ("?", "in-stranger"):
        rig.trunk.heard(ReferAsked(party.name, 7, "sip:x@192.0.2.1", replaces))
    assert [each.status for each in rig.ordered(AnswerRefer)] == [603, 603]
    assert not rig.ordered(NotifyRefer)


async def test_the_end_of_our_own_transfer_is_told_once(rig: Rig) -> None:
    talk = await rig.call()
    await rig.press(talk, "3")
    rig.trunk.heard(ReferProgress("in-caller", 100, final=False))
    assert talk.referring
    for status in (603, 200):
        rig.trunk.heard(ReferProgress("in-caller", status, final=True))
    await settle()
    assert said(rig) == ["sorry"]


async def test_a_caller_who_cancels_is_told_as_such(rig: Rig) -> None:
    rig.sounds.slow.add("hello")
    rig.trunk.heard(rig.offered())
    await settle()
    rig.trunk.heard(Cancelled("in-caller"))
    await settle()
    row = await rig.row()
    assert (row.cause, row.ended_by) == ("cancelled", "caller")


# the sound


async def test_keys_and_the_end_of_prompts_answer_the_open_turn(rig: Rig) -> None:
    talk = await rig.call()
    await rig.press(talk, "4")
    line = caller_of(talk).line
    turn = rig.sounded(Play, line)[-1].turn
    rig.sound.say(Ended(line, turn, "stopped", 100))
    rig.sound.say(Ended(line, -1, "end", 100))
    await settle()
    assert not rig.ordered(HangUp)
    rig.sound.say(Ended(line, turn, "end", 900))
    await settle()
    assert rig.ordered(HangUp)


async def test_sound_that_failed_leads_to_the_rescue(rig: Rig) -> None:
    talk = await rig.call()
    line, turn = caller_of(talk).line, rig.sounded(Collect)[-1].turn
    rig.sound.say(Ended(line, turn, "failed", 0, "a file is gone"))
    await settle()
    assert said(rig) == ["sorry"]


async def test_a_caller_of_whom_nothing_is_heard_is_ended(rig: Rig) -> None:
    talk = await rig.call()
    rig.sound.say(Silent(caller_of(talk).line))
    await settle()
    (bye,) = rig.ordered(HangUp)
    assert bye.reason == 'SIP;cause=408;text="No sound"'
    row = await rig.row()
    assert (row.cause, row.ended_by) == ("media_timeout", "lost")


async def test_a_leg_whose_sound_broke_is_ended(rig: Rig) -> None:
    talk = await rig.call()
    rig.sound.say(Broken(caller_of(talk).line, "in a test"))
    await settle()
    assert (await rig.row()).cause == "system_lost"


async def test_what_is_heard_of_a_leg_that_has_gone_is_nothing(rig: Rig) -> None:
    talk = await rig.call()
    line = caller_of(talk).line
    rig.trunk.heard(DialogEnded("in-caller", "normal", far=True))
    await settle()
    orders = list(rig.stack.orders)
    for late in (Silent(line), Collected(line, 1, "1", "", "match", "", ""), Broken(line, "x")):
        rig.sound.on_heard(late)
    rig.trunk.heard(KeyInfo("in-caller", "5", 100))
    await settle()
    assert rig.stack.orders == orders
