"""What calls write about surveys, in the order it was written: the journal that channels share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.asking.surveys import Answered, Chosen, Gone, Moved

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.domain.call import CallId
    from ivr.runtime.memory.store import MemoryStore
    from ivr.runtime.ports import Entry
    from ivr.runtime.ports.asking.surveys import SurveyWrite

Line = tuple[str, object]
"""A state, or a question with what was pressed, how often it was asked and what was stored."""


class SurveyJournal:
    """Listens to a store. Gone, which only says why nobody was asked, is told as `gone`."""

    def __init__(self, store: MemoryStore) -> None:
        self._append = store.journal.append
        self._lines: dict[CallId, list[tuple[datetime, Line]]] = {}
        store.journal.append = self._appended  # type: ignore[method-assign]

    async def _appended(self, entry: Entry) -> None:
        await self._append(entry)
        mine = self._lines.setdefault(entry.call, [])
        mine.extend((entry.at, _line(one)) for one in entry.surveys)

    def of(self, call: CallId) -> list[Line]:
        """The lines of a call."""
        return [line for _at, line in self._lines.get(call, [])]

    def at(self, call: CallId, state: str) -> datetime:
        """When it came into a state."""
        return next(at for at, line in self._lines[call] if line[0] == state)


def _line(one: SurveyWrite) -> Line:
    match one:
        case Chosen() | Moved():
            return one.state, one.reason
        case Answered():
            return one.question, (one.raw, one.tries, one.number)
        case Gone():
            return "gone", one.reason
    return type(one).__name__, ""
