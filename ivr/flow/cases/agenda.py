"""What is still to come in a virtual call: timers, and answers of sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.events import TimerFired

if TYPE_CHECKING:
    from ivr.domain.call import Turn
    from ivr.domain.commands import Fetch
    from ivr.domain.events import Answer, Fetched
    from ivr.flow.cases.sources import Sources


class Agenda:
    """Times are milliseconds since the call began."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._timers: dict[Turn, int] = {}
        self._answers: dict[Turn, tuple[int, Fetched, str]] = {}

    @property
    def looks_up(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._answers)

    def due(self) -> list[int]:
        """When something comes, in no order."""
        return [*self._timers.values(), *(due_ms for due_ms, _, _ in self._answers.values())]

    def set_timer(self, turn: Turn, due_ms: int) -> None:
        """A timer fires at a moment; one that is past fires at once."""
        self._timers[turn] = due_ms

    def look_up(self, command: Fetch, now_ms: int) -> None:
        """A source is asked now."""
        after_ms, answer = self._sources.answer(command)
        self._answers[command.turn] = (now_ms + after_ms, answer, command.source)

    def close(self, turn: Turn) -> None:
        """Nobody waits for it any more."""
        self._timers.pop(turn, None)
        self._answers.pop(turn, None)

    def take(self, now_ms: int) -> Answer | None:
        """The next thing that is due by now, answers before timers; None when nothing is left."""
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
        self._timers.clear()
