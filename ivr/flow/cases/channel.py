"""The channel of a call test: what carries sound and keys between the caller and the engine.

`LineChannel` is the simulator's: prompts are lengths, keys go through `media/line.py`. A webhook
channel walks rendered documents instead; whoever has one passes a factory in `Stage.channels`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ivr.domain.call import CALLER
from ivr.domain.commands import Close, Collect, Command, HangUp, Play
from ivr.domain.events import Answer, Event, KeysCollected
from ivr.domain.recording import FinishMessage, TakeMessage
from ivr.media.line import Line, length_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.domain.call import Prompt


SOUNDS = (Collect, Play, Close, HangUp, TakeMessage, FinishMessage)
"""Commands that are for the line."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A prompt that began to sound."""

    at_ms: int
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Retried:
    """What came of sending the last webhook again."""

    is_equal: bool
    events: tuple[Event, ...] = ()


class Channel(Protocol):
    """One caller's connection. Times are integer milliseconds since the call began, never falling.

    Every method that returns events expects them to be handed to the engine at once, in order.
    """

    @property
    def due_ms(self) -> int | None:
        """When `tick` must be called next, be it only because another prompt begins to sound."""

    def carry_out(self, state: object, commands: Sequence[Command], at_ms: int) -> Sequence[Event]:
        """What one step of the engine wants. state: the engine's, after that step."""

    def press(self, key: str, at_ms: int) -> Sequence[Event]:
        """The caller presses a key."""

    def say(self, words: str, at_ms: int) -> Sequence[Event]:
        """The caller says something; `words` is folded."""

    def tick(self, at_ms: int) -> Sequence[Event]:
        """Time has come to `at_ms`."""

    def sounds(self, at_ms: int) -> Sequence[Sound]:
        """The prompts that began to sound since the last call of this method, up to `at_ms`."""

    def is_busy(self, at_ms: int) -> bool:
        """Whether something sounds, or an entry was begun and is not over."""

    def is_listening(self) -> bool:
        """Whether a key would now go to a menu or a question."""

    def is_taking(self, at_ms: int) -> bool:
        """Whether a message is being taken, or its prompts are said."""

    def record(self, seconds: float, at_ms: int) -> None:
        """The caller speaks into a message for so long, from now or from the tone on."""

    def hang_up(self, at_ms: int) -> None:
        """The caller is gone."""

    def restart(self, at_ms: int) -> bool:
        """The server has lost all it knew of this connection; whether the connection stands."""

    def retry(self, at_ms: int) -> Retried | None:
        """The provider sends its last webhook again; None where there are no webhooks."""

    def texts(self) -> Sequence[str]:
        """Everything that went out in writing (documents, URLs), to be searched for secrets."""


