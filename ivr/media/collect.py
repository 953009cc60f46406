"""What a caller's key presses and spoken words mean, and when an entry is over.

One collector serves one leg for its whole life. A **listen** is one try of a menu or a question;
the collector ends it with exactly one `Heard`. It has no clock of its own: the caller hands in
times, integer milliseconds on any scale that never runs backwards. The rules are those of the
flow language, section "Listening".

How to drive it: call `press` and `say` as things happen, ask `due_ms` after every call, and call
`tick` at that time unless a key came first. A key in the same millisecond as a timer wins, so hand
in the key before the tick. Late ticks are harmless: a timer that was due before a key is settled
first, as if the tick had come in time, and that key then belongs to the next listen.

Decision: prompts that must be heard whole, in the middle of a chain. A key during an earlier prompt
starts the entry and ends every prompt but those; they play to their end, keys during them are
dropped, and the answer is given when they end. Price: an answer already clear comes some seconds
late. The other way, dropping that key too, would leave a caller with neither prompt nor entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KEYS = "0123456789*#ABCD"
AHEAD_KEYS = 32


class Reason(StrEnum):
    """How a listen ended: a match, or what was wrong. `check_failed` is set by the verb `ask`."""

    MATCH = "match"
    NONE = "none"
    SHORT = "short"
    LONG = "long"
    NOT_IN_MENU = "not_in_menu"
    CHECK_FAILED = "check_failed"


class EndedBy(StrEnum):
    """What ended a listen: `full` = a key that settled it; `between last first` = time ran out."""

    FULL = "full"
    END_KEY = "end_key"
    BETWEEN = "between"
    LAST = "last"
    FIRST = "first"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Listen:
    """What one try listens for. Plain data; the meaning of each field is flow-language section 7.

    keys: a menu's keys, always-keys among them. entry_least, entry_most: digits of a free entry
    (an `ask`, or `entry` of a menu); most 0 = none. first_s, between_s, last_s: seconds. end_key:
    one key or "". empty: the end key alone is an answer. decimal: one `*` inside a free entry is
    its decimal point and counts as no digit. words: phrases that may be said, folded.
    """

    keys: tuple[str, ...] = ()
    entry_least: int = 0
    entry_most: int = 0
    first_s: float = 5
    between_s: float = 3
    last_s: float = 0
    end_key: str = ""
    type_ahead: bool = True
    empty: bool = False
    decimal: bool = False
    words: tuple[str, ...] = ()

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Listen:
        """A listen from its fields as JSON gives them (lists instead of tuples)."""
        lists = {name: tuple(data.get(name, ())) for name in ("keys", "words")}
        plain: dict[str, Any] = {**data, **lists}
        return cls(**plain)


@dataclass(frozen=True, slots=True)
class Heard:
    """The one answer of a listen. Keys are kept out of `repr`: they may be a card number.

    keys: what was pressed, a wrong key included, the end key not (unless it was the wrong key).
    words: what was said, folded. left: keys typed ahead that remain. at_ms: when it was settled,
    which may be earlier than the call that returned it; not part of equality.
    """

    keys: str = field(repr=False)
    words: str
    reason: Reason
    ended_by: EndedBy
    left: str = field(default="", repr=False)
    at_ms: int = field(default=0, compare=False)


class _Stand(Enum):
    """How far an entry has come."""

    WRONG = auto()  # begins nothing that is listened for
    PART = auto()  # begins something, is nothing yet
    OPEN = auto()  # could be taken, could go on
    FULL = auto()  # a free entry of full length that waits for its end key
    DONE = auto()  # can be taken, cannot go on


def _digits_of(listen: Listen, entry: str) -> int:
    """How many digits, 1 or more, a free entry has so far; -1 if `entry` cannot begin one."""
    body = entry
    if listen.decimal:
        body = entry[:1] + entry[1:].replace("*", "", 1)
    return len(body) if body.isdecimal() and len(body) <= listen.entry_most else -1


def _stand(listen: Listen, entry: str) -> _Stand:
    digits = _digits_of(listen, entry)
    is_key = entry in listen.keys
    longer_key = any(key != entry and key.startswith(entry) for key in listen.keys)
    may_go_on = longer_key or 0 <= digits < listen.entry_most
    if not is_key and digits < listen.entry_least:
        return _Stand.PART if may_go_on else _Stand.WRONG
    if may_go_on:
        return _Stand.OPEN
    return _Stand.DONE if is_key or listen.last_s <= 0 else _Stand.FULL


class _Part(NamedTuple):
    """One prompt on the time line: sounds from `begin_ms` up to, not including, `end_ms`."""

    place: int
    begin_ms: int
    end_ms: int
    barge_in: bool


class _Sound:
    """The prompts of a listen as laid out in time.

    quiet_ms: when the last one ends, or the last key if that was later. All waits count from here.
    """

    def __init__(self, parts: Sequence[tuple[int, int, bool]], at_ms: int) -> None:
        """Lay `parts` (place, length in ms, barge_in) one after the other from `at_ms`."""
        self.parts: list[_Part] = []
        self.quiet_ms = at_ms
        for place, length_ms, barge_in in parts:
            begin_ms, self.quiet_ms = self.quiet_ms, self.quiet_ms + length_ms
            self.parts.append(_Part(place, begin_ms, self.quiet_ms, barge_in))

    def now(self, at_ms: int) -> _Part | None:
        return next((part for part in self.parts if part.begin_ms <= at_ms < part.end_ms), None)

    def must_be_heard(self, at_ms: int) -> bool:
        """Whether a prompt sounds now that no key may stop."""
        return (part := self.now(at_ms)) is not None and not part.barge_in

    def cut(self, at_ms: int) -> _Sound:
        """The sound after a key: only prompts that must be heard whole and were not yet."""
        whole = [part for part in self.parts if not part.barge_in and part.end_ms > at_ms]
        return _Sound([(part.place, part.end_ms - part.begin_ms, False) for part in whole], at_ms)


@dataclass(slots=True)
class _Try:
    """One open listen: what is listened for, the sound, and the entry so far."""

    listen: Listen
    sound: _Sound
    entry: str = ""
    held: Heard | None = None  # settled, but a prompt must still be heard whole

    def due_ms(self) -> int:
        """When silence settles this try. Without a key that is `first`, with one never again."""
        if self.held is not None:
            return self.sound.quiet_ms
        if not self.entry:
            return self.sound.quiet_ms + _ms(self.listen.first_s)
        full = _stand(self.listen, self.entry) is _Stand.FULL
        wait_s = self.listen.last_s if full else self.listen.between_s
        return self.sound.quiet_ms + _ms(wait_s)

    def silence(self) -> Heard:
        """What a timer that ran out means."""
        if self.held is not None:
            return self.held
        if not self.entry:
            return Heard("", "", Reason.NONE, EndedBy.FIRST)
        stand = _stand(self.listen, self.entry)
        reason = Reason.SHORT if stand is _Stand.PART else Reason.MATCH
        ended_by = EndedBy.LAST if stand is _Stand.FULL else EndedBy.BETWEEN
        return Heard(self.entry, "", reason, ended_by)

    def key(self, key: str, at_ms: int) -> Heard | None:
        """Take one key: it stops the sound, restarts the timer and may settle the try."""
        before, self.entry = self.entry, self.entry + key
        self.sound = self.sound.cut(at_ms)
        begins_key = any(known.startswith(self.entry) for known in self.listen.keys)
        if key == self.listen.end_key and not begins_key:
            return self._end_key(before, key)
        if before and _stand(self.listen, before) is _Stand.FULL:
            return Heard(self.entry, "", Reason.LONG, EndedBy.FULL)
        stand = _stand(self.listen, self.entry)
        if stand is _Stand.WRONG:
            return Heard(self.entry, "", Reason.NOT_IN_MENU, EndedBy.FULL)
        return Heard(self.entry, "", Reason.MATCH, EndedBy.FULL) if stand is _Stand.DONE else None

    def _end_key(self, entry: str, key: str) -> Heard:
        if not entry and not self.listen.empty and not self.listen.entry_most:
            return Heard(key, "", Reason.NOT_IN_MENU, EndedBy.FULL)
        enough = _stand(self.listen, entry) is not _Stand.PART if entry else self.listen.empty
        reason = Reason.MATCH if enough else Reason.SHORT
        return Heard(entry, "", reason, EndedBy.END_KEY)

    def words(self, words: str, at_ms: int) -> Heard | None:
        """Take what was said, unless keys came first or nobody listens for words."""
        if not words or not self.listen.words or self.entry:
            return None
        self.sound = self.sound.cut(at_ms)
        reason = Reason.MATCH if words in self.listen.words else Reason.NOT_IN_MENU
        return Heard("", words, reason, EndedBy.WORDS)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


class Collector:
    """The ear of one leg: remembers keys typed ahead and the end key that is still to come."""

    __slots__ = ("_ahead", "_end_key", "_end_key_until_ms", "_try")

    def __init__(self, ahead: str = "") -> None:
        """Begin with the keys typed `ahead` that someone else kept meanwhile."""
        self._ahead = ahead[:AHEAD_KEYS]
        self._try: _Try | None = None
        self._end_key = ""
        self._end_key_until_ms = 0

    @property
    def ahead(self) -> str:
        """The keys typed ahead. A secret until a plain listen uses them: never log."""
        return self._ahead

    @property
    def due_ms(self) -> int | None:
        """When `tick` must be called next; None: nothing is waited for."""
        return None if self._try is None else self._try.due_ms()

    @property
    def entering(self) -> bool:
        """Whether a key of the open listen was pressed."""
        return self._try is not None and bool(self._try.entry)

    def listen(
        self, listen: Listen, prompts: Sequence[tuple[int, bool]], at_ms: int
    ) -> Heard | None:
        """Start one try now. Keys typed ahead may answer at once; then no prompt is played.

        prompts: length in ms and barge_in of each, in order. Where only the channel knows the real
        end, give a generous length and call `prompts_ended`. A try still open is thrown away.
        """
        if not listen.type_ahead or not all(barge_in for _, barge_in in prompts):
            self.flush()
        parts = [(i, length_ms, barge_in) for i, (length_ms, barge_in) in enumerate(prompts)]
        self._try = _Try(listen, _Sound(parts, at_ms))
        while self._ahead:
            key, self._ahead = self._ahead[0], self._ahead[1:]
            heard = self._settle(self._try, self._try.key(key, at_ms), at_ms)
            if heard is not None:
                return heard
        return None

    def press(self, key: str, at_ms: int) -> Heard | None:
        """Take a key (`0-9 * # A-D`, else ValueError); outside a listen it is typed ahead."""
        if len(key) != 1 or key not in KEYS:
            raise ValueError("not a telephone key")
        heard = self._overdue(at_ms)
        if self._is_awaited_end_key(key, at_ms):
            return heard
        if self._try is None:
            self._ahead = (self._ahead + key)[:AHEAD_KEYS]
            return heard
        if self._try.sound.must_be_heard(at_ms):
            return None
        return self._settle(self._try, self._try.key(key, at_ms), at_ms)

    def say(self, words: str, at_ms: int) -> Heard | None:
        """Something was said and recognised; `words` is folded by the channel, as in `Listen`.

        Words are never kept for later: said outside a listen, during a prompt that must be heard
        whole, or after a key of this try, they are lost.
        """
        heard = self._overdue(at_ms)
        if self._try is None or self._try.sound.must_be_heard(at_ms):
            return heard
        return self._settle(self._try, self._try.words(words, at_ms), at_ms)

    def tick(self, at_ms: int) -> Heard | None:
        """Time has come to `at_ms`: settle the listen if its timer is due. Extra ticks are free."""
        if self._try is None or self._try.due_ms() > at_ms:
            return None
        return self._finish(self._try, self._try.silence(), self._try.due_ms())

    def playing(self, at_ms: int) -> int | None:
        """Index of the prompt that should sound now, None for silence: channels obey this."""
        part = None if self._try is None else self._try.sound.now(at_ms)
        return None if part is None else part.place

    def prompts_ended(self, at_ms: int) -> None:
        """The channel says the prompts really ended at `at_ms`; only the first report counts."""
        if self._try is not None and self._try.sound.parts:
            self._try.sound = _Sound((), at_ms)

    def flush(self) -> None:
        """Forget keys typed ahead: on a queue, transfer, voicemail, survey, change of language.

        The end key of a full entry is swallowed all the same.
        """
        self._ahead = ""

    def cancel(self) -> None:
        """Close the listen from outside, without an answer. Keys typed ahead stay."""
        self._try = None

    def _overdue(self, at_ms: int) -> Heard | None:
        """Settle a timer that was due before `at_ms`; an answer held back also at it."""
        held_back = self._try is not None and self._try.held is not None
        return self.tick(at_ms if held_back else at_ms - 1)

    def _is_awaited_end_key(self, key: str, at_ms: int) -> bool:
        """Whether this is the end key a caller adds to a full entry. Any key ends the waiting."""
        awaited, self._end_key = self._end_key, ""
        return key == awaited and at_ms <= self._end_key_until_ms

    def _settle(self, open_try: _Try, heard: Heard | None, at_ms: int) -> Heard | None:
        """Give the answer out, or hold it until the prompts that must be heard have ended."""
        if heard is not None and open_try.sound.quiet_ms > at_ms:
            open_try.held = heard
            return None
        return None if heard is None else self._finish(open_try, heard, at_ms)

    def _finish(self, open_try: _Try, heard: Heard, at_ms: int) -> Heard:
        self._try = None
        if heard.reason is not Reason.MATCH:
            self.flush()
        elif heard.ended_by in (EndedBy.FULL, EndedBy.LAST):
            self._await_end_key(open_try.listen, at_ms)
        return replace(heard, left=self._ahead, at_ms=at_ms)

    def _await_end_key(self, listen: Listen, at_ms: int) -> None:
        """After a full entry the end key is not typed ahead: drop it now, or within `between`."""
        if not self._ahead:
            self._end_key = listen.end_key
            self._end_key_until_ms = at_ms + _ms(listen.between_s)
        elif self._ahead[0] == listen.end_key:
            self._ahead = self._ahead[1:]
