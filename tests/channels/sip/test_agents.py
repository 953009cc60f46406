"""Where an agent's telephone is rung up, what he is shown, and whether he is there at all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from ivr.channels.sip import agents, doing
from ivr.channels.sip.carrier import Carrier
from ivr.channels.sip.trunk import SipTrunk
from ivr.channels.sip.upkeep.seconds import Seconds
from ivr.channels.sip.wire.control import Open, Play
from ivr.channels.sip.wire.orders import HangUp, Invite
from ivr.channels.sip.wire.peers.bindings import Binding
from ivr.channels.sip.wire.peers.servers import Server
from ivr.channels.sip.wire.words import Answered, Failed, Progress
from ivr.channels.sip.works import Works
from ivr.domain.agent import AgentId
from ivr.domain.call import BridgeId, Cause, LegId, Turn
from ivr.domain.commands import Close, Command, Dial, Join
from ivr.domain.events import LegAnswered, LegFailed, LegRinging
from ivr.domain.queue import OfferId
from ivr.runtime.memory.clock import settle
from tests.fakes.sip_rig import (
    FLOW,
    OUTSIDE,
    THEM,
    US,
    FakeStack,
    Rig,
    record,
    response,
    sdp,
    settings,
)

if TYPE_CHECKING:
    from ivr.channels.sip.works import Party, Talk
    from ivr.domain.call import CallId
    from ivr.domain.events import Event

CUSTOMER = "+905321112233"
AGENT_LEG = LegId(2)


def binding(user: str) -> Binding:
    return Binding(user, "k", f"sip:{user}@{THEM}:5062", (), FLOW, (), "c", 1, 1e9)


def offer_to(address: str, leg: LegId = AGENT_LEG, *, offer: str = "o-1", asker: int = 1) -> Dial:
    return Dial(
        leg=LegId(asker),
        turn=Turn(70 + leg),
        other=leg,
        address=address,
        agent=AgentId("bob"),
        offer=OfferId(offer),
    )


@dataclass
class Desk:
    """A call whose engine does nothing; events: what it would have been told."""

    rig: Rig
    talk: Talk
    events: list[Event] = field(default_factory=list)

    async def do(self, *commands: Command) -> None:
        doing.carry_out(self.rig.works, self.talk, commands)
        await settle()

    async def deliver(self, _call: CallId, event: Event) -> None:
        self.events.append(event)

    async def rung(self, dial: Dial) -> Party:
        """The leg of an offer, whose phone rings."""
        await self.do(dial)
        party = self.talk.parties[dial.other]
        self.rig.trunk.heard(Progress(party.name, "t", 180, None))
        await settle()
        return party

    async def answered(self, party: Party) -> None:
        found = Answered(party.name, "t", sdp(), record(party.name), response(200))
        self.rig.trunk.heard(found)
        await settle()


@pytest.fixture
async def desk(rig: Rig) -> Desk:
    """A customer in a call, and bob's phone."""
    rig.stack.known.append(binding("bob"))
    made = Desk(rig, await rig.call(user=CUSTOMER))
    rig.desk.switch.carrier.deliver_surely = made.deliver  # type: ignore[method-assign, assignment]
    return made


@pytest.fixture
def carried(rig: Rig) -> Works:
    """A second trunk of the same house, `carrier`, with a server."""
    entry = settings(servers=["one.example"], registrar=False)
    stack, trunk = FakeStack("carrier", entry), SipTrunk("carrier")
    shared = (rig.desk.switch, rig.house, cast("Any", stack), trunk)
    works = Works("carrier", entry, *shared, rig.works.config)
    trunk.begin(works)
    works.carrier = carrier = Carrier(works)
    carrier._servers.update([Server("one.example", "192.0.2.8", 5060)], 0.0)
    rig.house.works["carrier"] = works
    return works


# ringing


async def test_a_phone_of_ours_rings_and_shows_the_customer(desk: Desk) -> None:
    party = await desk.rung(offer_to("sip:bob@phones"))
    (invite,) = desk.rig.ordered(Invite)
    assert [one.uri for one in invite.targets] == [f"sip:bob@{THEM}:5062"]
    assert (invite.peer, invite.from_) == ("bob", f"<sip:{CUSTOMER}@{US}>")
    assert desk.events == [LegRinging(leg=AGENT_LEG)]
    await desk.answered(party)
    assert isinstance(desk.events[-1], LegAnswered)
    assert desk.events[-1].leg == AGENT_LEG


async def test_a_phone_is_asked_to_answer_by_itself(desk: Desk) -> None:
    await desk.rung(replace(offer_to("sip:bob@phones"), answers_itself=True))
    (invite,) = desk.rig.ordered(Invite)
    assert dict(invite.headers) == {
        "Answer-Mode": "Auto",
        "Call-Info": f"<sip:{US}>;answer-after=0",
        "Alert-Info": f"<sip:{US}>;info=alert-autoanswer;delay=0",
    }


