"""Promised calls back: one table of what may become of a promise, and when it is tried.

    promised -> due -> reserved -> dialing -> done
    a try that fails: due again, but not before `next_ns`, until the tries or the hours are used up

A promise is plain data; every function takes one and gives the next. Instants are whole
nanoseconds UTC. Source: acd-cti.md 7.4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.acd.settings import MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

CODE_DIGITS = 8
MOST_TRIES = 3
GAPS_NS = (10 * MINUTE, 60 * MINUTE)
"""Time from one try to the next; the last one also for any further."""
_LOOK_NS = 15 * MINUTE
"""In what steps the end of quiet hours is looked for; they begin and end on the quarter hour."""


class CallbackState(StrEnum):
    """Where a promise stands."""

    PROMISED = "promised"
    DUE = "due"
    RESERVED = "reserved"
    DIALING = "dialing"
    DONE = "done"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class Step(StrEnum):
    """What happens to a promise."""

    DUE = "due"
    RESERVE = "reserve"
    RELEASE = "release"
    DIAL = "dial"
    CONNECT = "connect"
    FAIL = "fail"
    EXPIRE = "expire"
    CANCEL = "cancel"
    RETURN = "return"


_S = CallbackState
OPEN = (_S.PROMISED, _S.DUE, _S.RESERVED, _S.DIALING)
TABLE: Mapping[tuple[Step, CallbackState], CallbackState] = {
    (Step.DUE, _S.PROMISED): _S.DUE,
    (Step.RESERVE, _S.DUE): _S.RESERVED,
    (Step.RELEASE, _S.RESERVED): _S.DUE,
    (Step.DIAL, _S.RESERVED): _S.DIALING,
    (Step.CONNECT, _S.DIALING): _S.DONE,
    (Step.FAIL, _S.DIALING): _S.DUE,
    **{(Step.EXPIRE, state): _S.EXPIRED for state in (_S.PROMISED, _S.DUE)},
    **{(Step.CANCEL, state): _S.CANCELLED for state in OPEN},
    **{(Step.RETURN, state): _S.RETURNED for state in OPEN},
}
"""(what happens, state) -> state after it; any other pair is refused."""


class CallbackError(ValueError):
    """Something that cannot happen to this promise now; it is left as it was."""


@dataclass(frozen=True, slots=True)
class Callback:
    """One promise. token: 128 bits, unguessable. code: of 8 digits, for keypad and SMS.

    identity: normalised number. enqueued_ns: when the caller had joined the queue. from_ns and
    until_ns: the hours in which it may be tried. next_ns: when it is tried next. waited_ns: how
    long the caller had waited before he chose a time, None = he keeps his place (window `now`).
    tries: made so far. attempts: at most. reason: why it ended, or why the last try failed.
    """

    token: str
    code: str
    identity: str
    queue: str
    number: str
    enqueued_ns: int
    from_ns: int
    until_ns: int
    next_ns: int
    waited_ns: int | None = None
    state: CallbackState = CallbackState.PROMISED
    tries: int = 0
    attempts: int = MOST_TRIES
    reason: str = ""
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done for this caller."""
        return self.state in OPEN

    def virtual_ns(self, head_start_ns: int) -> int:
        """Its place among waiting calls (4.1): the old one, or that of the slot that was chosen."""
        if self.waited_ns is None:
            return self.enqueued_ns - head_start_ns
        return self.from_ns - self.waited_ns - head_start_ns

    def returning_ns(self, now_ns: int) -> int:
        """Since when he waits who does not wait to be called: also before his time he is at least
        as old as he was when he chose it."""
        return min(self.virtual_ns(0), now_ns - (self.waited_ns or 0))


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller asks for. slot_ns: beginning of the time chosen, None = as soon as possible.

    window_ns: how long after that it may still be tried. enqueued_ns: since when he waits.
    """

    identity: str
    queue: str
    number: str
    enqueued_ns: int
    window_ns: int
    slot_ns: int | None = None
    attempts: int = MOST_TRIES


def promise(wish: Wish, token: str, code: str, now_ns: int) -> Callback:
    """A new promise; ask `open_of` first. A slot that has begun already begins now."""
    from_ns = now_ns if wish.slot_ns is None else max(now_ns, wish.slot_ns)
    return Callback(
        token,
        code,
        wish.identity,
        wish.queue,
        wish.number,
        enqueued_ns=wish.enqueued_ns,
        from_ns=from_ns,
        until_ns=from_ns + wish.window_ns,
        next_ns=from_ns,
        waited_ns=None if wish.slot_ns is None else now_ns - wish.enqueued_ns,
        attempts=wish.attempts,
    )


def open_of(promises: Iterable[Callback], identity: str, queue: str) -> Callback | None:
    """The open promise to this person for this queue: there is at most one; None = a new one may
    be made. Withheld callers (identity "") are never the same person."""
    if not identity:
        return None
    same = (each for each in promises if (each.identity, each.queue) == (identity, queue))
    return next((each for each in same if each.is_open), None)


def advance(callback: Callback, step: Step, reason: str = "") -> Callback:
    """The promise after this. Raises CallbackError if it cannot happen in its state."""
    after = TABLE.get((step, callback.state))
    if after is None:
        raise CallbackError(f"{step} cannot happen to a callback that is {callback.state}")
    tries = callback.tries + (step is Step.DIAL)
    version = callback.version + 1
    return replace(callback, state=after, tries=tries, reason=reason, version=version)


def failed(
    callback: Callback, at_ns: int, reason: str, is_quiet: Callable[[int], bool]
) -> Callback:
    """A try failed: it waits for the next one, or it is over.

    reason: no_answer, busy, machine, no_confirm ... is_quiet: whether nobody may be rung up then.
    """
    tried = advance(callback, Step.FAIL, reason)
    gap_ns = GAPS_NS[min(tried.tries, len(GAPS_NS)) - 1]
    following = first_allowed(at_ns + gap_ns, tried.until_ns, is_quiet)
    if tried.tries >= tried.attempts or following is None:
        return advance(tried, Step.EXPIRE, reason)
    return replace(tried, next_ns=following)


def ripe(callback: Callback, now_ns: int, is_quiet: Callable[[int], bool]) -> Callback:
    """What becomes of a promise as time goes by: due, put off out of quiet hours, or expired."""
    if callback.state not in (_S.PROMISED, _S.DUE):
        return callback
    if now_ns >= callback.until_ns:
        return advance(callback, Step.EXPIRE, callback.reason or "window_over")
    allowed = first_allowed(max(now_ns, callback.next_ns), callback.until_ns, is_quiet)
    if allowed is None:
        return advance(callback, Step.EXPIRE, callback.reason or "quiet_hours")
    if allowed != callback.next_ns and allowed > now_ns:
        return replace(callback, next_ns=allowed, version=callback.version + 1)
    if callback.state is _S.PROMISED and allowed <= now_ns:
        return advance(callback, Step.DUE)
    return callback


def is_ready(callback: Callback, now_ns: int, is_quiet: Callable[[int], bool]) -> bool:
    """Whether it may be given to an agent now."""
    in_time = callback.next_ns <= now_ns < callback.until_ns
    return callback.state is _S.DUE and in_time and not is_quiet(now_ns)


def first_allowed(at_ns: int, until_ns: int, is_quiet: Callable[[int], bool]) -> int | None:
    """The first instant from `at_ns` and before `until_ns` outside of quiet hours, else None."""
    while at_ns < until_ns:
        if not is_quiet(at_ns):
            return at_ns
        at_ns = (at_ns // _LOOK_NS + 1) * _LOOK_NS
    return None


# codes


def code_of(number: int) -> str:
    """A code of 8 digits from any number: 7 of its digits and a check digit.

    The check digit (Damm) finds every single wrong digit and every swap of two neighbours.
    """
    digits = f"{number % 10 ** (CODE_DIGITS - 1):0{CODE_DIGITS - 1}d}"
    return digits + str(_damm(digits))


def is_code(text: str) -> bool:
    """Whether keyed digits can be a code at all."""
    good = len(text) == CODE_DIGITS and text.isascii() and text.isdigit()
    return good and _damm(text) == 0


_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
"""A quasigroup without a swap that goes unseen (H. M. Damm, 2004)."""


def _damm(digits: str) -> int:
    value = 0
    for digit in digits:
        value = _DAMM[value][int(digit)]
    return value
