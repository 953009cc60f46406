"""Who is rung up, by which trunk and way, and under whose number."""

from __future__ import annotations

import pytest

from ivr.channels.sip import dialling
from ivr.channels.sip.carrier import Carrier
from ivr.channels.sip.wire.orders import HangUp, Invite, Target
from ivr.channels.sip.wire.peers.bindings import Binding
from ivr.channels.sip.wire.peers.servers import Server
from ivr.channels.sip.wire.words import Answered, Ended, Failed, Progress
from ivr.config.model import Place
from ivr.domain.call import CallId
from ivr.domain.commands import Refer
from ivr.domain.outbound import CallWithdrawn, Placed
from ivr.engine.party import Phase
from ivr.flow.own.built_in import callback_flow
from ivr.runtime.callbacks import placing
from ivr.runtime.callbacks.placing import Outgoing
from ivr.runtime.memory.clock import settle
from tests.fakes.sip_rig import (
    FLOW,
    NUMBER,
    OUTSIDE,
    THEM,
    US,
    Rig,
    record,
    response,
    sdp,
    settings,
)

CUSTOMER = "+905321112233"


def binding(user: str) -> Binding:
    return Binding(user, "k", f"sip:{user}@{THEM}:5062", (), FLOW, (), "c", 1, 1e9)


def place(rig: Rig, name: str = "outside", **keys: object) -> None:
    rig.config.places[name] = Place.model_validate(keys)


async def rung(rig: Rig, key: str = "1") -> Invite:
    """The INVITE for the place behind this key."""
    talk = await rig.call()
    await rig.press(talk, key)
    await settle()
    return rig.ordered(Invite)[-1]


async def carried() -> Rig:
    """A trunk with a carrier of two servers."""
    rig = await Rig.start(settings(servers=["one.example", "192.0.2.9:5070"]))
    rig.works.carrier = carrier = Carrier(rig.works)
    found = [Server("one.example", "192.0.2.8", 5060), Server("192.0.2.9", "192.0.2.9", 5070)]
    for priority, server in enumerate(found):
        object.__setattr__(server, "priority", priority)
    carrier._servers.update(found, 0.0)
    return rig


async def test_a_sip_address_is_called_where_its_name_leads(rig: Rig) -> None:
    rig.resolver.table["pbx.example"] = [("198.51.100.3", 5080), ("198.51.100.4", 5060)]
    invite = await rung(rig)
    assert invite.to == "<sip:desk@pbx.example>"
    assert [one.flow.remote for one in invite.targets] == [
        ("198.51.100.3", 5080),
        ("198.51.100.4", 5060),
    ]
    assert invite.try_s == rig.works.settings.limits.try_


async def test_a_number_is_asked_for_at_the_carrier_s_servers_in_order() -> None:
    rig = await carried()
    place(rig, number=OUTSIDE)
    invite = await rung(rig)
    assert [one.flow.remote[0] for one in invite.targets] == ["192.0.2.8", "192.0.2.9"]
    assert {one.uri for one in invite.targets} == {f"sip:{OUTSIDE}@one.example;user=phone"}
    await rig.close()


async def test_a_number_is_chosen_by_the_caller_s_language() -> None:
    rig = await carried()
    place(rig, number={"tr": "+902120000001", "en": "+902120000002"})
    assert "+902120000002@" in (await rung(rig)).to
    await rig.close()


async def test_a_registered_phone_is_called_where_it_registered(rig: Rig) -> None:
    rig.stack.known.append(binding("bob"))
    invite = await rung(rig, "2")
    assert invite.targets == (Target(FLOW, f"sip:bob@{THEM}:5062"),)
    assert (invite.peer, invite.to) == ("bob", f"<sip:bob@{US}>")


async def test_a_phone_that_is_not_registered_cannot_be_reached(rig: Rig) -> None:
    talk = await rig.call()
    await rig.press(talk, "2")
    assert not rig.ordered(Invite)
    assert (await rig.row()).outcome == "open"
    assert list(talk.parties) == [1]


async def test_a_phone_that_talks_is_busy(rig: Rig) -> None:
    rig.stack.known.append(binding("bob"))
    await rig.call(user="bob", peer="bob")
    talk = await rig.call()
    before = len(rig.sound.opened)
    await rig.press(talk, "2")
    assert not rig.ordered(Invite)
    assert len(rig.sound.opened) == before


async def test_without_a_port_for_the_new_leg_the_caller_is_told(rig: Rig) -> None:
    talk = await rig.call()
    rig.sound.refuses = "no RTP port is free"
    await rig.press(talk, "1")
    assert not rig.ordered(Invite)
    assert not rig.ordered(HangUp)  # sorry is being said


async def test_the_codec_of_the_caller_is_offered_first(rig: Rig) -> None:
    talk = await rig.call(body=sdp(payload="0 101"))
    await rig.press(talk, "1")
    assert b"RTP/AVP 0 8 101" in (rig.ordered(Invite)[-1].sdp or b"")


@pytest.mark.parametrize(
    ("user", "shown"), [("+905321112233", "+905321112233"), ("anonymous", "anonymous")]
)
async def test_the_called_side_sees_the_caller_s_number(rig: Rig, user: str, shown: str) -> None:
    talk = await rig.call(user=user)
    await rig.press(talk, "1")
    assert rig.ordered(Invite)[-1].from_ == f"<sip:{shown}@{US}>"