async def test_the_first_sign_of_ringing_is_told_once(desk: Desk) -> None:
    party = await desk.rung(offer_to("sip:bob@phones"))
    desk.rig.trunk.heard(Progress(party.name, "t", 183, None))
    await settle()
    assert desk.events == [LegRinging(leg=AGENT_LEG)]


async def test_who_waits_for_an_agent_goes_on_hearing_what_the_queue_plays(desk: Desk) -> None:
    before = len(desk.rig.sounded(Play))
    await desk.rung(offer_to("sip:bob@phones"))
    assert len(desk.rig.sounded(Play)) == before
    assert not desk.talk.rings


async def test_an_agent_who_asks_a_colleague_hears_it_ring(desk: Desk) -> None:
    desk.rig.stack.known.append(binding("carol"))
    bob = await desk.rung(offer_to("sip:bob@phones"))
    await desk.answered(bob)
    await desk.rung(offer_to("sip:carol@phones", LegId(3), offer="", asker=2))
    (ring,) = [one for one in desk.rig.sounded(Play, bob.line) if one.turn == -1]
    assert ring.loop
    assert "bob" in desk.rig.ordered(Invite)[-1].from_
    await desk.answered(desk.talk.parties[LegId(3)])
    assert not desk.talk.rings


async def test_an_agent_s_leg_may_exceed_the_room_for_calls_and_is_near_them(desk: Desk) -> None:
    await desk.do(offer_to("sip:bob@phones"))
    assert [one.extra for one in desk.rig.sounded(Open)] == [False, True]


async def test_a_phone_that_talks_is_busy(desk: Desk) -> None:
    await desk.rung(offer_to("sip:bob@phones"))
    await desk.do(offer_to("sip:bob@phones", LegId(3)))
    assert desk.events[-1] == LegFailed(leg=LegId(3), cause=Cause.BUSY)
    assert len(desk.rig.ordered(Invite)) == 1


@pytest.mark.parametrize(
    "address",
    ["sip:nobody@phones", "sip:@phones", "sip:", "sim:bob", "", "bob", "+88212345678", "sip:[x"],
)
async def test_who_is_nowhere_is_unreachable(desk: Desk, address: str) -> None:
    await desk.do(offer_to(address))
    assert desk.events == [LegFailed(leg=AGENT_LEG, cause=Cause.UNREACHABLE)]
    assert not desk.rig.ordered(Invite)
    assert not desk.rig.house.reachable(address)


async def test_a_declined_offer_says_so(desk: Desk) -> None:
    party = await desk.rung(offer_to("sip:bob@phones"))
    desk.rig.trunk.heard(Failed(party.name, 603, "rejected"))
    await settle()
    assert desk.events[-1] == LegFailed(leg=AGENT_LEG, cause=Cause.REJECTED)


async def test_a_phone_rings_as_long_as_it_may(desk: Desk) -> None:
    party = await desk.rung(offer_to("sip:bob@phones"))
    await desk.rig.desk.clock.advance(20.5)
    assert [one.call for one in desk.rig.ordered(HangUp)] == [party.name]
    desk.rig.trunk.heard(Failed(party.name, 487, "cancelled"))
    await settle()
    assert desk.events[-1] == LegFailed(leg=AGENT_LEG, cause=Cause.NO_ANSWER)


async def test_an_offer_that_is_closed_rings_no_more(desk: Desk) -> None:
    party = await desk.rung(offer_to("sip:bob@phones"))
    await desk.do(Close(turn=party.turn))
    assert [one.call for one in desk.rig.ordered(HangUp)] == [party.name]
    assert AGENT_LEG not in desk.talk.parties


async def test_a_talk_goes_on_when_the_turn_of_its_offer_is_closed(desk: Desk) -> None:
    party = await desk.rung(offer_to("sip:bob@phones"))
    await desk.answered(party)
    await desk.do(Join(leg=AGENT_LEG, bridge=BridgeId(1)), Close(turn=party.turn))
    assert not desk.rig.ordered(HangUp)


# ways


async def test_an_address_with_a_scheme_is_the_desk_s_and_needs_no_agent(
    desk: Desk, carried: Works
) -> None:
    desk.rig.stack.known.append(binding("carol"))
    asked = Dial(turn=Turn(9), other=LegId(3), address="sip:carol@phones")
    await desk.do(asked, replace(asked, other=LegId(4), address=f"tel:{OUTSIDE}"))
    assert desk.rig.ordered(Invite)[0].peer == "carol"
    assert len(cast("FakeStack", carried.stack).orders) == 1


