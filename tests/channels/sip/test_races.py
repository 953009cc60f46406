"""What may happen between two steps of a SIP call: nobody is lost, nothing is kept for ever."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from ivr.channels.sip.trunk import SipTrunk
from ivr.channels.sip.wire.control import Hear, Stop
from ivr.channels.sip.wire.orders import Accept, EndStored, HangUp, Invite, Refuse
from ivr.channels.sip.wire.peers.bindings import Binding
from ivr.channels.sip.wire.words import (
    Acked,
    Answered,
    Cancelled,
    Changed,
    Ended,
    Failed,
    Progress,
    ReferAsked,
)
from ivr.channels.sip.works import Works
from ivr.config.model import Place
from ivr.domain.call import CALLER, Mode
from ivr.domain.errors import MediaError, StoreError
from ivr.domain.events import CommandFailed, HoldAsked, ResumeAsked
from ivr.runtime.memory.clock import settle
from tests.fakes.sip_rig import FLOW, THEM, US, FakeStack, Rig, record, response, sdp, settings

if TYPE_CHECKING:
    from collections.abc import Sized

    from ivr.channels.sip.sound.box import Opened
    from ivr.channels.sip.sound.box import Place as SoundPlace
    from ivr.channels.sip.works import Party, Talk
    from ivr.domain.events import Event

IN = "in-caller"


def binding(user: str) -> Binding:
    return Binding(user, "k", f"sip:{user}@{THEM}:5062", (), FLOW, (), "c", 1, 1e9)


def answer(rig: Rig, party: Party) -> None:
    rig.trunk.heard(Answered(party.name, "t", sdp(), record(party.name), response(200)))


async def talking(rig: Rig) -> tuple[Talk, Party]:
    """The caller talks to the phone bob."""
    rig.stack.known.append(binding("bob"))
    talk = await rig.call()
    await rig.press(talk, "2")
    party = rig.works.dialogs[rig.ordered(Invite)[-1].call]
    answer(rig, party)
    await settle()
    return talk, party


def kept(rig: Rig) -> int:
    """How much a trunk, its stack, its house and its sound keep of calls."""
    works, house = rig.works, rig.house
    found: list[Sized] = [works.calls, works.by_ref, works.dialogs, works.phones]
    found += [rig.stack.owners, house._parties, house.bells, rig.sound.opened]
    return sum(map(len, found))


# a call comes in


async def test_a_call_given_up_in_the_same_breath_is_no_call(rig: Rig) -> None:
    rig.trunk.heard(rig.offered())
    rig.trunk.heard(Cancelled(IN))
    await settle()
    assert not rig.ordered(Accept)
    assert not rig.desk.switch.calls
    assert kept(rig) == 0


async def test_calls_of_one_breath_count_towards_the_most_at_a_time() -> None:
    rig = await Rig.start(settings(limits={"live": "1"}))
    for user in ("one", "two"):
        rig.trunk.heard(rig.offered(user=user))
    await settle()
    assert [each.call for each in rig.ordered(Refuse)] == ["in-two"]
    await rig.close()


async def test_a_fault_while_a_call_is_offered_refuses_it(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(rig.desk.switch, "offer", broken)
    rig.trunk.heard(rig.offered())
    await settle()
    (refusal,) = rig.ordered(HangUp)
    assert (refusal.call, refusal.status) == (IN, 500)
    assert kept(rig) == 0
    assert "sip_call_broken" in caplog.text


async def test_a_flow_that_is_not_there_refuses_the_call() -> None:
    rig = await Rig.start(settings(extensions="nowhere"))
    rig.stack.known.append(binding("carol"))
    rig.trunk.heard(rig.offered("carol", peer="bob"))
    await settle()
    assert [each.call for each in rig.ordered(HangUp)] == [IN]
    assert kept(rig) == 0
    await rig.close()


async def test_two_calls_under_one_call_id_are_two_calls(rig: Rig) -> None:
    first = await rig.call()
    again = replace(rig.offered(), call="in-again")
    rig.trunk.heard(again)
    await settle()
    assert [each.call for each in rig.ordered(Accept)] == [IN, "in-again"]
    assert set(rig.works.by_ref.values()) == {first, rig.works.dialogs["in-again"].talk}


async def test_what_a_caller_writes_into_a_call_id_is_not_stored(rig: Rig) -> None:
    offer = rig.offered()
    offer.request.headers.set("Call-ID", "\udcff\udcfe")
    rig.trunk.heard(offer)
    await settle()
    (call,) = rig.desk.switch.calls.values()
    assert call.provider_ref.isascii()


# a phone takes a place


async def test_a_phone_that_gives_up_taking_a_place_leaves_the_talk_alone(rig: Rig) -> None:
    talk, bob = await talking(rig)
    rig.trunk.heard(rig.offered(user="carol", peer="carol", replaces=bob.name))
    rig.trunk.heard(Cancelled("in-carol"))
    await settle()
    assert talk.parties[bob.leg] is bob
    assert not rig.ordered(HangUp)
    assert set(rig.sound.opened) == {bob.line, cast("Party", talk.caller).line}


async def test_a_place_that_is_gone_meanwhile_costs_no_port(rig: Rig) -> None:
    talk, bob = await talking(rig)
    rig.trunk.heard(rig.offered(user="carol", peer="carol", replaces=bob.name))
    rig.trunk.heard(Ended(bob.name, "normal", far=True))
    await settle()
    assert [(each.call, each.status) for each in rig.ordered(Refuse)] == [("in-carol", 481)]
    assert set(rig.works.dialogs) == {IN}
    assert set(rig.sound.opened) == {cast("Party", talk.caller).line}


async def test_who_is_on_hold_is_talked_to_by_whoever_takes_the_place(rig: Rig) -> None:
    talk, bob = await talking(rig)
    rig.trunk.heard(Changed(bob.name, "INVITE", sdp(direction="sendonly")))
    await settle()
    assert talk.seats[CALLER].mode is Mode.HELD
    rig.trunk.heard(rig.offered(user="carol", peer="carol", replaces=bob.name))
    await settle()
    carol = talk.parties[bob.leg]
    assert carol.phone == "carol"
    assert talk.seats[CALLER].mode is Mode.TALK
    caller = cast("Party", talk.caller)
    assert rig.sounded(Hear, caller.line)[-1].sources == (carol.line,)


# phones of another trunk


async def carrier(rig: Rig) -> tuple[SipTrunk, FakeStack]:
    """A second trunk, `carrier`, on an address of its own."""
    entry = settings(registrar=False, listen="198.51.100.1:5060")
    trunk, stack = SipTrunk("carrier"), FakeStack("carrier", entry)
    config = cast("Any", rig.config)
    parts = ("carrier", entry, rig.desk.switch, rig.house, cast("Any", stack), trunk)
    works = Works(*parts, lambda: config)
    trunk.begin(works)
    rig.house.works["carrier"] = works
    rig.desk.switch.trunks["carrier"] = trunk
    return trunk, stack


async def test_a_phone_hands_a_caller_of_the_carrier_to_another_phone(rig: Rig) -> None:
    rig.config.places["bob"] = Place.model_validate({"sip": "sip:bob@phones"})
    rig.stack.known += [binding("bob"), binding("carol")]
    trunk, _stack = await carrier(rig)
    trunk.heard(replace(rig.offered(), trunk="carrier"))
    await settle()
    trunk.heard(Acked(IN, None, record(IN)))
    talk = trunk.works.dialogs[IN].talk
    assert talk is not None
    await rig.press(talk, "2")
    bob = rig.works.dialogs[rig.ordered(Invite)[-1].call]
    answer(rig, bob)
    await settle()
    rig.trunk.heard(ReferAsked(bob.name, 1, f"sip:carol@{US}", "", ""))
    await settle()
    assert [each.peer for each in rig.ordered(Invite)] == ["bob", "carol"]


# faults of ours


async def test_a_fault_in_one_call_costs_that_call_only(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    talk, bob = await talking(rig)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(rig.sound, "peer", broken)
    rig.trunk.heard(Changed(bob.name, "INVITE", sdp(port=7010)))
    await settle()
    assert "sip_event_broken" in caplog.text
    assert [each.call for each in rig.ordered(HangUp)][:1] == [bob.name]
    assert bob.leg not in talk.parties


async def test_a_fault_at_the_door_refuses_the_call(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(rig.stack.identities.guard, "new_call", broken)
    rig.trunk.heard(rig.offered())
    await settle()
    assert [(each.call, each.status) for each in rig.ordered(Refuse)] == [(IN, 500)]
    assert "sip_event_broken" in caplog.text
    assert kept(rig) == 0


# the store is away


async def test_what_happens_to_a_call_is_told_in_order_when_the_store_is_back(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, bob = await talking(rig)
    told: list[Event] = []
    switch, away = rig.desk.switch, [True]

    async def deliver(_call: object, event: Event) -> None:
        if away:
            away.pop()
            raise StoreError("away", retryable=True)
        told.append(event)

    monkeypatch.setattr(switch.carrier, "_deliver", deliver)
    rig.works.tell(talk, HoldAsked(leg=bob.leg))
    rig.works.tell(talk, ResumeAsked(leg=bob.leg))
    await settle()
    await rig.desk.clock.advance(1)
    await settle()
    assert [type(event) for event in told] == [HoldAsked, ResumeAsked]


async def test_a_server_that_ends_while_the_store_is_away_still_says_goodbye(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = await Rig.start()
    await rig.call()

    async def away(*_: object) -> None:
        raise StoreError("away", retryable=True)

    monkeypatch.setattr(rig.desk.switch, "lose", away)
    await rig.close()
    assert [each.call for each in rig.ordered(HangUp)] == [IN]
    assert kept(rig) == 0


# after a crash


async def test_a_leg_on_another_trunk_is_ended_by_the_sockets_of_that_trunk(rig: Rig) -> None:
    _trunk, stack = await carrier(rig)
    kept_record = replace(record("out"), trunk="carrier")
    rig.house.end_stored(rig.works, rig.house.way_back(kept_record))
    (order,) = [each for each in stack.orders if isinstance(each, EndStored)]
    assert order.record.call == "out"
    assert not rig.ordered(EndStored)


async def test_a_dialog_that_cannot_be_read_any_more_does_not_keep_the_server_from_starting(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    for text in ("{}", "[", '{"flow": {}}'):
        rig.house.end_stored(rig.works, {"dialog": text})
    assert not rig.ordered(EndStored)
    assert caplog.text.count("sip_way_back_unreadable") == 3


# what is heard


async def test_the_ring_tone_ends_with_the_leg_that_rings(rig: Rig) -> None:
    rig.stack.known.append(binding("bob"))
    talk = await rig.call()
    await rig.press(talk, "2")
    rung = rig.ordered(Invite)[-1].call
    rig.trunk.heard(Progress(rung, "t", 180, None))
    await settle()
    assert talk.rings
    rig.works.tell(talk, CommandFailed())
    await settle()
    assert not talk.rings
    caller = cast("Party", talk.caller)
    assert -1 in {each.turn for each in rig.sounded(Stop, caller.line)}


async def test_after_a_fault_in_a_talk_the_caller_hears_no_hold_music(rig: Rig) -> None:
    talk, _bob = await talking(rig)
    rig.works.tell(talk, CommandFailed())
    await settle()
    assert not talk.seats
    caller = cast("Party", talk.caller)
    assert rig.sounded(Hear, caller.line)[-1].hold is None


async def test_who_cannot_be_answered_is_refused_and_not_left_ringing(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise MediaError("sound is not sent to our own ports")

    monkeypatch.setattr(rig.sound, "peer", forbidden)
    rig.trunk.heard(rig.offered())
    await settle()
    assert [(each.call, each.status) for each in rig.ordered(HangUp)] == [(IN, 500)]
    assert kept(rig) == 0
    assert (await rig.row()).cause == "failed"


# who it is


async def test_a_phone_cannot_call_under_a_number_that_is_not_its_own(rig: Rig) -> None:
    rig.stack.known.append(binding("bob"))
    rig.trunk.heard(rig.offered(user="+905321112233", peer="bob"))
    await settle()
    (call,) = rig.desk.switch.calls.values()
    assert call.known.ani is None


# memory


async def test_a_place_that_is_given_up_while_ports_are_opened_costs_no_port(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, bob = await talking(rig)
    gate, plain = asyncio.Event(), rig.sound.open

    async def slow(leg: int, place: SoundPlace, **near: int | None) -> Opened:
        opened = await plain(leg, place, near=near["near"])
        await gate.wait()
        return opened

    monkeypatch.setattr(rig.sound, "open", slow)
    rig.trunk.heard(rig.offered(user="carol", peer="carol", replaces=bob.name))
    await settle()
    rig.trunk.heard(Ended(bob.name, "normal", far=True))
    gate.set()
    await settle()
    assert [each.call for each in rig.ordered(Refuse)] == ["in-carol"]
    assert set(rig.works.dialogs) == {IN}
    assert set(rig.sound.opened) == {cast("Party", talk.caller).line}


async def test_a_caller_who_leaves_while_somebody_is_looked_for_leaves_nothing(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.stack.known.append(binding("bob"))
    gate, plain, opening = asyncio.Event(), rig.sound.open, asyncio.Event()
    talk = await rig.call()

    async def slow(leg: int, place: SoundPlace, **near: int | None) -> Opened:
        opening.set()
        await gate.wait()
        return await plain(leg, place, near=near["near"])

    monkeypatch.setattr(rig.sound, "open", slow)
    await rig.press(talk, "2")
    assert opening.is_set()
    rig.trunk.heard(Ended(IN, "normal", far=True))
    gate.set()
    await settle()
    assert not rig.ordered(Invite)
    assert kept(rig) == 0


# a second line


@pytest.mark.parametrize("passes", range(16))
async def test_a_new_second_line_is_not_taken_for_the_one_before(rig: Rig, passes: int) -> None:
    rig.stack.known += [binding("carol"), binding("dave")]
    _talk, bob = await talking(rig)
    rig.trunk.heard(rig.offered("carol", user="bob", peer="bob"))
    await settle(passes)
    rig.trunk.heard(Cancelled("in-bob"))
    rig.trunk.heard(replace(rig.offered("dave", user="bob", peer="bob"), call="in-next"))
    await settle(60)
    given_up = {each.call for each in rig.ordered(HangUp)}
    given_up |= {each.call for each in rig.ordered(Refuse)}
    rung = {each.peer for each in rig.ordered(Invite) if each.call not in given_up}
    assert rung == {"bob"} | ({"dave"} if "in-next" not in given_up else set())
    assert set(rig.works.dialogs) >= {IN, bob.name}


# what a phone may spend


async def test_a_phone_cannot_send_its_caller_to_a_number_by_a_redirection() -> None:
    rig = await Rig.start(settings(servers=["192.0.2.9:5070"]))
    rig.works.carrier = cast("Any", SimpleNamespace(among=lambda _to: (binding("x").target,)))
    rig.stack.known.append(binding("bob"))
    talk = await rig.call()
    await rig.press(talk, "2")
    (invite,) = rig.ordered(Invite)
    to = ("sip:+882123456789@192.0.2.9",)
    rig.trunk.heard(Failed(invite.call, 302, "unreachable", contacts=to))
    await settle()
    assert rig.ordered(Invite) == [invite]
    rig.works.carrier = None
    await rig.close()
