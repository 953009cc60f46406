"""Whom a virtual call rings up: what the test says becomes of them, and what it lets them do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, Cause, EndedBy, LegId
from ivr.domain.commands import Dial, HangUp, Refer
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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.commands import Command

RINGS_MS, ANSWERS_MS = 500, 3000
"""When a phone begins to ring, and when somebody who answers does so."""
ANSWERS = "answers"
_FAILS: Mapping[str, tuple[int, Cause]] = {
    "busy": (1000, Cause.BUSY),
    "failed": (RINGS_MS, Cause.UNREACHABLE),
}


@dataclass(frozen=True, slots=True)
class _Coming:
    """An event of a leg that is on its way."""

    at_ms: int
    event: Event


class Parties:
    """The far sides of one virtual call. fates: place -> `busy noanswer failed answers`.

    Times are milliseconds since the call began. A place without a fate answers. talks_ms: after so
    long whoever answered hangs up; None = only when the test says so.
    """

    def __init__(self, fates: Mapping[str, str], talks_ms: int | None = None) -> None:
        self._fates = fates
        self._talks_ms = talks_ms
        self._coming: list[_Coming] = []
        self._ringing: list[LegId] = []
        self._up: list[LegId] = []

    @property
    def rings(self) -> bool:
        """Whether somebody is being rung up."""
        return bool(self._ringing)

    @property
    def talks(self) -> bool:
        """Whether somebody has answered and is still there."""
        return bool(self._up)

    def carry_out(self, command: Command, now_ms: int) -> None:
        """What the engine wants of them; commands that concern nobody here do nothing."""
        if isinstance(command, Dial):
            self._dial(command, now_ms)
        elif isinstance(command, Refer):
            done = self._fates.get(command.place, ANSWERS) == ANSWERS
            self._comes(now_ms + ANSWERS_MS, ReferSettled(turn=command.turn, done=done))
        elif isinstance(command, HangUp):
            self._forget(command.leg)

    def _dial(self, command: Dial, now_ms: int) -> None:
        leg, fate = command.other, self._fates.get(command.place or command.address, ANSWERS)
        self._ringing.append(leg)
        if fate in _FAILS:
            after_ms, cause = _FAILS[fate]
            self._comes(now_ms + after_ms, LegFailed(leg=leg, cause=cause))
            return
        self._comes(now_ms + RINGS_MS, LegRinging(leg=leg))
        if fate == ANSWERS:
            self._comes(now_ms + ANSWERS_MS, LegAnswered(leg=leg))
        else:
            after_ms = round(command.ring_s * 1000)
            self._comes(now_ms + after_ms, LegFailed(leg=leg, cause=Cause.NO_ANSWER))

    def act(self, act: str, place: str) -> Event:
        """What one of them does now: `answers rejects hangs_up holds transfers`."""
        if act in ("answers", "rejects"):
            leg = self._ringing[-1]
            self._forget(leg)
            answers = act == "answers"
            self._up += [leg] if answers else []
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
        return [one.at_ms for one in self._coming]

    def take(self, now_ms: int) -> Event | None:
        """The next event that is due by now; None when nothing is."""
        for one in self._coming:
            if one.at_ms <= now_ms:
                self._coming.remove(one)
                self._follow(one.event, one.at_ms)
                return one.event
        return None

    def forget(self) -> None:
        """The server has stopped, and every leg but the caller's is lost."""
        self._coming.clear()
        self._ringing.clear()
        self._up.clear()

    def _comes(self, at_ms: int, event: Event) -> None:
        self._coming.append(_Coming(at_ms, event))

    def _follow(self, event: Event, at_ms: int) -> None:
        if isinstance(event, (LegAnswered, LegFailed)):
            self._ringing.remove(event.leg)
        if isinstance(event, LegAnswered):
            self._up.append(event.leg)
            if self._talks_ms is not None:
                over = LegEnded(leg=event.leg, by=EndedBy.AGENT)
                self._comes(at_ms + self._talks_ms, over)
        elif isinstance(event, LegEnded):
            self._up.remove(event.leg)

    def _forget(self, leg: LegId) -> None:
        self._coming = [one for one in self._coming if one.event.leg != leg or leg == CALLER]
        self._ringing = [one for one in self._ringing if one != leg]
        self._up = [one for one in self._up if one != leg]
