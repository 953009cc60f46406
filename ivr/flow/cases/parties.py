"""Whom a virtual call rings up: what the test says becomes of them, and what it lets them do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, Cause, EndedBy, LegId
from ivr.domain.commands import Close, Dial, HangUp, Refer
from ivr.domain.events import (
    Event,
    HoldAsked,
    LegAnswered,
    LegEnded,
    LegFailed,
    LegRinging,
    ReferSettled,
    TransferAsked,
)
from ivr.flow.cases.queues import WAITS, Queues

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.commands import Command

RINGS_MS, ANSWERS_MS = 500, 3000
"""When a phone begins to ring, and when somebody who answers does so."""
ANSWERS = "answers"
_FAILS: Mapping[str, tuple[int, Cause]] = {
    "busy": (1000, Cause.BUSY),
    "failed": (RINGS_MS, Cause.UNREACHABLE),
    "rejects": (1000, Cause.REJECTED),
}


@dataclass(frozen=True, slots=True)
class _Coming:
    """An event of a leg that is on its way."""

    at_ms: int
    event: Event


class Parties:
    """The far sides of one virtual call. fates: place -> `busy noanswer failed answers`.

    Times are milliseconds since the call began. A place without a fate answers. talks_ms: after so
    long whoever answered hangs up; None = only when the test says so. queues: who says what
    becomes of agents.
    """

    def __init__(
        self,
        fates: Mapping[str, str],
        talks_ms: int | None = None,
        queues: Queues | None = None,
    ) -> None:
        self._fates = fates
        self._talks_ms = talks_ms
        self._queues = queues or Queues({})
        self._dials: dict[LegId, Dial] = {}
        self._coming: list[_Coming] = []
        self._ringing: list[LegId] = []
        self._up: list[LegId] = []

    @property
    def rings(self) -> bool:
        """Whether somebody is being rung up."""
        return bool(self._ringing)

    @property
    def keeps_waiting(self) -> bool:
        """Whether something will be heard by itself of who is rung up, or of the queue."""
        rings = any(not self._dials[leg].offer for leg in self._ringing)
        return rings or self._queues.tells_soon

    @property
    def talks(self) -> bool:
        """Whether somebody has answered and is still there."""
        return bool(self._up)

    def carry_out(self, command: Command, now_ms: int) -> None:
        """What the engine wants of them; commands that concern nobody here do nothing."""
        self._queues.carry_out(command, now_ms)
        if isinstance(command, Dial):
            self._dial(command, now_ms)
        elif isinstance(command, Refer):
            done = self._fates.get(command.place, ANSWERS) == ANSWERS
            self._comes(now_ms + ANSWERS_MS, ReferSettled(turn=command.turn, done=done))
        elif isinstance(command, HangUp):
            self._forget(command.leg)
        elif isinstance(command, Close):
            for leg in [leg for leg in self._ringing if self._dials[leg].turn == command.turn]:
                self._forget(leg)

    def _fate(self, command: Dial) -> str:
        if command.offer:
            return self._queues.fate_of(command)
        return self._fates.get(command.place or command.address, ANSWERS)

    def _dial(self, command: Dial, now_ms: int) -> None:
        leg, fate = command.other, self._fate(command)
        self._ringing.append(leg)
        self._dials[leg] = command
        if fate in _FAILS:
            after_ms, cause = _FAILS[fate]
            self._comes(now_ms + after_ms, LegFailed(leg=leg, cause=cause))
            return
        self._comes(now_ms + RINGS_MS, LegRinging(leg=leg))
        if fate == ANSWERS:
            self._comes(now_ms + ANSWERS_MS, LegAnswered(leg=leg))
        elif fate != WAITS:
            after_ms = round(command.ring_s * 1000)
            self._comes(now_ms + after_ms, LegFailed(leg=leg, cause=Cause.NO_ANSWER))

    def act(self, act: str, place: str, now_ms: int) -> Event:
        """What one of them does now: `answers rejects hangs_up holds transfers`."""
        if act in ("answers", "rejects"):
            leg = self._ringing[-1]
            self._forget(leg)
            answers = act == "answers"
            self._up += [leg] if answers else []
            if answers:
                self._hangs_up(leg, now_ms)
            return LegAnswered(leg=leg) if answers else LegFailed(leg=leg, cause=Cause.REJECTED)
        leg = self._up[-1]
        if act == "holds":
            return HoldAsked(leg=leg)
        if act == "transfers":
            return TransferAsked(leg=leg, address=place)
        self._forget(leg)
        return LegEnded(leg=leg, by=EndedBy.AGENT)

    def due(self) -> list[int]:
        """When something comes, in no order."""
        return [*(one.at_ms for one in self._coming), *self._queues.due()]

    def take(self, now_ms: int) -> Event | None:
        """The next event that is due by now; None when nothing is."""
        for one in self._coming:
            if one.at_ms <= now_ms:
                self._coming.remove(one)
                self._follow(one.event, one.at_ms)
                return one.event
        return self._queues.take(now_ms)

    def forget(self) -> None:
        """The server has stopped, and every leg but the caller's is lost."""
        self._coming.clear()
        self._ringing.clear()
        self._up.clear()
        self._queues.forget()

    def _comes(self, at_ms: int, event: Event) -> None:
        self._coming.append(_Coming(at_ms, event))

    def _follow(self, event: Event, at_ms: int) -> None:
        if isinstance(event, (LegAnswered, LegFailed)):
            self._ringing.remove(event.leg)
        if isinstance(event, LegAnswered):
            self._up.append(event.leg)
            self._hangs_up(event.leg, at_ms)
        elif isinstance(event, LegEnded):
            self._up.remove(event.leg)

    def _hangs_up(self, leg: LegId, at_ms: int) -> None:
        """Whoever has answered hangs up by himself, if that is how it is to be."""
        talks_ms = self._queues.talks_ms(self._dials[leg])
        talks_ms = self._talks_ms if talks_ms is None else talks_ms
        if talks_ms is not None:
            self._comes(at_ms + talks_ms, LegEnded(leg=leg, by=EndedBy.AGENT))

    def _forget(self, leg: LegId) -> None:
        self._coming = [one for one in self._coming if one.event.leg != leg or leg == CALLER]
        self._ringing = [one for one in self._ringing if one != leg]
        self._up = [one for one in self._up if one != leg]
