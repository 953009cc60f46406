"""What is still to come in a virtual call: timers, and answers of sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.commands import BookCallback
from ivr.domain.events import TimerFired
from ivr.domain.filing import InviteSurvey, OpenTicket, SurveyDecided, TicketOpened
from ivr.domain.outbound import CallbackBooked
from ivr.flow.expressions.checks import damm_digit

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from ivr.domain.call import Turn
    from ivr.domain.commands import Fetch
    from ivr.domain.events import Answer, Fetched
    from ivr.flow.cases.sources import Sources

    Asked = Fetch | BookCallback | OpenTicket | InviteSurvey


class Agenda:
    """Times are milliseconds since the call began."""

    def __init__(
        self, sources: Sources, *, tickets_fail: bool = False, invited: Collection[str] = ()
    ) -> None:
        self._sources = sources
        self._tickets_fail = tickets_fail
        self._invited = set(invited)
        self._tickets: dict[str, str] = {}
        self._timers: dict[Turn, int] = {}
        self._answers: dict[Turn, tuple[int, Fetched, str]] = {}
        self._booked: dict[Turn, CallbackBooked | TicketOpened | SurveyDecided] = {}

    @property
    def looks_up(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._answers or self._booked)

    def fires_by(self, at_ms: int) -> bool:
        """Whether a timer fires until then."""
        return any(due_ms <= at_ms for due_ms in self._timers.values())

    def due(self) -> list[int]:
        """When something comes, in no order."""
        at_once = [0] if self._booked else []
        coming = (due_ms for due_ms, _, _ in self._answers.values())
        return [*at_once, *self._timers.values(), *coming]

    def set_timer(self, turn: Turn, due_ms: int) -> None:
        """A timer fires at a moment; one that is past fires at once."""
        self._timers[turn] = due_ms

    def ask(self, command: Asked, now_ms: int, now: datetime) -> None:
        """A source is asked; or a ticket, a promise to call back, an invitation: there at once."""
        if isinstance(command, BookCallback):
            due = command.due or now
            booked = CallbackBooked(turn=command.turn, number=command.number, due=due)
            self._booked[command.turn] = booked
        elif isinstance(command, OpenTicket):
            self._booked[command.turn] = self._open(command)
        elif isinstance(command, InviteSurvey):
            self._booked[command.turn] = self._decide(command)
        else:
            self.look_up(command, now_ms)

    def _decide(self, command: InviteSurvey) -> SurveyDecided:
        """Whoever was chosen is asked once in a call."""
        medium = "voice" if command.survey in self._invited else ""
        self._invited.discard(command.survey)
        return SurveyDecided(turn=command.turn, medium=medium)

    def _open(self, command: OpenTicket) -> TicketOpened:
        """The same step gets the same ticket, also after a restart."""
        if self._tickets_fail:
            return TicketOpened(turn=command.turn, done=False, reason="failed")
        serial = f"26{len(self._tickets) + 1:06d}"
        number = self._tickets.setdefault(command.key, serial + damm_digit(serial))
        return TicketOpened(turn=command.turn, number=number, ticket=f"ticket {number}")

    def look_up(self, command: Fetch, now_ms: int) -> None:
        """A source is asked now."""
        after_ms, answer = self._sources.answer(command)
        self._answers[command.turn] = (now_ms + after_ms, answer, command.source)

    def close(self, turn: Turn) -> None:
        """Nobody waits for it any more."""
        self._booked.pop(turn, None)
        self._timers.pop(turn, None)
        self._answers.pop(turn, None)

    def take(self, now_ms: int) -> Answer | None:
        """The next thing that is due by now, answers before timers; None when nothing is left."""
        if self._booked:
            return self._booked.pop(next(iter(self._booked)))
        for turn, (due_ms, answer, _source) in self._answers.items():
            if due_ms <= now_ms:
                del self._answers[turn]
                return answer
        for turn, due_ms in self._timers.items():
            if due_ms <= now_ms:
                del self._timers[turn]
                return TimerFired(turn=turn)
        return None

    def forget(self) -> None:
        """The server has stopped: lookups will be asked again and get the same answers."""
        for _due_ms, _answer, source in self._answers.values():
            self._sources.forget(source)
        self._answers.clear()
        self._booked.clear()
        self._timers.clear()
