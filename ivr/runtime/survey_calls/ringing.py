"""What becomes of an invitation by telephone: called now or later, not at all, and what follows.

As in `deciding.py`, each function looks at a row and says what is to be written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ivr.runtime.ports.asking.texts import Change
from ivr.runtime.surveys.deciding import is_quiet, reason_now
from ivr.runtime.surveys.rounds import not_yet, too_late
from ivr.surveys.eligibility import Reason
from ivr.surveys.invitations import Missed, State
from ivr.surveys.model import SMS, VOICE
from ivr.surveys.planned.tries import MOST, Result, next_try, texts_follow

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports.asking.texts import Invited
    from ivr.runtime.surveys.deciding import Asked
    from ivr.surveys.model import Plan
    from ivr.surveys.planned.tries import Over
    from ivr.tickets.consent import Verdict

_OF_CALLS = frozenset({Reason.OPTED_OUT, Reason.NO_CONSENT, Reason.QUIET_EXPIRED})
"""Reasons that hold for calls alone: another medium is judged by itself."""


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody would be called. call: the id that it gets. can_call: his number is one that we
    call, and the survey is there to be asked. can_text: texts can be sent at all."""

    call: str
    can_call: bool = True
    can_text: bool = True


def when_due(it: Asked, verdict: Verdict, awake_at: datetime, way: Way) -> Change | None:
    """It is time to call: now, later, by text instead, or a reason why not.

    verdict: of `may_contact`. awake_at: the first moment from now on that calling hours allow.
    """
    found = it.found
    is_ours = found.state is State.SCHEDULED and found.medium == VOICE
    if not is_ours or found.due_at is None or found.due_at > it.now or _is_called(found):
        return None
    if it.now >= it.script.expires_at:
        return too_late(found, it.plan)
    if not way.can_call or len(found.tries) >= MOST:
        return _instead(found, it.plan, it.now, way) or _missed(found)
    return not_yet(found, it.plan, it.now) or _called(it, verdict, awake_at, way)


def _called(it: Asked, verdict: Verdict, awake_at: datetime, way: Way) -> Change:
    later = max(awake_at, verdict.from_at if is_quiet(verdict) and verdict.from_at else awake_at)
    reason = reason_now(it, verdict, quiet_until_expiry=later >= it.script.expires_at)
    if reason in _OF_CALLS:
        instead = _instead(it.found, it.plan, it.now, way)
        if instead is not None:
            return instead
    if reason is not None:
        return Change(moves=((State.SUPPRESSED, reason.value),))
    return Change(due_at=later) if later > it.now else Change(call=way.call)


def when_over(
    found: Invited, plan: Plan, over: Over, now: datetime, *, can_text: bool
) -> Change | None:
    """A call has ended: what became of it, and what follows for whom it was for."""
    if not any(each.call == over.call and each.ended_at is None for each in found.tries):
        return None
    over = _heard(found, over)
    is_nobody = over.result is not Result.ANSWERED or found.state is State.SCHEDULED
    written = Change(over=over, unreached=is_nobody and found.state is State.MISSED)
    if found.state not in (State.SCHEDULED, State.MISSED) or found.wave_stopped:
        return written
    return _followed(found, plan, written, now, Way("", can_text=can_text), again=is_nobody)


def _heard(found: Invited, over: Over) -> Over:
    """Who let the whole survey go by without a key may be a machine."""
    is_silent = found.state is State.MISSED and found.reason == Missed.NOT_ANSWERED
    if over.result is Result.ANSWERED and is_silent:
        return replace(over, result=Result.SILENT)
    return over


def _followed(
    found: Invited, plan: Plan, written: Change, now: datetime, way: Way, *, again: bool
) -> Change:
    """Another call, then the next medium, then nothing."""
    ends_at = found.expires_at or now
    at = next_try(found.tries, now, ends_at) if again else None
    back = () if found.state is State.SCHEDULED else ((State.SCHEDULED, ""),)
    if at is not None:
        return replace(written, moves=back, due_at=at)
    instead = _instead(found, plan, now, way) if now < ends_at else None
    if instead is not None:
        return replace(written, moves=back, medium=instead.medium, due_at=instead.due_at)
    ended = _missed(found).moves if found.state is State.SCHEDULED else ()
    return replace(written, moves=ended)


def _instead(found: Invited, plan: Plan, now: datetime, way: Way) -> Change | None:
    """The next medium of the plan; None = there is none, or it does not lead to him."""
    if not way.can_text or not texts_follow(plan, found.value):
        return None
    return Change(medium=SMS, due_at=now)


def _missed(found: Invited) -> Change:
    """Nobody was there. Whom we could not call at all has no number to be asked at."""
    if found.tries:
        return Change(moves=((State.MISSED, Missed.NOT_ANSWERED.value),))
    return Change(moves=((State.SUPPRESSED, Reason.NO_CONTACT_POINT.value),))


def _is_called(found: Invited) -> bool:
    return any(each.ended_at is None for each in found.tries)
