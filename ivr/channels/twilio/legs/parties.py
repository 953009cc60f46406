"""Everybody whom we ring up by REST, and who then asks for documents as a caller does.

How a leg gets on is known from its requests and its status callbacks, whichever comes first; the
call is told of each thing once. What a leg is to hear is read from the call's state each time.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ivr.channels.twilio.legs.lines import Line
from ivr.channels.twilio.legs.reach import target_of
from ivr.channels.twilio.rest import GoneError, LostError, NewCall, RestError
from ivr.channels.twilio.wire.calls import Address
from ivr.domain.call import CALLER, CallId, Cause, EndedBy, LegId, Turn
from ivr.domain.events import LegAnswered, LegEnded, LegFailed, LegRinging
from ivr.engine.legs import leg_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.twilio.rest import Rest
    from ivr.channels.twilio.settings import Settings
    from ivr.channels.twilio.wire.calls import Addresses
    from ivr.channels.twilio.wire.forms import CallStatus
    from ivr.config.model import Config
    from ivr.domain.commands import Dial
    from ivr.domain.events import Event
    from ivr.engine.state import State
    from ivr.runtime.live import LiveCall
    from ivr.runtime.replies import Reply
    from ivr.runtime.standing import Ports

_LOG = logging.getLogger(__name__)
NAME = "sid"
"""Under this name the provider's name of a call is kept in `way_back`."""
NAMED_WITHIN_S = 3.0
"""How long after a lost answer a call of ours may still make itself known."""
LONGEST_RING_S = 600