async def test_a_number_that_a_phone_dialled_is_that_of_a_place_or_none(
    desk: Desk, carried: Works
) -> None:
    await desk.do(Dial(turn=Turn(9), other=LegId(3), address=OUTSIDE))
    assert desk.events == [LegFailed(leg=LegId(3), cause=Cause.UNREACHABLE)]
    assert not cast("FakeStack", carried.stack).orders


async def test_a_number_is_rung_up_by_the_first_trunk_with_servers(
    desk: Desk, carried: Works
) -> None:
    for written in (OUTSIDE, "0212 555 00 01", f"tel:{OUTSIDE}"):
        home, address = agents.way(desk.rig.works, written)
        assert home is carried
        assert address == f"sip:{OUTSIDE}@one.example;user=phone"
    await desk.do(offer_to(OUTSIDE))
    (invite,) = cast("FakeStack", carried.stack).orders
    assert isinstance(invite, Invite)
    assert invite.targets[0].flow.remote == ("192.0.2.8", 5060)
    assert not desk.rig.ordered(Invite)


async def test_an_extension_behind_a_trunk_is_asked_for_at_its_servers(
    desk: Desk, carried: Works
) -> None:
    home, address = agents.way(desk.rig.works, "sip:204@carrier")
    assert (home, address) == (carried, "sip:204@one.example")


async def test_an_address_of_the_outside_is_reached_by_the_trunk_of_the_call(
    desk: Desk, carried: Works
) -> None:
    there = "sip:bob@pbx.example"
    assert agents.way(desk.rig.works, there) == (desk.rig.works, there)
    assert agents.way(carried, there) == (carried, there)
    ours = f"sip:bob@{US}"
    assert agents.way(carried, ours)[1] == ours
    await desk.do(offer_to(there))
    assert desk.rig.ordered(Invite)[0].to == f"<{there}>"


# whether he is there


async def test_a_registered_phone_is_there_and_a_number_while_its_servers_are(
    desk: Desk, carried: Works
) -> None:
    house = desk.rig.house
    assert house.reachable("sip:bob@phones")
    assert desk.rig.trunk.reachable("sip:bob@phones")
    assert not desk.rig.trunk.reachable("sip:carol@phones")
    assert not house.reachable("sip:carol@phones")
    assert house.reachable(OUTSIDE)
    carried.carrier = cast(
        "Any", SimpleNamespace(host="x", targets=lambda _address: (), stop=lambda: None)
    )
    assert not house.reachable(OUTSIDE)
    assert not house.reachable("sip:204@carrier")
    assert house.reachable("sip:bob@pbx.example")


def test_watchers_are_told_of_each_change_once() -> None:
    told: list[tuple[str, str, bool]] = []
    presence = agents.Presence()
    presence.watchers.append(lambda *news: told.append(news))
    for users in (["bob", "bob", "ann"], ["ann", "bob"], ["ann"], [], ["bob"]):
        presence.look("phones", map(binding, users), None)
    presence.look("others", [binding("bob")], None)
    assert told == [
        ("ann", "phones", True),
        ("bob", "phones", True),
        ("bob", "phones", False),
        ("ann", "phones", False),
        ("bob", "phones", True),
        ("bob", "others", True),
    ]


def test_a_watcher_that_fails_costs_the_others_nothing(caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []

    def fails(_user: str, _trunk: str, _there: bool) -> None:
        raise RuntimeError

    presence = agents.Presence()
    presence.watchers += [fails, lambda user, _trunk, _there: told.append(user)]
    presence.look("phones", map(binding, ["ann", "bob"]), None)
    assert told == ["ann", "bob"]
    assert caplog.messages == ["phone_watcher_failed"] * 2


async def test_a_silent_phone_is_gone_for_the_watchers(rig: Rig) -> None:
    told: list[tuple[str, bool]] = []
    presence = agents.Presence()
    presence.watchers.append(lambda user, _trunk, there: told.append((user, there)))
    live, silent = [binding("bob"), binding("ann")], set[str]()
    registrar = SimpleNamespace(expired=lambda _now: [], live=lambda _now: live)
    watch = SimpleNamespace(look=lambda *_args: None, is_out=lambda one: one.user in silent)
    phones = SimpleNamespace(changed=lambda _changes: None)
    stack = SimpleNamespace(
        note_security=lambda: None,
        identities=SimpleNamespace(registrar=registrar),
        phones=phones,
        watch=watch,
        registrar="phones",
        dropped={},
        turned_away={},
    )
    seconds = Seconds(cast("Any", stack), presence.look, rig.desk.clock)
    for now_silent in (set(), {"bob"}, set[str]()):
        silent.clear()
        silent.update(now_silent)
        seconds.look(0.0)
    assert told == [("ann", True), ("bob", True), ("bob", False), ("bob", True)]
