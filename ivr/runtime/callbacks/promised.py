"""What is promised to somebody who is to be called back, and the call that keeps it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.acd.callbacks import Callback, Wish, first_allowed, promise
from ivr.domain.call import CallId, Cause
from ivr.domain.errors import NotValidError
from ivr.domain.outbound import Placed, PromiseId
from ivr.flow.own.built_in import REFUSED, SORRY, WAIT, callback_flow
from ivr.runtime.callbacks.chances import last_ns
from ivr.runtime.callbacks.placing import Outgoing
from ivr.runtime.groups.times import from_ns, to_ns
from ivr.runtime.ports.desk import CallbackRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NS = 1_000_000_000
AHEAD = timedelta(days=14)
"""So far ahead an hour is looked for in which somebody may be called."""
_CAUSES = {Cause.NO_ANSWER: "no_answer", Cause.SYSTEM_LOST: "system_lost"}
_NOT_REACHED = (Cause.BUSY, Cause.NO_ANSWER, Cause.UNREACHABLE, Cause.REJECTED, Cause.SYSTEM_LOST)


@dataclass(frozen=True, slots=True)
class Booking:
    """What is to be promised. number: whom to call, E.164. since: when the wait began, in ns.

    at: from when on, None = as soon as somebody is free. The others as in `CallbackRow`.
    """

    number: str
    queue: str
    trunk: str
    since: int
    dnis: str = ""
    flow: str = ""
    at: datetime | None = None
    window_s: float = 7200.0
    attempts: int = 3
    language: str = ""
    priority: str = ""
    skills: tuple[str, ...] = ()
    pop: Mapping[str, Any] | None = None
    by: str = ""


def row_of(
    wanted: Booking, names: tuple[str, str], now: int, shut: Callable[[int], bool]
) -> CallbackRow:
    """The new promise. names: its id and code. Raises NotValidError if there never is an hour.

    Who asks at night, or while the queue is closed, is called from the first hour on.
    """
    earliest = now if wanted.at is None else max(now, to_ns(wanted.at))
    begin = first_allowed(earliest, earliest + round(AHEAD.total_seconds()) * NS, shut)
    if begin is None:
        raise NotValidError(f"queue {wanted.queue!r} has no hours in which it could call")
    window = round(wanted.window_s * NS)
    wish = Wish(
        wanted.number,
        wanted.queue,
        wanted.number,
        wanted.since,
        window,
        slot_ns=None if wanted.at is None else begin,
        attempts=wanted.attempts,
    )
    kept = promise(wish, *names, now)
    kept = replace(kept, from_ns=begin, next_ns=begin, until_ns=begin + window)
    return CallbackRow(
        kept,
        trunk=wanted.trunk,
        dnis=wanted.dnis,
        flow=wanted.flow,
        language=wanted.language,
        priority=wanted.priority,
        skills=wanted.skills,
        pop=wanted.pop or {},
        by=wanted.by,
        asked_at=from_ns(now).isoformat(),
    )


def next_look(kept: Callback, now: int) -> int:
    """When this promise is to be looked at again, if nothing happens before."""
    moments = (kept.next_ns, last_ns(kept), kept.until_ns)
    return min((at for at in moments if at > now), default=kept.until_ns)


def end_of(path: Sequence[str], cause: Cause) -> str:
    """Why a try has failed; `no_more` = the person wants no more calls."""
    if REFUSED in path:
        return REFUSED
    if not path or cause in _NOT_REACHED:
        return _CAUSES.get(cause, str(cause))
    return "not_reached" if WAIT in path or SORRY in path else "no_confirm"


def outgoing(row: CallbackRow, *, agent_first: bool = False) -> Outgoing:
    """The call by which a promise is to be kept. The agent sees the code of it."""
    kept = row.promise
    return Outgoing(
        call=CallId(row.call),
        trunk=row.trunk,
        number=kept.number,
        dnis=row.dnis,
        flow=row.flow,
        walks=callback_flow(kept.queue, agent_first=agent_first),
        language=row.language,
        placed=Placed(
            promise=PromiseId(kept.token),
            queue=kept.queue,
            kept_since=from_ns(kept.virtual_ns(0)),
            priority=row.priority,
            skills=row.skills,
            pop={**row.pop, "callback_token": kept.code},
            agent_first=agent_first,
        ),
    )
