"""A call told as a script: `>>` happened to us, `<<` is what we must do, in this order.

Notes are left out of the conversation (look at `notes`). The state passes through JSON after every
event. A failure prints the conversation so far.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ivr.domain.call import CallId, Turn
from ivr.domain.commands import Command, Note
from ivr.domain.events import CallOffered, Event, KeysCollected
from ivr.domain.values import Sealed
from ivr.engine.book import Book
from ivr.engine.state import State
from ivr.engine.step import step
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.sealing import CallCodec

START = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class Like:
    """A command of this kind whose named fields have these values; `says` are its prompt names."""

    def __init__(
        self, kind: type[Command], *, says: list[str] | None = None, **fields: Any
    ) -> None:
        self._kind = kind
        self._says = says
        self._fields = fields

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, self._kind):
            return False
        said = [prompt.name for prompt in getattr(other, "prompts", ())]
        fits = all(getattr(other, name) == value for name, value in self._fields.items())
        return fits and (self._says is None or self._says == said)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Like({self._kind.__name__}, says={self._says}, {self._fields})"


def keys(turn: int, pressed: str, reason: str = "match", **more: Any) -> KeysCollected:
    """The answer to a listen."""
    return KeysCollected(turn=Turn(turn), keys=Sealed(pressed), reason=reason, **more)


class CallScript:
    """One call against one book."""

    def __init__(self, book: Book, at: datetime = START) -> None:
        self.book = book
        self.state: State | None = None
        self.notes: list[Note] = []
        self._at = at
        self._codec = CallCodec(PlainKeys())
        self._due: list[Command] = []
        self._told: list[str] = []

    def after(self, seconds: float) -> CallScript:
        """Let time pass."""
        self._at += timedelta(seconds=seconds)
        return self

    def ring(self, flow: str = "main", **more: Any) -> CallScript:
        """The call comes in."""
        offered: dict[str, Any] = {"ani": "+905321112233", "dnis": "+908502220000", **more}
        flow_hash = self.book.live[flow]
        return self >> CallOffered(call=CallId("CALL1"), flow_hash=flow_hash, **offered)

    def __rshift__(self, event: Event) -> CallScript:
        assert not self._due, self._story(f"nobody expected {self._due[0]}")
        stamped = replace(event, at=self._at)
        before = None if self.state is None else self._codec.dumps(self.state, b"")
        state, commands = step(self.state, stamped, self.book)
        if before is not None:
            assert self._codec.dumps(self.state, b"") == before, (
                "step changed the state it was given"
            )
        text = self._codec.dumps(state, b"")
        again = self._codec.loads(text, b"")
        assert again == state, self._story("the state does not survive JSON")
        assert isinstance(again, State)
        self.state = again
        self._told.append(f">> {event}")
        self.notes += [command for command in commands if isinstance(command, Note)]
        self._due = [command for command in commands if not isinstance(command, Note)]
        return self

    def __lshift__(self, wanted: object) -> CallScript:
        assert self._due, self._story(f"wanted {wanted}, nothing more came")
        came = self._due.pop(0)
        assert wanted == came, self._story(f"wanted {wanted}\ncame   {came}")
        self._told.append(f"<< {came}")
        return self

    def skip(self) -> CallScript:
        """Whatever else comes of the last event does not matter here."""
        self._due = []
        return self

    def silent(self) -> CallScript:
        """Nothing more came of the last event."""
        assert not self._due, self._story(f"nobody expected {self._due[0]}")
        return self

    def open_turns(self) -> dict[str, int]:
        """Name -> turn of what the innermost verb waits for."""
        assert self.state is not None
        return {name: command.turn for name, command in self.state.top.open.items()}

    def noted(self, what: str) -> list[dict[str, Any]]:
        """The facts of every note of this kind."""
        return [dict(note.facts) for note in self.notes if note.what == what]

    def _story(self, end: str) -> str:
        return "\n".join([*self._told, end])
