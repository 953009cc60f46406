"""A trunk's calls and parties: who is where, and nothing is left over."""

from __future__ import annotations

from ivr.channels.sip.wire.orders import HangUp
from ivr.channels.sip.wire.peers.bindings import Binding
from ivr.channels.sip.works import Party, Ringing, Talk
from ivr.domain.call import BridgeId, Cause, LegId, Member, Turn
from tests.fakes.sip_rig import FLOW, THEM, US, Rig, settings


def binding(user: str, key: str = "k") -> Binding:
    return Binding(user, key, f"sip:{user}@{THEM}:5062", (), FLOW, (), "c", 1, 1e9)


async def party(rig: Rig, name: str, **more: object) -> Party:
    found = Party(name, rig.house.new_line(), rig.works, **more)  # type: ignore[arg-type]
    await rig.house.open_line(found)
    rig.works.enter(found)
    return found


async def test_a_party_is_found_by_its_dialog_until_it_leaves(rig: Rig) -> None:
    bob = await party(rig, "d1", phone="bob")
    assert rig.works.dialogs == {"d1": bob}
    assert rig.works.phones == {"bob": bob}
    assert rig.stack.owners == {"d1": rig.trunk}
    rig.works.leave(bob)
    assert (rig.works.dialogs, rig.works.phones, rig.stack.owners) == ({}, {}, {})
    assert rig.sound.opened == {}
    assert bob.gone


async def test_a_phone_s_second_dialog_does_not_free_its_first(rig: Rig) -> None:
    first = await party(rig, "d1", phone="bob")
    second = await party(rig, "d2", phone="bob")
    rig.works.leave(second)
    assert rig.works.phones == {"bob": first}


async def test_who_has_gone_is_ended_once(rig: Rig) -> None:
    bob = await party(rig, "d1")
    rig.works.end(bob, Cause.BUSY)
    rig.works.end(bob, Cause.BUSY)
    (order,) = rig.ordered(HangUp)
    assert (order.call, order.status) == ("d1", 486)


async def test_a_call_that_is_forgotten_ends_all_its_parties(rig: Rig) -> None:
    talk = Talk("ref")
    rig.works.by_ref["ref"] = talk
    seated = talk.add(await party(rig, "d1"), LegId(2))
    talk.seats[seated.leg] = Member(seated.leg, BridgeId(1))
    talk.second = await party(rig, "d2")
    talk.opened[Turn(3), LegId(4)] = Ringing("sip:x", (), await party(rig, "d3"))
    rig.works.forget(talk)
    assert [order.call for order in rig.ordered(HangUp)] == ["d1", "d2"]  # d3 was never rung up
    assert (rig.works.by_ref, rig.works.dialogs, rig.sound.opened) == ({}, {}, {})
    assert (talk.parties, talk.seats) == ({}, {})


async def test_addresses_of_phones_are_told_from_others(rig: Rig) -> None:
    assert rig.works.phone_address("bob") == f"sip:bob@{US}"
    assert rig.works.is_phone(f"sip:bob@{US}")
    assert not rig.works.is_phone("sip:bob@pbx.example")
    closed = await Rig.start(settings(registrar=False, servers=["one.example"]))
    assert not closed.works.is_phone(f"sip:bob@{US}")
    assert closed.works.bindings("bob") == ()
    await closed.close()


async def test_our_name_outside_is_the_one_that_is_advertised() -> None:
    rig = await Rig.start(settings(advertise="203.0.113.10"))
    assert rig.works.domain == "203.0.113.10"
    someone = Party("d1", 1, rig.works, address=US, port=4000)
    assert rig.works.local(someone).address == "203.0.113.10"
    await rig.close()


async def test_silent_phones_are_not_rung_up(rig: Rig) -> None:
    rig.stack.known += [binding("bob", "old"), binding("bob", "new")]

    class Watch:
        def is_out(self, one: Binding) -> bool:
            return one.key == "old"

    rig.stack.watch = Watch()  # type: ignore[assignment]
    assert [one.key for one in rig.works.bindings("bob")] == ["new"]
    assert len(await rig.works.targets(f"sip:bob@{US}")) == 1
    rig.stack.watch = None


async def test_the_settings_of_a_trunk_are_what_it_says_of_its_sound() -> None:
    rig = await Rig.start(settings(codecs=["pcmu"], media={"dtmf": "inband", "nat": "true"}))
    local = rig.works.local(Party("d1", 1, rig.works, address=US, port=4000, source=THEM))
    assert (local.codecs, local.event_pt) == (("pcmu",), None)
    assert local.rules.nat_source == THEM
    assert (rig.works.terms.session_s, rig.works.terms.nat) == (1800, True)
    await rig.close()
