"""Whatever happens to the legs of a call and whenever: switch and trunk agree, nothing is kept."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.sound.box import Collected, Silent
from ivr.channels.sip.sound.box import Ended as SoundEnded
from ivr.channels.sip.wire.control import Collect, Play
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
    ReferProgress,
)
from ivr.domain.errors import MediaError
from ivr.engine.state import LIVE
from ivr.runtime.memory.clock import settle
from tests.fakes.sip_rig import FLOW, NUMBER, THEM, Rig, record, response, sdp, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.sip.sound.box import Opened, Place
    from ivr.channels.sip.wire.words import Heard
    from ivr.channels.sip.works import Party

USERS = ("bob", "carol", "dave")
STEPS = 100


class Chance:
    """Plays whatever may happen, by one seed."""

    def __init__(self, rig: Rig, seed: int) -> None:
        self.rig = rig
        self.dice = random.Random(seed)  # noqa: S311 - of a test
        self.calls = 0
        self._open = rig.sound.open
        rig.sound.open = self._slowly  # type: ignore[method-assign]

    async def _slowly(self, leg: int, place: Place, **near: int | None) -> Opened:
        """Ports take their time, and now and then there are none."""
        await settle(self.dice.choice((0, 0, 1, 2, 10)))
        if self.dice.random() < 0.05:
            raise MediaError("no RTP port is free")
        return await self._open(leg, place, near=near["near"])

    async def play(self) -> None:
        """Some steps, with more or less time between."""
        for _ in range(STEPS):
            self.step()
            if self.dice.random() < 0.1:
                await self.rig.desk.clock.advance(self.dice.choice((0.3, 2, 12)))
            await settle(self.dice.choice((0, 1, 2, 3, 5, 60)))

    def step(self) -> None:
        """One thing that may happen now, and now and then the store or a voice fails."""
        if self.dice.random() < 0.05:
            self.rig.desk.store.away = self.dice.randrange(3)
        if self.dice.random() < 0.05:
            self.rig.sounds.slow = set(self.dice.sample(("hello", "sorry", "bye"), 2))
        parties = list(self.rig.works.dialogs.values())
        if not parties or self.dice.random() < 0.15:
            self._call(parties)
            return
        party = self.dice.choice(parties)
        happens = self.dice.choice(self._may_happen(party))
        happens(party)

    def _call(self, parties: list[Party]) -> None:
        self.calls += 1
        user = self.dice.choice(("", *USERS))
        called = self.dice.choice((NUMBER, NUMBER, *USERS))
        replaces = ""
        if user and parties and self.dice.random() < 0.3:
            replaces = self.dice.choice(parties).name
        offer = self.rig.offered(called, peer=user, replaces=replaces, user=user or "caller")
        self.rig.trunk.heard(replace(offer, call=f"in-{self.calls}"))

    def _may_happen(self, party: Party) -> list[Callable[[Party], None]]:
        if party.invite is None:
            return [self._acked, self._cancelled, self._held, self._key, self._said, self._key]
        if not party.acked:
            return [self._rings, self._answered, self._answered, self._failed]
        return [self._ended, self._held, self._refer, self._silent, self._refer]

    def _tell(self, heard: Heard) -> None:
        self.rig.trunk.heard(heard)

    def _acked(self, party: Party) -> None:
        if party.agreed is not None:
            self._tell(Acked(party.name, None, record(party.name)))

    def _cancelled(self, party: Party) -> None:
        answered = party.agreed is not None
        gone = Ended(party.name, "normal", far=True) if answered else Cancelled(party.name)
        if self.dice.random() < 0.4:
            self._tell(gone)

    def _ended(self, party: Party) -> None:
        cause = self.dice.choice(("normal", "signal_lost"))
        self._tell(Ended(party.name, cause, far=cause == "normal"))  # type: ignore[arg-type]

    def _held(self, party: Party) -> None:
        direction = self.dice.choice(("sendonly", "sendrecv"))
        if party.agreed is not None:
            self._tell(Changed(party.name, "INVITE", sdp(direction=direction)))

    def _refer(self, party: Party) -> None:
        others = [each.name for each in self.rig.works.dialogs.values()]
        replaces = self.dice.choice(("", "?", *others))
        to = f"sip:{self.dice.choice(USERS)}@{THEM}"
        self._tell(ReferAsked(party.name, self.dice.randrange(1_000), to, replaces, ""))

    def _rings(self, party: Party) -> None:
        self._tell(Progress(party.name, "t", 180, None))

    def _answered(self, party: Party) -> None:
        body = self.dice.choice((sdp(), sdp(), sdp(), None))
        self._tell(Answered(party.name, "t", body, record(party.name), response(200)))

    def _failed(self, party: Party) -> None:
        self._tell(Failed(party.name, 486, "busy"))

    def _silent(self, party: Party) -> None:
        self.rig.sound.say(Silent(party.line))

    def _key(self, party: Party) -> None:
        asked = self.rig.sounded(Collect, party.line)
        if asked:
            key = self.dice.choice("1222334")
            told = Collected(party.line, asked[-1].turn, key, "", "match", "", "")
            self.rig.sound.say(told)

    def _said(self, party: Party) -> None:
        self._tell(ReferProgress(party.name, self.dice.choice((200, 503)), final=True))
        played = self.rig.sounded(Play, party.line)
        if played:
            self.rig.sound.say(SoundEnded(party.line, played[-1].turn, "end", 900))


async def at_rest(rig: Rig) -> None:
    """Everything that was begun is done."""
    rig.desk.store.away = 0
    rig.sounds.gate.set()
    for _ in range(5):
        await settle(60)
        await rig.desk.clock.advance(1)


def check(rig: Rig) -> None:
    """Each leg that the switch believes in is there, and no other."""
    for talk in rig.works.calls.values():
        assert talk.id is not None
        state = rig.desk.switch.calls[talk.id].state
        assert state is not None
        if state.region == LIVE:
            assert {leg.id for leg in state.legs} == set(talk.parties), state.legs
            seats = {leg.id: leg.bridge for leg in state.legs if leg.bridge}
            assert seats == {leg: seat.bridge for leg, seat in talk.seats.items()}
            modes = {leg.id: leg.mode for leg in state.legs if leg.bridge}
            assert modes == {leg: seat.mode for leg, seat in talk.seats.items()}
        assert talk.second is None
    ours = {party.name for talk in rig.works.by_ref.values() for party in talk.parties.values()}
    assert set(rig.works.dialogs) == ours
    assert set(rig.sound.opened) == {party.line for party in rig.works.dialogs.values()}
    assert set(rig.works.phones) == {party.phone for party in rig.works.dialogs.values()} - {""}


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(50))
async def test_whatever_happens_nobody_is_lost_and_nothing_is_kept(
    seed: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = await Rig.start(settings(extensions="desk"))
    for user in USERS:
        where = f"sip:{user}@{THEM}:5062"
        rig.stack.known.append(Binding(user, "k", where, (), FLOW, (), "c", 1, 1e9))
    monkeypatch.setattr(rig.stack.identities.guard, "new_call", lambda *_: True)
    await Chance(rig, seed).play()
    await at_rest(rig)
    check(rig)
    for party in list(rig.works.dialogs.values()):
        if party.name in rig.works.dialogs:
            rig.trunk.heard(Ended(party.name, "normal", far=True))
    await at_rest(rig)
    assert (rig.works.calls, rig.works.by_ref, rig.works.dialogs) == ({}, {}, {})
    assert (rig.works.phones, rig.stack.owners, rig.sound.opened) == ({}, {}, {})
    assert not rig.desk.switch.calls
    assert "broken" not in caplog.text
    assert "call_step_failed" not in caplog.text
    assert "task_failed" not in caplog.text
    await rig.close()
