"""What legs do in their rooms: on hold, muted, whispering, listening, changed while they talk; and
what is announced to them there."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.channels.twilio.documents import room_name
from ivr.channels.twilio.rest import GoneError, RestError
from ivr.channels.twilio.wire.calls import Address
from ivr.domain.call import BridgeId, CallId, LegId, Mode
from ivr.engine.legs import leg_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.twilio.legs.lines import Line
    from ivr.channels.twilio.rest import Pairs, Rest
    from ivr.channels.twilio.wire.calls import Addresses
    from ivr.domain.call import Prompt
    from ivr.engine.party import Leg
    from ivr.runtime.live import LiveCall
    from ivr.runtime.standing import Ports

_LOG = logging.getLogger(__name__)
TRIES = 10
PAUSE_S = 0.3
"""Between two tries to change somebody who is still on his way into the room."""
_SILENT = (Mode.MUTE, Mode.LISTEN)
Doing = tuple[Mode, LegId]


class Rooms:
    """The rooms of one trunk. named: call and leg -> the provider's name of the leg's call."""

    def __init__(
        self,
        rest: Rest,
        addresses: Addresses,
        ports: Ports,
        named: Callable[[LiveCall, LegId], str],
    ) -> None:
        self._rest = rest
        self._addresses = addresses
        self._clock = ports.clock
        self._tasks = ports.tasks
        self._named = named
        self._sids: dict[CallId, dict[BridgeId, str]] = {}
        self._said: dict[tuple[CallId, LegId], tuple[Prompt, ...]] = {}

    def opened(self, call: CallId, bridge: BridgeId, sid: str) -> None:
        """The provider tells its own name of a room."""
        self._sids.setdefault(call, {})[bridge] = sid

    def close(self, call: CallId) -> None:
        """The call is over."""
        self._sids.pop(call, None)
        for key in [key for key in self._said if key[0] == call]:
            del self._said[key]

    def announce(self, call: LiveCall, leg: LegId, line: Line, prompts: tuple[Prompt, ...]) -> None:
        """Say something to a leg where it is."""
        self._said[call.id, leg] = prompts
        self._tasks.start(self._announce(call, leg, line), "announcement")

    def announced(self, call: CallId, leg: LegId) -> tuple[Prompt, ...]:
        """What is to be said to a leg whose document is asked for."""
        return self._said.get((call, leg), ())

    async def _announce(self, call: LiveCall, leg: LegId, line: Line) -> None:
        page = self._addresses.at("notice", Address(call.id, leg, call.known.next_bridge))
        form = [("AnnounceUrl", page), ("AnnounceMethod", "POST")]
        for _attempt in range(TRIES):
            if line.room and await self._heard(call, leg, line, form):
                return
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=PAUSE_S))
        _LOG.warning("not_announced", extra={"call": call.id, "facts": {"leg": leg}})

    async def _heard(self, call: LiveCall, leg: LegId, line: Line, form: Pairs) -> bool:
        try:
            await self._rest.sit(await self._room(call.id, line.room), self._named(call, leg), form)
        except (GoneError, RestError):
            return False
        return True

    def look(self, call: LiveCall, leg: Leg, line: Line) -> None:
        """Let a leg do in its room what the call wants it to do there."""
        wanted = (leg.mode, leg.to)
        is_there = bool(line.room) and line.room == leg.bridge
        if is_there and not line.setting and wanted != (line.mode, line.to):
            line.setting = True
            self._tasks.start(self._set(call, leg.id, line), "mode")

    async def _set(self, call: LiveCall, leg: LegId, line: Line) -> None:
        """Until it does what is wanted by then; who does not come into the room is left alone."""
        tries = 0
        try:
            while tries < TRIES and (wanted := _wanted(call, leg, line)) is not None:
                tries += 1
                if not await self._changed(call, leg, line, wanted):
                    due = self._clock.now() + timedelta(seconds=PAUSE_S)
                    await self._clock.sleep_until(due)
        finally:
            line.setting = False

    async def _changed(self, call: LiveCall, leg: LegId, line: Line, wanted: Doing) -> bool:
        bridge = line.room
        form = self._form(call, leg, (line.mode, line.to), wanted)
        try:
            if form:
                room = await self._room(call.id, bridge)
                await self._rest.sit(room, self._named(call, leg), form)
        except GoneError:
            return False
        except RestError as error:
            _LOG.warning("mode_not_set", extra={"facts": {"reason": str(error)}})
            return False
        if line.room == bridge:
            line.mode, line.to = wanted
        return True

    async def _room(self, call: CallId, bridge: BridgeId) -> str:
        known = self._sids.setdefault(call, {})
        if bridge not in known:
            known[bridge] = await self._rest.room(room_name(call, bridge))
        return known[bridge]

    def _form(self, call: LiveCall, leg: LegId, before: Doing, after: Doing) -> Pairs:
        """What differs, in the provider's words."""
        form: list[tuple[str, str]] = []
        was, mode = before[0], after[0]
        if (was is Mode.HELD) != (mode is Mode.HELD):
            form.append(("Hold", _word(mode is Mode.HELD)))
            if mode is Mode.HELD:
                music = self._addresses.at("hold", Address(call.id, leg, call.known.next_bridge))
                form += [("HoldUrl", music), ("HoldMethod", "POST")]
        if (was in _SILENT) != (mode in _SILENT):
            form.append(("Muted", _word(mode in _SILENT)))
        if before != after and Mode.WHISPER in (was, mode):
            form.append(("Coaching", _word(mode is Mode.WHISPER)))
            if mode is Mode.WHISPER:
                form.append(("CallSidToCoach", self._named(call, after[1])))
        return form


def _wanted(call: LiveCall, leg: LegId, line: Line) -> Doing | None:
    """What the call wants the leg to do that it does not do yet; None = nothing."""
    known = leg_of(call.state, leg) if call.state is not None else None
    if known is None or not line.room or known.bridge != line.room:
        return None
    return None if (known.mode, known.to) == (line.mode, line.to) else (known.mode, known.to)


def _word(value: bool) -> str:
    return "true" if value else "false"
