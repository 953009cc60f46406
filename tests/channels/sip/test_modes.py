"""Mute, listen, whisper, barge and conference: from the engine's words to what ears hear."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip import doing
from ivr.channels.sip.wire.control import Hear
from ivr.channels.sip.wire.orders import HangUp
from ivr.channels.sip.works import Party
from ivr.domain.call import CALLER, BridgeId, Cause, LegId, Mode
from ivr.domain.commands import Command, Join, Part, SetMode
from ivr.domain.commands import HangUp as HangUpLeg
from ivr.media.g711 import SILENT_FRAME
from ivr.media.mix import blend, samples
from tests.fakes.lanes import Bench, Phone, frame

if TYPE_CHECKING:
    from ivr.channels.sip.works import Talk
    from tests.fakes.sip_rig import Rig

HERE, THERE = BridgeId(1), BridgeId(2)
AGENT, BOSS = LegId(2), LegId(3)
VOICES = {1: 0x11, 2: 0x22, 3: 0x99}
SILENT = SILENT_FRAME["pcma"][0]


@dataclass
class Floor:
    """A call of some legs whose sound goes through real lanes; leg n is phone n of the bench."""

    rig: Rig
    talk: Talk
    bench: Bench = field(default_factory=Bench)
    done: int = 0

    async def add(self, leg: LegId) -> None:
        party = Party(f"leg-{leg}", self.rig.house.new_line(), self.rig.works)
        await self.rig.house.open_line(party)
        self.rig.works.enter(self.talk.add(party, leg))

    def do(self, *commands: Command) -> None:
        """Carry out commands, and let the lanes obey what comes of them."""
        doing.carry_out(self.rig.works, self.talk, commands)
        legs = {party.line: leg for leg, party in self.talk.parties.items()}
        orders = [one for one in self.rig.sound.orders if isinstance(one, Hear)]
        for order in orders[self.done :]:
            lanes = [self.bench.phones[legs[line]].lane for line in order.sources if line in legs]
            if order.leg in legs:
                lane = self.bench.phones[legs[order.leg]].lane
                lane.hear(lanes, order.hold, keys=order.keys)
        self.done = len(orders)

    def heard(self) -> dict[int, set[int]]:
        """All speak at once: whose voices reach whom. A mix of others is told by its octets."""
        for phone in self.bench.phones.values():
            phone.got.clear()
        speakers = [(phone, VOICES[leg]) for leg, phone in self.bench.phones.items()]
        self.bench.run(400, talking=speakers)
        return {leg: self._voices(phone) for leg, phone in self.bench.phones.items()}

    def _voices(self, phone: Phone) -> set[int]:
        last = phone.sound()[-1].payload
        named = {octets(legs): set(legs) for legs in groups()}
        return named.get(last, {-1})


def groups() -> list[tuple[int, ...]]:
    return [legs for size in (1, 2) for legs in combinations(VOICES, size)]


def octets(legs: tuple[int, ...]) -> bytes:
    """What an ear hears of these voices together."""
    return blend("pcma", [samples("pcma", frame(VOICES[leg])) for leg in legs])


@pytest.fixture
async def floor(rig: Rig) -> Floor:
    """A caller and his agent in a bridge, and a supervisor who was rung up."""
    rig.house.songs.own = ("tune/10/51",)
    made = Floor(rig, await rig.call())
    for leg in (AGENT, BOSS):
        await made.add(leg)
    for number in VOICES:
        made.bench.phone(number)
    made.do(Join(bridge=HERE), Join(leg=AGENT, bridge=HERE))
    return made


async def test_the_two_hear_each_other(floor: Floor) -> None:
    heard = floor.heard()
    assert (heard[1], heard[2]) == ({2}, {1})


async def test_who_is_muted_hears_and_is_not_heard(floor: Floor) -> None:
    floor.do(SetMode(leg=AGENT, mode=Mode.MUTE))
    heard = floor.heard()
    assert heard[2] == {1}
    assert floor.bench.phones[1].sound()[-1].payload == bytes([SILENT]) * 160  # no hold music
    floor.do(SetMode(leg=AGENT, mode=Mode.TALK))
    assert floor.heard()[1] == {2}


async def test_who_listens_in_hears_both_and_is_heard_by_nobody(floor: Floor) -> None:
    floor.do(Join(leg=BOSS, bridge=HERE, mode=Mode.LISTEN))
    assert floor.heard() == {1: {2}, 2: {1}, 3: {1, 2}}


async def test_a_whisper_reaches_the_agent_alone(floor: Floor) -> None:
    floor.do(Join(leg=BOSS, bridge=HERE, mode=Mode.WHISPER, to=AGENT))
    assert floor.heard() == {1: {2}, 2: {1, 3}, 3: {1, 2}}
    floor.do(SetMode(leg=BOSS, mode=Mode.LISTEN))
    assert floor.heard()[2] == {1}
    floor.do(SetMode(leg=BOSS, mode=Mode.WHISPER, to=AGENT))
    assert floor.heard()[2] == {1, 3}


async def test_who_barges_in_talks_with_both(floor: Floor) -> None:
    floor.do(Join(leg=BOSS, bridge=HERE, mode=Mode.LISTEN))
    floor.do(SetMode(leg=BOSS, mode=Mode.TALK))
    assert floor.heard() == {1: {2, 3}, 2: {1, 3}, 3: {1, 2}}


async def test_who_is_held_hears_music_and_the_others_go_on(floor: Floor) -> None:
    floor.do(Join(leg=BOSS, bridge=HERE), SetMode(mode=Mode.HELD))
    heard = floor.heard()
    assert (heard[2], heard[3]) == ({3}, {2})
    assert heard[1] == {-1}  # the tune
    hold = floor.rig.sounded(Hear, floor.talk.parties[CALLER].line)[-1].hold
    assert hold is not None


async def test_an_agent_who_holds_the_caller_hears_silence_and_no_music(floor: Floor) -> None:
    floor.do(SetMode(mode=Mode.HELD))
    line = floor.talk.parties[AGENT].line
    found = floor.rig.sounded(Hear, line)[-1]
    assert (found.sources, found.hold) == ((), None)


async def test_a_consult_has_a_bridge_of_its_own_until_they_are_merged(floor: Floor) -> None:
    floor.do(SetMode(mode=Mode.HELD), Part(leg=AGENT))
    floor.do(Join(leg=AGENT, bridge=THERE), Join(leg=BOSS, bridge=THERE))
    heard = floor.heard()
    assert (heard[2], heard[3]) == ({3}, {2})
    both = (Join(leg=AGENT, bridge=HERE), Join(leg=BOSS, bridge=HERE))
    floor.do(*both, SetMode(mode=Mode.TALK))
    assert floor.heard() == {1: {2, 3}, 2: {1, 3}, 3: {1, 2}}


async def test_who_leaves_a_conference_leaves_two_who_talk(floor: Floor) -> None:
    floor.do(Join(leg=BOSS, bridge=HERE))
    floor.do(Part(leg=AGENT), HangUpLeg(leg=AGENT))
    heard = floor.heard()
    assert (heard[1], heard[3]) == ({3}, {1})


async def test_six_talk_together_and_nobody_hears_himself(floor: Floor) -> None:
    for leg in map(LegId, (4, 5, 6)):
        await floor.add(leg)
        floor.bench.phone(leg)
    floor.do(*(Join(leg=LegId(leg), bridge=HERE) for leg in range(3, 7)))
    lines = floor.talk.heard_lines()
    everybody = {party.line for party in floor.talk.parties.values()}
    for leg, party in floor.talk.parties.items():
        assert set(lines[leg]) == everybody - {party.line}


async def test_who_lost_the_race_learns_that_the_call_was_completed_elsewhere(
    floor: Floor,
) -> None:
    floor.do(HangUpLeg(leg=BOSS, cause=Cause.ELSEWHERE))
    (order,) = floor.rig.ordered(HangUp)
    assert (order.call, order.reason) == (
        "leg-3",
        'SIP;cause=200;text="Call completed elsewhere"',
    )
    assert not floor.talk.news