async def test_inputs_are_written_into_an_address_as_one_part(rig: Rig) -> None:
    place(rig, sip="sip:{room}@pbx.example", takes={"room": "text"})
    wish = Refer(place="outside", inputs={"room": "1@evil.example;x"})
    written = dialling.address_of(rig.works, wish)
    assert written == "sip:1%40evil.example%3Bx@pbx.example"
    nothing = Refer(place="outside", inputs={})
    assert dialling.address_of(rig.works, nothing) == "sip:@pbx.example"


async def test_a_place_by_another_trunk_is_called_there(rig: Rig) -> None:
    other = await carried()
    rig.house.works["carrier"] = other.works
    place(rig, number=OUTSIDE, trunk="carrier")
    wish = Refer(place="outside", language="en")
    assert dialling.address_of(rig.works, wish) == f"sip:{OUTSIDE}@one.example;user=phone"
    del rig.house.works["carrier"]
    await other.close()


async def test_phones_may_call_other_phones_and_numbers_of_places_only(rig: Rig) -> None:
    rig.stack.known.append(binding("bob"))
    place(rig, number=OUTSIDE)
    assert dialling.known(rig.works, "bob")
    assert dialling.known(rig.works, "02125550001")
    assert not dialling.known(rig.works, "carol")
    assert not dialling.known(rig.works, "+88212345678")
    assert not dialling.known(rig.works, "")


async def test_a_redirection_goes_to_our_own_servers_and_twice_at_most() -> None:
    rig = await carried()
    place(rig, number=OUTSIDE)
    first = await rung(rig)
    party = rig.works.dialogs[first.call]
    moved = Failed(
        party.name,
        302,
        "unreachable",
        contacts=("sip:a@evil.example", "sip:b@192.0.2.9:5070?x=y", "nonsense"),
    )
    for _ in range(3):
        rig.trunk.heard(moved)
        await settle()
    again = rig.ordered(Invite)[1:]
    assert [[one.uri for one in each.targets] for each in again] == [["sip:b@192.0.2.9:5070"]] * 2
    assert {each.call for each in again} == {first.call}
    assert party.gone
    await rig.close()


async def begun(rig: Rig) -> tuple[CallId, Invite]:
    """A call of ours to a customer, whose telephone is being rung up."""
    call = CallId("OURS")
    wanted = Outgoing(
        *(call, "phones", CUSTOMER, NUMBER, "desk"), callback_flow("general"), language="en"
    )
    await placing.place(rig.desk.switch, wanted)
    await settle()
    return call, rig.ordered(Invite)[-1]


async def test_a_call_of_ours_goes_to_the_carrier_under_our_number() -> None:
    rig = await carried()
    call, invite = await begun(rig)
    assert invite.targets[0].uri == f"sip:{CUSTOMER}@one.example;user=phone"
    assert invite.from_ == f"<sip:{NUMBER}@{rig.works.domain}>"
    party = rig.works.dialogs[invite.call]
    rig.trunk.heard(Progress(party.name, "t", 180, None))
    rig.trunk.heard(Answered(party.name, "t", sdp(), record(party.name), response(200)))
    await settle()
    state = rig.desk.switch.calls[call].known
    assert (state.legs[0].phase, state.path) == (Phase.UP, ["confirm"])
    assert state.legs[0].way_back
    assert [one.prompts[0].name for one in state.waiting()] == ["cb_confirm"]  # type: ignore[attr-defined]
    rig.trunk.heard(Ended(party.name, "normal", far=True))
    await settle()
    row = await rig.desk.store.interactions.get(call)
    assert row is not None
    assert (row.ended_by, row.flow, row.ani) == ("caller", "@callback.general", CUSTOMER)
    await rig.close()


async def test_a_call_of_ours_that_nobody_takes_ends_by_its_cause(rig: Rig) -> None:
    rig.stack.known.append(binding(CUSTOMER))
    call, invite = await begun(rig)
    assert (invite.peer, invite.to) == (CUSTOMER, f"<sip:{CUSTOMER}@{US}>")
    rig.trunk.heard(Failed(invite.call, 486, "busy"))
    await settle()
    row = await rig.desk.store.interactions.get(call)
    assert row is not None
    assert (row.outcome, row.cause) == ("failed", "busy")
    assert not rig.works.calls
    assert not rig.works.by_ref


async def test_a_call_of_ours_that_is_not_needed_any_more_is_cancelled(rig: Rig) -> None:
    rig.stack.known.append(binding(CUSTOMER))
    call, invite = await begun(rig)
    await rig.desk.switch.deliver(call, CallWithdrawn())
    await settle()
    assert invite.call in [one.call for one in rig.ordered(HangUp)]
    assert not rig.works.dialogs


async def test_a_number_that_no_way_leads_to_fails_at_once(rig: Rig) -> None:
    call = CallId("OURS")
    wanted = Outgoing(call, "phones", CUSTOMER, NUMBER, "desk", callback_flow("general"))
    await placing.place(rig.desk.switch, wanted)
    await settle()
    row = await rig.desk.store.interactions.get(call)
    assert row is not None
    assert (row.outcome, row.cause) == ("failed", "unreachable")


async def test_a_call_that_waits_for_its_agent_needs_no_telephone_and_leaves_nothing(
    rig: Rig,
) -> None:
    call = CallId("OURS")
    walks = callback_flow("general", agent_first=True)
    first = Placed(queue="general", agent_first=True)
    wanted = Outgoing(call, "phones", CUSTOMER, NUMBER, "desk", walks, language="en", placed=first)
    await placing.place(rig.desk.switch, wanted)
    await settle()
    assert rig.ordered(Invite) == []
    assert rig.desk.switch.calls[call].known.legs[0].phase is Phase.PLANNED
    await rig.desk.switch.deliver(call, CallWithdrawn())
    await settle()
    assert not rig.works.calls
    assert not rig.works.by_ref