class LineChannel:
    """The simulator's channel; implements `Channel`."""

    def __init__(self) -> None:
        self._line = Line(self._sounding, self._silent)
        self._coming: list[Sound] = []
        self._parts: list[Sound] = []
        self._quiet_ms = 0
        self._is_sounding = False
        self._has_entry = False
        self._asked: Collect | None = None
        self._end_key = ("", 0)
        self._seen_ms = 0

    @property
    def due_ms(self) -> int | None:
        """The earliest of the line's own time, the next prompt and the end of the last one."""
        due = [] if self._line.hung_up or self._line.due_ms is None else [self._line.due_ms]
        due += [sound.at_ms for sound in self._coming[:1]]
        due += [self._quiet_ms] if self._is_sounding else []
        message = self._line.message
        if message is not None and message.quiet_ms > self._seen_ms:
            due.append(message.quiet_ms)
        return min(due) if due else None

    def carry_out(self, state: object, commands: Sequence[Command], at_ms: int) -> Sequence[Event]:
        """Sound and listening go to the line, everything else is not ours."""
        events: list[Answer] = []
        for command in commands:
            if isinstance(command, Collect):
                self._has_entry, self._asked = False, command
            if isinstance(command, HangUp) and command.leg != CALLER:
                continue
            if isinstance(command, HangUp):
                self._silent(at_ms)
            if isinstance(command, SOUNDS):
                events += self._answered(self._line.carry_out(command, at_ms), at_ms)
        return events

    def press(self, key: str, at_ms: int) -> Sequence[Event]:
        """A key; without an answer while listening it has begun an entry."""
        was_listening, parts = self._line.listening, self._parts
        is_lost = any(part.at_ms <= at_ms < _end_ms(part) for part in parts if _is_whole(part))
        (end_key, until_ms), self._end_key = self._end_key, ("", 0)
        is_late_end = key == end_key and at_ms <= until_ms
        events = self._answered(self._line.press(key, at_ms), at_ms)
        if was_listening and not is_lost and not is_late_end:
            self._has_entry = not events
            self._cut(parts, at_ms)
        return events

    def say(self, words: str, at_ms: int) -> Sequence[Event]:
        """Words, all at once."""
        return self._line.say(words, at_ms)

    def tick(self, at_ms: int) -> Sequence[Event]:
        """The line's timers."""
        self._seen_ms = at_ms
        self._is_sounding = self._quiet_ms > at_ms
        return self._answered(self._line.tick(at_ms), at_ms)

    def sounds(self, at_ms: int) -> Sequence[Sound]:
        """Takes what began to sound from what is still to come."""
        if not self._coming or self._coming[0].at_ms > at_ms:
            return ()
        begun = [sound for sound in self._coming if sound.at_ms <= at_ms]
        del self._coming[: len(begun)]
        return begun

    def is_busy(self, at_ms: int) -> bool:
        """Until the last prompt has ended, and while an entry is open or a message is spoken."""
        message = self._line.message
        if message is not None and message.busy(at_ms):
            return True
        return self._quiet_ms > at_ms or (self._has_entry and self._line.listening)

    def is_listening(self) -> bool:
        """As the line says."""
        return self._line.listening

    def is_taking(self, at_ms: int) -> bool:
        """As the line says."""
        return self._line.message is not None

    def record(self, seconds: float, at_ms: int) -> None:
        """Sound without words."""
        if self._line.message is not None:
            self._line.message.sound(at_ms, round(seconds * 1000))

    def hang_up(self, at_ms: int) -> None:
        """Nobody is there to hear or press anything."""
        self._line.hung_up = True
        self._silent(at_ms)

    def restart(self, at_ms: int) -> bool:
        """A new line; the engine says again what it shall do."""
        self._line = Line(self._sounding, self._silent)
        self._silent(at_ms)
        self._has_entry = False
        return True

    def retry(self, at_ms: int) -> Retried | None:
        """A telephone sends no webhooks."""
        return None

    def texts(self) -> Sequence[str]:
        """Nothing is written on a telephone line."""
        return ()

    def _answered(self, events: list[Answer], at_ms: int) -> list[Answer]:
        """After a full entry the line swallows its end key for a while; that begins no entry."""
        for event in events:
            full = isinstance(event, KeysCollected) and event.ended_by in {"full", "last"}
            if full and self._asked is not None:
                until_ms = at_ms + round(self._asked.between_s * 1000)
                self._end_key = (self._asked.end_key, until_ms)
        return events

    def _cut(self, parts: Sequence[Sound], at_ms: int) -> None:
        """What a key leaves of the prompts: those that must be heard whole, if not over yet."""
        if self._line.listening and self._quiet_ms > at_ms:
            begun = [part for part in parts if _is_whole(part) and part.at_ms < at_ms]
            still = [part.prompt for part in parts if _is_whole(part) and _end_ms(part) > at_ms]
            self._sounding(still, at_ms)
            self._coming = self._coming[len([one for one in begun if _end_ms(one) > at_ms]) :]

    def _sounding(self, prompts: Sequence[Prompt], at_ms: int) -> None:
        self._silent(at_ms)
        for prompt in prompts:
            self._parts.append(Sound(self._quiet_ms, prompt))
            self._quiet_ms += length_ms(prompt)
        self._coming += self._parts
        self._is_sounding = bool(self._parts)

    def _silent(self, at_ms: int) -> None:
        """What began by now was heard, what was still to come will not be."""
        self._coming = [sound for sound in self._coming if sound.at_ms < at_ms]
        self._parts = []
        self._quiet_ms = at_ms
        self._is_sounding = False


def _is_whole(part: Sound) -> bool:
    return not part.prompt.barge_in


def _end_ms(part: Sound) -> int:
    return part.at_ms + length_ms(part.prompt)
