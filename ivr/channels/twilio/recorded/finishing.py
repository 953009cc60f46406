"""Messages whose caller has gone: asked for at the provider until it says what became of them.

It calls back, too, some time or never; whoever is first is heard. Source: Twilio, "Recordings
resource": the list of a call's recordings, and their states.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from ivr.channels.twilio.rest import DESTROYED, GoneError
from ivr.channels.twilio.wire.calls import message_of
from ivr.domain.call import CALLER, EndedBy
from ivr.domain.errors import PortError
from ivr.domain.events import LegEnded
from ivr.domain.recording import HANGUP, LOST, MessageTaken, TakeMessage
from ivr.engine.state import LIVE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ivr.channels.twilio.recorded.sounds import ProviderRecordings
    from ivr.channels.twilio.rest import Recording, Rest
    from ivr.domain.call import CallId, LegId, Turn
    from ivr.runtime.live import LiveCall
    from ivr.runtime.switch import Switch

_LOG = logging.getLogger(__name__)
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Before each look; the last of them over and over."""
LONGEST_S = 3000.0
"""So long a message is looked for: a provider that is away, or still at work, is waited for."""
TAIL_S = 0.5
"""So much silence is part of a message, at its end."""
LOOKS = 3
"""So often a call must have no recording that there is none: who hangs up before the tone."""


class Finishing:
    """Those of one trunk. sid_of: the provider's name of a leg's call, "" = not known."""

    def __init__(
        self,
        rest: Rest,
        recordings: ProviderRecordings,
        switch: Switch,
        sid_of: Callable[[LiveCall, LegId], str],
    ) -> None:
        self._rest = rest
        self._recordings = recordings
        self._switch = switch
        self._sid_of = sid_of

    def begin(self, call: LiveCall, turn: Turn) -> None:
        """The caller of a message has gone, or is to go: from now on what there is of it is all."""
        work = self._finish(call, turn, self._sid_of(call, CALLER))
        self._switch.ports.tasks.start(work, "message of who has gone")

    async def check(self, call: LiveCall) -> None:
        """After a restart: whether a caller who was speaking has gone while nobody heard it."""
        state = call.known
        speaks = any(isinstance(one, TakeMessage) for one in state.waiting())
        if (
            speaks
            and state.region == LIVE
            and not await self._rest.goes_on(self._sid_of(call, CALLER))
        ):
            event = LegEnded(leg=CALLER, by=EndedBy.CALLER)
            await self._switch.carrier.deliver_surely(call.id, event)

    async def _finish(self, call: LiveCall, turn: Turn, sid: str) -> None:
        """Until the call knows. Whom we hang up is recorded on and on until he is off the line."""
        if call.known.ended_by is not EndedBy.CALLER:
            await self._rest.end_surely(sid)
        asked = open_message(self._switch, call.id, turn)
        if asked is None:
            return
        event = await self._told(call.id, asked, sid)
        if event is not None:
            await self._switch.carrier.deliver_surely(call.id, event)

    async def _told(self, call: CallId, asked: TakeMessage, sid: str) -> MessageTaken | None:
        """What became of a message; None if the call has been told meanwhile."""
        empty = 0
        for pause_s in _pauses():
            await self._pause(pause_s)
            if open_message(self._switch, call, asked.turn) is None:
                return None
            try:
                newest = await self._newest(call, sid)
            except PortError as error:
                facts = {"why": str(error)}
                _LOG.warning("message_waits_for_provider", extra={"call": call, "facts": facts})
                continue
            empty += newest is None
            if newest is not None and (newest.is_there or newest.is_nothing):
                return await self._taken(asked, newest)
            if empty >= LOOKS:
                return MessageTaken(turn=asked.turn, ended_by=HANGUP)
        _LOG.error("message_lost", extra={"call": call, "facts": {"provider_call": sid}})
        return MessageTaken(turn=asked.turn, ended_by=LOST)

    async def _newest(self, call: CallId, sid: str) -> Recording | None:
        """The newest recording of a call that is no message yet. Raises RestError, StoreError."""
        known = await self._recordings.known(call)
        try:
            listed = await self._rest.recordings_of(sid)
        except GoneError:
            return None
        new = (one for one in listed if one.sid not in known and one.status != DESTROYED)
        return next(new, None)

    async def heard(self, call: CallId, asked: TakeMessage, found: Recording) -> None:
        """The provider tells of a recording by itself. What must be listened to takes a while."""
        if in_doubt(asked, found.seconds):
            work = self._told_of(call, asked, found)
            self._switch.ports.tasks.start(work, "message of who has gone")
        else:
            await self._told_of(call, asked, found)

    async def _told_of(self, call: CallId, asked: TakeMessage, found: Recording) -> None:
        event = await self._taken(asked, found)
        await self._switch.carrier.deliver_surely(call, event)

    async def _taken(self, asked: TakeMessage, found: Recording) -> MessageTaken:
        """A recording that a hang-up has ended. One that may be all silence is listened to."""
        name, length_s = "" if found.is_nothing else found.sid, found.seconds
        if name and in_doubt(asked, length_s):
            spoken_s = await self._recordings.spoken_s(name)
            if spoken_s is not None:
                length_s = min(spoken_s + TAIL_S if spoken_s else 0.0, length_s or spoken_s)
        return self._recordings.taken(message_of(asked, name, length_s, HANGUP), name)

    async def _pause(self, seconds: float) -> None:
        clock = self._switch.ports.clock
        await clock.sleep_until(clock.now() + timedelta(seconds=seconds))


def in_doubt(asked: TakeMessage, length_s: float | None) -> bool:
    """Whether all that was recorded up to a hang-up may be silence: who says nothing after the tone
    and goes has left no message, and nobody is to look for one."""
    return length_s is None or length_s < ceil(asked.silence_s) + asked.shortest_s


def open_message(switch: Switch, call: CallId, turn: int) -> TakeMessage | None:
    """The message of this turn, if the call still waits to be told of it."""
    live = switch.calls.get(call)
    state = live.state if live is not None else None  # none once the call is over
    waiting = state.waiting() if state is not None else ()
    found = next((one for one in waiting if one.turn == turn), None)
    return found if isinstance(found, TakeMessage) else None


def _pauses() -> Iterator[float]:
    waited_s, count = 0.0, 0
    while waited_s < LONGEST_S:
        pause_s = PAUSES_S[min(count, len(PAUSES_S) - 1)]
        yield pause_s
        waited_s, count = waited_s + pause_s, count + 1
