"""A call told as a script: `>>` happened to us, `<<` is what we must do, in this order.

Notes are left out of the conversation (look at `noted`). The state passes through JSON after every
event, and `step` must not change the state it was given. A failure prints the conversation so far.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.domain.call import CallId, Turn
from ivr.domain.commands import Close, Command, Note
from ivr.domain.events import (
    CallOffered,
    Event,
    Fetched,
    KeysCollected,
    LegEnded,
    PromptEnded,
    TimerFired,
)
from ivr.domain.values import Sealed
from ivr.engine.state import State
from ivr.engine.step import step
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.sealing import CallCodec

if TYPE_CHECKING:
    from ivr.engine.book import Book

START = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class Like:
    """A command of this kind whose named fields have these values; `says` are its prompt names."""

    def __init__(
        self,
        kind: type[Command],
        *,
        says: list[str] | None = None,
        **wanted: Any,  # noqa: ANN401
    ) -> None:
        unknown = wanted.keys() - {field.name for field in fields(kind)}
        assert not unknown, f"{kind.__name__} has no {sorted(unknown)}"
        self._kind = kind
        self._says = says
        self._fields = wanted

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, self._kind):
            return False
        fits = all(getattr(other, name) == value for name, value in self._fields.items())
        return fits and (self._says is None or self._says == says(other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Like({self._kind.__name__}, says={self._says}, {self._fields})"


def says(command: Command) -> list[str]:
    """The names of the prompts that a command plays."""
    return [prompt.name for prompt in getattr(command, "prompts", ())]


def keys(turn: int, pressed: str, reason: str = "match", **more: Any) -> KeysCollected:  # noqa: ANN401
    """The answer to a listen."""
    return KeysCollected(turn=Turn(turn), keys=Sealed(pressed), reason=reason, **more)


class CallScript:
    """One call against one book. Methods that say what happened name the turn by its name."""

    def __init__(self, book: Book, at: datetime = START) -> None:
        self.book = book
        self.at = at
        self.state: State | None = None
        self.events: list[Event] = []
        self.notes: list[Note] = []
        self.all: list[Command] = []
        self._codec = CallCodec(PlainKeys())
        self._due: list[Command] = []
        self._told: list[str] = []

    def after(self, seconds: float) -> CallScript:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)
        return self

    def ring(self, flow: str = "main", **more: Any) -> CallScript:  # noqa: ANN401
        """The call comes in."""
        offered: dict[str, Any] = {"ani": "+905321112233", "dnis": "+908502220000", **more}
        flow_hash = self.book.live[flow]
        return self >> CallOffered(call=CallId("CALL1"), flow_hash=flow_hash, **offered)

    def press(self, pressed: str, name: str = "keys", **more: Any) -> CallScript:  # noqa: ANN401
        """The caller's answer to the open listen."""
        return self >> keys(self.turn(name), pressed, **more)

    def fail(self, reason: str = "none", pressed: str = "", name: str = "keys") -> CallScript:
        """The open listen ends without an answer."""
        return self >> keys(self.turn(name), pressed, reason)

    def fetched(self, result: str = "found", **more: Any) -> CallScript:  # noqa: ANN401
        """The lookup ends."""
        return self >> Fetched(turn=self.turn("answer"), result=result, **more)

    def heard(self, name: str = "sound") -> CallScript:
        """The prompts have been heard to their end."""
        return self >> PromptEnded(turn=self.turn(name))

    def fires(self, name: str) -> CallScript:
        """A timer of the verb fires; `limit` is that of the call."""
        return self >> TimerFired(turn=self.now.limit if name == "limit" else self.turn(name))

    def leave(self, **more: Any) -> CallScript:  # noqa: ANN401
        """The caller hangs up."""
        return self >> LegEnded(**more)

    def __rshift__(self, event: Event) -> CallScript:
        assert not self._due, self._story(f"nobody expected {self._due[0]}")
        stamped = replace(event, at=self.at)
        before = None if self.state is None else self._codec.dumps(self.state, b"")
        state, commands = step(self.state, stamped, self.book)
        if before is not None:
            assert self._codec.dumps(self.state, b"") == before, "step changed the state it got"
        again = self._codec.loads(self._codec.dumps(state, b""), b"")
        assert again == state, self._story("the state does not survive JSON")
        assert isinstance(again, State)
        self.state = again
        self.events.append(stamped)
        self.all += commands
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

    def skip_closes(self) -> CallScript:
        """Which turns are closed does not matter here."""
        self._due = [command for command in self._due if not isinstance(command, Close)]
        return self

    def silent(self) -> CallScript:
        """Nothing more came of the last event."""
        assert not self._due, self._story(f"nobody expected {self._due[0]}")
        return self

    @property
    def now(self) -> State:
        """The state as it is."""
        assert self.state is not None
        return self.state

    @property
    def vars(self) -> dict[str, Any]:
        """The variables of the innermost frame."""
        return dict(self.now.top.variables)

    def open_turns(self) -> dict[str, int]:
        """Name -> turn of what is waited for, by the innermost verb if several use a name."""
        return {name: one.turn for frame in self.now.frames for name, one in frame.open.items()}

    def turn(self, name: str) -> Turn:
        """The open turn of this name."""
        opened = self.open_turns()
        assert name in opened, self._story(f"{name} is not open, only {list(opened)}")
        return Turn(opened[name])

    def noted(self, what: str) -> list[dict[str, Any]]:
        """The facts of every note of this kind."""
        return [dict(note.facts) for note in self.notes if note.what == what]

    def _story(self, end: str) -> str:
        return "\n".join([*self._told, end])
