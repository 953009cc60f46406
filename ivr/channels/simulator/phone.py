"""One leg of a simulated call: the line of the caller or of an agent, and who holds the phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.domain.call import CALLER, CallId, LegId, Prompt, Turn
from ivr.domain.changed import changed
from ivr.domain.commands import Announce, Close, Collect, Command, Play
from ivr.domain.recording import MessageTaken, TakeMessage
from ivr.media.line import Line

if TYPE_CHECKING:
    from ivr.domain.events import Answer

Message = Mapping[str, Any]
Tell = Callable[[Message], None]
TYPING_S = 30.0
"""Typing takes longer than speaking: a pause in a message ends it only after so long."""
LINE = NO_TURN = Turn(0)
FIRST_PARTY = -10
"""Timers of the caller are numbered from here upwards, those of the other legs downwards."""


@dataclass(slots=True, eq=False)
class Phone:
    """One simulated phone: a line, and somebody to tell what it hears (None: not connected).

    name: who is at the other end, as others see him. turn: the `Dial` that rings it. up: it was
    answered. waits: the turn whose music it hears. last, listens: what whoever takes the phone up
    again must know.
    """

    call: CallId
    tell: Tell | None
    leg: LegId = CALLER
    name: str = ""
    turn: Turn = NO_TURN
    up: bool = True
    line: Line = field(init=False)
    waits: Turn = NO_TURN
    last: Message | None = None
    listens: Message | None = None

    def __post_init__(self) -> None:
        self.line = Line(self._sounding, self._silent)

    @property
    def timer(self) -> Turn:
        """The name of its timer among those of the call."""
        return LINE if self.leg == CALLER else Turn(FIRST_PARTY - self.leg)

    def carry_out(self, command: Command, at_ms: int) -> list[Answer]:
        """Do what concerns the line; what comes of it at once."""
        if isinstance(command, TakeMessage):
            command = changed(command, silence_s=max(command.silence_s, TYPING_S))
        if isinstance(command, (Play, Collect)):
            self._music(command)
            self._beep(command)
        elif isinstance(command, Close) and command.turn == self.waits:
            self._no_music()
        elif isinstance(command, Announce):
            self._sounding(command.prompts, at_ms)
        events = self.line.carry_out(command, at_ms)
        if isinstance(command, Collect):
            self.listens = {"listens": True, "secret": command.secret}
            self.send(self.listens)
        elif isinstance(command, TakeMessage):
            self.listens = {"records": True, "end_key": command.end_key}
            self.send(self.listens)
        return self._mine(events)

    def _beep(self, command: Play | Collect) -> None:
        if isinstance(command, Play) and command.beep:
            self.send({"beep": True})

    def _music(self, command: Play | Collect) -> None:
        """Who waits hears music behind what is said."""
        if command.music is None:
            self._no_music()
            return
        self.waits = command.turn
        self.send({"music": command.music or "music"})

    def _no_music(self) -> None:
        if self.waits:
            self.waits = NO_TURN
            self.send({"music": False})

    def press(self, key: str, at_ms: int) -> list[Answer]:
        """A key is pressed on it."""
        return self._mine(self.line.press(key, at_ms))

    def say(self, words: str, at_ms: int) -> list[Answer]:
        """Something is said into it; `words` must be folded."""
        return self._mine(self.line.say(words, at_ms))

    def tick(self, at_ms: int) -> list[Answer]:
        """Time has come to `at_ms`."""
        return self._mine(self.line.tick(at_ms))

    def _mine(self, events: list[Answer]) -> list[Answer]:
        if any(isinstance(event, MessageTaken) for event in events):
            self.listens = None
            self.send({"records": False})
        return [changed(event, leg=self.leg) for event in events]

    def _sounding(self, prompts: Sequence[Prompt], _at_ms: int) -> None:
        heard = [
            {"name": p.name, "language": p.language, "text": p.text, "seconds": round(p.seconds, 2)}
            for p in prompts
        ]
        self.last, self.listens = {"hears": heard}, None
        self.send(self.last)

    def _silent(self, _at_ms: int) -> None:
        self.send({"cut": True})

    def send(self, message: Message) -> None:
        """Tell whoever holds the phone, if anybody does."""
        if self.tell is not None:
            self.tell(message)