@dataclass(slots=True, eq=False)
class Party:
    """One leg. sid: the provider's name of its call, "" = not known yet. turn: its `Dial`.

    by_key: a key must be pressed to take the call. answered: somebody or something has picked up.
    up: and has taken the call, as the call knows. over: it is ended, or we want it so. told: the
    call knows that. rings: and that it rings. named: set with the sid. news: set when there may be
    something else to do for it. reply: the last one it got.
    """

    call: CallId
    leg: LegId
    turn: Turn
    language: str = ""
    by_key: bool = False
    sid: str = ""
    answered: bool = False
    up: bool = False
    over: bool = False
    told: bool = False
    rings: bool = False
    line: Line = field(default_factory=Line)
    reply: Reply | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    named: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Parties:
    """All legs of one trunk that we have rung up. tell: an event for a call, whatever it takes."""

    def __init__(
        self,
        rest: Rest,
        addresses: Addresses,
        settings: Settings,
        ports: Ports,
        tell: Callable[[CallId, Event], None],
    ) -> None:
        self._rest = rest
        self._addresses = addresses
        self._settings = settings
        self._clock = ports.clock
        self._tasks = ports.tasks
        self._tell = tell
        self._there: dict[CallId, dict[LegId, Party]] = {}

    def of(self, call: CallId) -> list[Party]:
        """Everybody in a call whom we have rung up."""
        return list(self._there.get(call, {}).values())

    def find(self, call: LiveCall | None, leg: LegId) -> Party | None:
        """One leg; one of a former life of the server is known by its way back."""
        if call is None or call.state is None:
            return None
        party = self._there.get(call.id, {}).get(leg)
        known = leg_of(call.state, leg) if party is None else None
        if known is None or NAME not in known.way_back:
            return party
        party = Party(call.id, leg, known.turn, sid=known.way_back[NAME], answered=True, up=True)
        self._there.setdefault(call.id, {})[leg] = party
        return party

    def by_name(self, call: CallId, sid: str) -> Party | None:
        """The leg that the provider calls so."""
        return next((one for one in self.of(call) if one.sid == sid and sid), None)

    # ringing up

    def ring(self, call: LiveCall, command: Dial, config: Config) -> None:
        """Ring somebody up, or say at once that there is no way to him."""
        found = target_of(command, config)
        key = bool(command.agent) and found is not None and found.is_number
        who = call.id, command.other, command.turn
        party = self.expect(*who, language=command.language, by_key=key)
        if found is None:
            self.fail(party, Cause.UNREACHABLE)
            return
        shown = _shown(self._settings, call.known, command, is_number=found.is_number)
        self.ring_up(party, found.to, shown, command.ring_s)

    def expect(self, call: CallId, leg: LegId, turn: Turn, **how: Any) -> Party:  # noqa: ANN401
        """Somebody is about to be rung up. how: the other facts of a `Party`."""
        party = Party(call, leg, turn, **how)
        self._there.setdefault(call, {})[leg] = party
        return party

    def ring_up(self, party: Party, to: str, shown: str, ring_s: float, told: str = "") -> None:
        """Have the provider ring him up. to: as it wants that. shown: the number that is seen.
        told: page that hears of answering machines, "" = none."""
        place = Address(party.call, party.leg, party.turn)
        wanted = NewCall(
            to,
            shown,
            self._addresses.at("leg", place),
            self._addresses.at("status", place),
            max(1, min(round(ring_s), LONGEST_RING_S)),
            self._settings.fallback_url,
            self._addresses.at(told, place) if told else None,
        )
        self._tasks.start(self._ring(party, wanted, ring_s), "ring up")

    async def _ring(self, party: Party, wanted: NewCall, ring_s: float) -> None:
        due = self._clock.now() + timedelta(seconds=ring_s)
        try:
            self.named(party, await self._rest.create(wanted))
        except LostError as error:
            _LOG.warning("leg_answer_lost", extra={"facts": {"reason": str(error)}})
            await self._within(party.named, NAMED_WITHIN_S)
            if not party.sid:
                self.fail(party, Cause.UNREACHABLE)
                return
        except RestError as error:
            _LOG.warning("leg_not_rung", extra={"facts": {"reason": str(error)}})
            self.fail(party, Cause.UNREACHABLE)
            return
        await self._clock.sleep_until(due)
        if not party.up and not party.over:
            self.fail(party, Cause.NO_ANSWER)

    async def _within(self, event: asyncio.Event, seconds: float) -> None:
        """Until it happens, or so long."""
        due = self._clock.now() + timedelta(seconds=seconds)
        waits = [
            self._tasks.start(_until(event), "party news"),
            self._tasks.start(self._clock.sleep_until(due), "party patience"),
        ]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def settled(self, party: Party, seconds: float) -> None:
        """Until something is to be done for a leg that had nothing to do, or so long."""
        await self._within(party.news, seconds)

    def named(self, party: Party, sid: str) -> None:
        """The provider's name of the leg's call is known, from its answer or from a request."""
        if party.sid:
            if party.sid != sid:
                _LOG.error("leg_named_twice", extra={"call": party.call})
            return
        party.sid = sid
        party.named.set()
        if party.over:
            self.hang_up(party)

    # how it gets on

    def progressed(self, party: Party, status: CallStatus) -> None:
        """A status callback; what is known already is no news."""
        if status == "ringing" and not (party.rings or party.answered or party.over):
            party.rings = True
            self._tell(party.call, LegRinging(leg=party.leg))
        elif status.cause is not None:
            self.ended(party, status.cause)

    def answered(self, party: Party) -> LegAnswered:
        """Somebody takes the call: what the call is to be told."""
        party.by_key = False
        return LegAnswered(leg=party.leg, way_back={NAME: party.sid})

    def ended(self, party: Party, cause: Cause) -> None:
        """The leg is over at the provider: an agent has hung up, or nobody answered."""
        if not party.up:
            silent = cause in (Cause.NORMAL, Cause.CANCELLED)
            self.fail(party, Cause.NO_ANSWER if silent else _FAILURES.get(cause, cause), gone=True)
        elif not party.told:
            party.told = party.over = True
            person = EndedBy.CALLER if party.leg == CALLER else EndedBy.AGENT
            by = EndedBy.LOST if cause in (Cause.FAILED, Cause.MACHINE) else person
            self._tell(party.call, LegEnded(leg=party.leg, cause=cause, by=by))

    def refused(self, party: Party) -> None:
        """Whoever has picked up does not take the call."""
        self.fail(party, Cause.NO_ANSWER)

    def fail(self, party: Party, cause: Cause, *, gone: bool = False) -> None:
        """Nobody takes the call. gone: the provider has ended the leg already."""
        if not party.told and not party.over:
            self._tell(party.call, LegFailed(leg=party.leg, cause=cause))
        party.told = True
        if gone:
            party.over = True
        self.end(party)

    # ending

    def end(self, party: Party) -> None:
        """Hang up; as soon as its call has a name, if it has none yet."""
        if party.over:
            return
        party.over = party.told = True
        party.news.set()
        if party.sid:
            self.hang_up(party)

    def close(self, call: CallId) -> None:
        """The call is over: so is everybody in it. Who is served as a caller hears his last words,
        and is hung up by them."""
        for party in self.of(call):
            if party.leg != CALLER or not party.up:
                self.end(party)
        self._there.pop(call, None)

    def look(self, state: State) -> None:
        """Whom the call does not know any more is hung up; the others look what is to be done."""
        for party in self.of(state.call):
            if leg_of(state, party.leg) is None:
                self.end(party)
            else:
                party.news.set()

    async def check(self, party: Party) -> None:
        """Whether a leg of a former life is still there: what happened meanwhile nobody told us."""
        try:
            status = await self._rest.status(party.sid)
        except GoneError:
            self.ended(party, Cause.NORMAL)
        except RestError:
            _LOG.warning("leg_not_checked", extra={"call": party.call})
        else:
            if status is not None and status.cause is not None:
                self.ended(party, status.cause)

    def hang_up(self, party: Party) -> None:
        """Have the provider end it."""
        work = self._rest.end_surely(party.sid, ringing=not party.answered)
        self._tasks.start(work, "hang up")


_FAILURES = {Cause.FAILED: Cause.UNREACHABLE}
"""What the provider calls failed is a way that leads nowhere."""


async def _until(event: asyncio.Event) -> None:
    await event.wait()


def _shown(settings: Settings, state: State, command: Dial, *, is_number: bool) -> str:
    """The number that is seen: on the telephone network it must be one of the account."""
    own = settings.agent_from or state.dnis
    if command.caller_id:
        return command.caller_id
    return own if is_number else (state.ani or own)
