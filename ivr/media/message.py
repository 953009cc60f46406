"""A message that is left on a line without sound: what is said is text, which takes time to say.

Times are integer milliseconds, as of `line`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.recording import (
    BEEP_S,
    HANGUP,
    KEY,
    LETTERS_A_SECOND,
    LONGEST,
    SILENCE,
    MessageTaken,
    TakeMessage,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.domain.call import Prompt

WORDS = "words:"
"""Where the sound of such a message is: in its words."""


class Message:
    """One message. Words said before the tone are taken as said right after it."""

    def __init__(self, command: TakeMessage, prompts_ms: int, at_ms: int) -> None:
        """prompts_ms: how long the prompts before the tone last."""
        self.command = command
        self._begins_ms = at_ms + prompts_ms + round(BEEP_S * 1000)
        self._speaks_until_ms = self._begins_ms
        self._words: list[str] = []

    @property
    def prompts(self) -> Sequence[Prompt]:
        """What is said before the tone."""
        return self.command.prompts

    @property
    def due_ms(self) -> int:
        """When it ends by itself: so much silence after the last word, or the longest time."""
        silent_ms = self._speaks_until_ms + round(self.command.silence_s * 1000)
        return min(silent_ms, self._begins_ms + round(self.command.longest_s * 1000))

    @property
    def quiet_ms(self) -> int:
        """When the prompts, the tone and the caller's words have been heard."""
        return max(self._begins_ms, self._speaks_until_ms)

    def busy(self, at_ms: int) -> bool:
        """Whether some of that is still to be heard."""
        return at_ms < self.quiet_ms

    def begun(self, at_ms: int) -> bool:
        """Whether the tone has been heard."""
        return at_ms >= self._begins_ms

    def say(self, words: str, at_ms: int) -> None:
        """The caller says something: it lasts as long as its letters take."""
        begin_ms = max(at_ms, self._speaks_until_ms)
        self.sound(begin_ms, round(len(words) / LETTERS_A_SECOND * 1000))
        self._words.append(words)

    def sound(self, at_ms: int, lasts_ms: int) -> None:
        """The caller speaks for so long, nobody knows what."""
        self._speaks_until_ms = max(at_ms, self._speaks_until_ms, self._begins_ms) + lasts_ms

    def press(self, key: str, at_ms: int) -> MessageTaken | None:
        """The end key ends it, or leads to the tone at once; other keys are part of no message."""
        if key != self.command.end_key:
            return None
        if self.begun(at_ms):
            return self.taken(at_ms, KEY)
        said_ms = self._speaks_until_ms - self._begins_ms
        self._begins_ms = at_ms + round(BEEP_S * 1000)
        self._speaks_until_ms = self._begins_ms + said_ms
        return None

    def tick(self, at_ms: int) -> MessageTaken | None:
        """Time has come to `at_ms`."""
        if at_ms < self.due_ms:
            return None
        longest_ms = self._begins_ms + round(self.command.longest_s * 1000)
        return self.taken(at_ms, LONGEST if at_ms >= longest_ms else SILENCE)

    def hang_up(self, at_ms: int) -> MessageTaken:
        """The caller is gone: what he said until now is all."""
        return self.taken(at_ms, HANGUP)

    def taken(self, at_ms: int, ended_by: str) -> MessageTaken:
        """What there is of it now; nothing if it is too short."""
        length_s = max(0, min(at_ms, self._speaks_until_ms) - self._begins_ms) / 1000
        length_s = min(length_s, self.command.longest_s)
        turn = self.command.turn
        if not length_s or length_s < self.command.shortest_s:
            return MessageTaken(turn=turn, ended_by=ended_by)
        words = " ".join(self._words)
        return MessageTaken(
            turn=turn, seconds=length_s, ended_by=ended_by, source=WORDS, words=words
        )
