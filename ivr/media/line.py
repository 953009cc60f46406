"""The near end of one leg that plays prompts and listens, without sound: lengths instead of audio.

It carries out `Play`, `Collect` and `Close`, and gives back the events they lead to. The simulator,
the flow tests and the built-in endpoint drive the same line; only where the sound goes differs.
Times are integer milliseconds on any scale that never runs backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ivr.domain.call import Prompt, Turn
from ivr.domain.commands import Close, Collect, Command, HangUp, Play
from ivr.domain.events import Answer, KeysCollected, PromptEnded
from ivr.domain.recording import LOST, FinishMessage, MessageTaken, TakeMessage
from ivr.domain.values import Sealed, open_sealed
from ivr.media.collect import Collector, Heard, Listen
from ivr.media.message import Message

Sounding = Callable[[Sequence[Prompt], int], None]
"""Told which prompts start now, one after another, and when (ms)."""


def length_ms(prompt: Prompt) -> int:
    """How long a prompt lasts, rounded to a whole millisecond."""
    return round(prompt.seconds * 1000)


class Line:
    """One leg. Call `tick` at `due_ms`; every method returns the events that came of it."""

    def __init__(self, sounding: Sounding, silent: Callable[[int], None]) -> None:
        """sounding: prompts start. silent: what was sounding is stopped (barge-in, close)."""
        self._sounding = sounding
        self._silent = silent
        self._ear: Collector | None = None
        self._listening: Turn | None = None
        self._playing: Turn | None = None
        self._sound_ends_ms = 0
        self._endless = False
        self.message: Message | None = None
        self.hung_up = False

    @property
    def listening(self) -> bool:
        """Whether a key would now go to a menu or a question."""
        return self._listening is not None

    @property
    def due_ms(self) -> int | None:
        """When `tick` must be called next; None: nothing is waited for."""
        if self.message is not None:
            return self.message.due_ms
        if self._playing is not None and not self._endless:
            return self._sound_ends_ms
        return None if self._ear is None else self._ear.due_ms

    def carry_out(self, command: Command, at_ms: int) -> list[Answer]:
        """Do what a command wants of this leg; commands that are not about sound do nothing."""
        if isinstance(command, Collect):
            return self._collect(command, at_ms)
        if isinstance(command, FinishMessage):
            return self._finish(command.turn, at_ms)
        if isinstance(command, TakeMessage):
            self._take(command, at_ms)
        elif isinstance(command, Play):
            self._play(command, at_ms)
        elif isinstance(command, Close):
            self._close(command.turn, at_ms)
        elif isinstance(command, HangUp):
            self.hung_up = True
        return []

    def press(self, key: str, at_ms: int) -> list[Answer]:
        """The caller presses a key."""
        if self.message is not None:
            return self._press_in(self.message, key, at_ms)
        ear = self._ear_of(None)
        before = ear.playing(at_ms)
        heard = ear.press(key, at_ms)
        if before is not None and ear.playing(at_ms) is None:
            self._silent(at_ms)
        return self._answered(heard)

    def say(self, words: str, at_ms: int) -> list[Answer]:
        """The caller says something; `words` must be folded, but for those of a message."""
        if self.message is not None:
            self.message.say(words, at_ms)
            return []
        heard = self._ear_of(None).say(words, at_ms)
        if heard is not None:
            self._silent(at_ms)
        return self._answered(heard)

    def tick(self, at_ms: int) -> list[Answer]:
        """Time has come to `at_ms`."""
        if self.message is not None:
            return self._taken(self.message.tick(at_ms))
        turn = None if self._endless else self._playing
        if turn is not None and self._sound_ends_ms <= at_ms:
            self._playing = None
            return [PromptEnded(turn=turn)]
        return [] if self._ear is None else self._answered(self._ear.tick(at_ms))

    def _ear_of(self, ahead: Sealed | None) -> Collector:
        """The collector of this leg; a new one takes over the keys the engine still knows."""
        if self._ear is None:
            self._ear = Collector(open_sealed(ahead) if ahead else "")
        return self._ear

    def _collect(self, command: Collect, at_ms: int) -> list[Answer]:
        ear = self._ear_of(command.ahead)
        if command.flush:
            ear.flush()
        self._listening = command.turn
        prompts = [(length_ms(prompt), prompt.barge_in) for prompt in command.prompts]
        heard = ear.listen(listen_of(command), prompts, at_ms)
        if heard is None and ear.playing(at_ms) is not None:
            self._sounding(command.prompts, at_ms)
        return self._answered(heard)

    def _play(self, command: Play, at_ms: int) -> None:
        """Prompts with music behind them have no end that anybody waits for."""
        self._playing, self._endless = command.turn, command.music is not None
        self._sound_ends_ms = at_ms + sum(length_ms(prompt) for prompt in command.prompts)
        if command.prompts or not self._endless:
            self._sounding(command.prompts, at_ms)

    def _take(self, command: TakeMessage, at_ms: int) -> None:
        """Keys typed ahead were meant for something else."""
        if self._ear is not None:
            self._ear.flush()
        prompts_ms = sum(length_ms(prompt) for prompt in command.prompts)
        self.message = Message(command, prompts_ms, at_ms)
        self._sounding(command.prompts, at_ms)

    def _press_in(self, message: Message, key: str, at_ms: int) -> list[Answer]:
        was_begun = message.begun(at_ms)
        taken = self._taken(message.press(key, at_ms))
        if not was_begun and key == message.command.end_key:
            self._silent(at_ms)
        return taken

    def _taken(self, taken: MessageTaken | None) -> list[Answer]:
        if taken is None:
            return []
        self.message = None
        return [taken]

    def _finish(self, turn: Turn, at_ms: int) -> list[Answer]:
        """The caller has gone. Of a message that this line knows nothing of, nothing is left."""
        message = self.message
        if message is None or message.command.turn != turn:
            return [MessageTaken(turn=turn, ended_by=LOST)]
        return self._taken(message.hang_up(at_ms))

    def _close(self, turn: Turn, at_ms: int) -> None:
        if self.message is not None and turn == self.message.command.turn:
            self.message = None
            self._silent(at_ms)
        if turn == self._playing:
            self._playing = None
            self._silent(at_ms)
        if turn == self._listening and self._ear is not None:
            self._listening = None
            self._ear.cancel()
            self._silent(at_ms)

    def _answered(self, heard: Heard | None) -> list[Answer]:
        if heard is None or self._listening is None:
            return []
        turn, self._listening = self._listening, None
        return [
            KeysCollected(
                turn=turn,
                keys=Sealed(heard.keys),
                words=heard.words,
                reason=heard.reason.value,
                ended_by=heard.ended_by.value,
                left=Sealed(heard.left) if heard.left else None,
            )
        ]


def listen_of(command: Collect) -> Listen:
    """What a `Collect` listens for."""
    return Listen(
        keys=command.keys,
        entry_least=command.entry_least,
        entry_most=command.entry_most,
        first_s=command.first_s,
        between_s=command.between_s,
        last_s=command.last_s,
        end_key=command.end_key,
        type_ahead=command.type_ahead,
        empty=command.empty,
        decimal=command.decimal,
        words=command.words,
    )
