"""What the provider does with each leg now, and the one door by which we move it ourselves.

A caller in a room or with music in his ear asks for nothing, so he is moved by REST: the provider
fetches our page `ask` with an address that only this move has. What he asks for by himself
meanwhile is put off; two doors would throw him out of a room and in again (twilio.md 5.3).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ivr.channels.twilio.documents import Asked, Wait
from ivr.channels.twilio.rest import GoneError, RestError
from ivr.channels.twilio.wire.calls import Address, door_turn, is_door
from ivr.domain.call import CALLER, NO_LEG, BridgeId, CallId, Cause, EndedBy, LegId, Mode, Turn
from ivr.domain.events import Event, LegEnded

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.twilio.rest import Rest
    from ivr.channels.twilio.wire.calls import Addresses
    from ivr.runtime.replies import ReplyKey
    from ivr.runtime.standing import Ports

_LOG = logging.getLogger(__name__)
WITHIN_S = 3.0
"""How long a move may take; then who waits in our loop is served there, and others again."""
TRIES = 5
NOWHERE = BridgeId(0)
SILENCE = Turn(0)
NO_DOOR = -1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_PIECES = 1 << 16


@dataclass(slots=True, eq=False)
class Line:
    """One leg at the provider. room: the bridge it was sent into. mode, to: what it does there.

    strolls: the turn that it answers in a sub-flow, while it waits for an agent who may end that.
    song: the turn of the wait whose music it hears; at, piece: the request that was given the last
    piece, and which it was. door: the row at which we began to move it; until: see `WITHIN_S`.
    setting: a change of its mode is under way.
    """

    room: BridgeId = NOWHERE
    mode: Mode = Mode.TALK
    to: LegId = NO_LEG
    song: Turn = SILENCE
    strolls: Turn = SILENCE
    at: ReplyKey | None = None
    piece: int = 0
    door: int = NO_DOOR
    until: datetime = field(default=_EPOCH)
    setting: bool = False

    @property
    def is_idle(self) -> bool:
        """Whether it is where it asks for nothing by itself, or not soon."""
        return bool(self.room or self.song)

    def lets_in(self, turn: int, now: datetime) -> bool:
        """Whether a request may be served: not while the leg is being moved by another one."""
        if self.door == NO_DOOR:
            return True
        if (is_door(turn) and turn <= door_turn(self.door)) or (
            not self.room and now >= self.until
        ):
            self.door = NO_DOOR
        return self.door == NO_DOOR

    def wait(self, call: CallId, asked: Asked | None, key: ReplyKey) -> Wait | None:
        """How far a caller is in his wait who comes with this request; None if he does not wait."""
        if asked is None or asked.music is None:
            return None
        heard = self.song == asked.turn and self.at != key
        first = sum(call.encode()) % _MOST_PIECES
        piece = self.piece + 1 if heard else first
        return Wait(Address(call, CALLER, key.turn, key.part + 1), piece, heard)

    def hears(self, asked: Asked, wait: Wait, key: ReplyKey) -> None:
        """The caller gets this piece."""
        self.asks()
        self.song, self.at, self.piece = asked.turn, key, wait.piece

    def sits(self, bridge: BridgeId, mode: Mode, to: LegId) -> None:
        """The leg is sent into a room; who is to be held there talks at first."""
        self.asks()
        self.room = bridge
        self.mode, self.to = (Mode.TALK if mode is Mode.HELD else mode), to

    def asks(self, strolls: Turn = SILENCE) -> None:
        """The leg has a document that leads back to us soon."""
        self.room, self.song, self.strolls, self.at = NOWHERE, SILENCE, strolls, None


class Doors:
    """Moves legs by REST. tell: an event for a call, whatever it takes."""

    def __init__(
        self,
        rest: Rest,
        addresses: Addresses,
        ports: Ports,
        tell: Callable[[CallId, Event], None],
    ) -> None:
        self._rest = rest
        self._addresses = addresses
        self._clock = ports.clock
        self._tasks = ports.tasks
        self._tell = tell

    def open(self, line: Line, address: tuple[CallId, LegId, int], sid: str) -> None:
        """Let a leg ask what to do now. address: call, leg and the journal's row; sid: whose."""
        call, leg, seq = address
        if line.door != NO_DOOR:  # it will be told what is then to be done
            return
        line.door = seq
        line.until = self._clock.now() + timedelta(seconds=WITHIN_S)
        self._tasks.start(self._move(line, Address(call, leg, door_turn(seq)), sid), "move")

    async def _move(self, line: Line, address: Address, sid: str) -> None:
        seq = line.door
        for _attempt in range(TRIES):
            try:
                await self._rest.move(sid, self._addresses.url(address))
            except GoneError:
                self._gone(line, address, Cause.NORMAL, EndedBy.CALLER)
                return
            except RestError as error:
                _LOG.warning("leg_not_moved", extra={"facts": {"reason": str(error)}})
                if not line.room:
                    line.until = self._clock.now()
            await self._clock.sleep_until(line.until)
            if line.door != seq:
                return
            if not line.room:
                line.door = NO_DOOR  # the loop serves him
                return
            line.until = self._clock.now() + timedelta(seconds=WITHIN_S)
        self._gone(line, address, Cause.FAILED, EndedBy.LOST)

    def _gone(self, line: Line, address: Address, cause: Cause, by: EndedBy) -> None:
        """Nobody is there to be moved."""
        line.door = NO_DOOR
        line.asks()
        who = by if address.leg == CALLER else EndedBy.AGENT
        self._tell(address.call, LegEnded(leg=address.leg, cause=cause, by=who))
