"""Phones that ring: whoever does not answer in time is given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ivr.domain.call import CallId, Turn
from ivr.runtime.timers import Timers

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports import Clock

_NO_TURN = Turn(0)


class Rings(Protocol):
    """A leg that rings (`Party`). name: of its dialog."""

    name: str

    def give_up(self) -> None:
        """Nobody has answered in time."""


class Bells:
    """All legs that ring now, by the names of their dialogs."""

    def __init__(self, clock: Clock) -> None:
        self._ringing: dict[str, Rings] = {}
        self._timers = Timers(clock, self._rang_out)

    def __len__(self) -> int:
        """How many ring."""
        return len(self._ringing)

    async def run(self) -> None:
        """Give up who is not there in time, for ever."""
        await self._timers.run()

    def ring_until(self, party: Rings, due: datetime) -> None:
        """Give up a leg that nobody has answered by then."""
        self._ringing[party.name] = party
        self._timers.set(CallId(party.name), _NO_TURN, due)

    def stop(self, party: Rings) -> None:
        """Somebody answered, or nobody needs to any more."""
        if self._ringing.pop(party.name, None) is not None:
            self._timers.cancel(CallId(party.name), _NO_TURN)

    def _rang_out(self, name: CallId, _turn: Turn) -> None:
        party = self._ringing.pop(str(name), None)
        if party is not None:
            party.give_up()
