"""What becomes of an invitation by text: scheduled, sent or not, answered, reminded, ended.

Each function looks at a row and says what is to be written. None of them acts or reads a clock, so
that the store may ask them again when somebody else was faster.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.domain.phone import takes_texts
from ivr.domain.texting.states import DELIVERED, EXPIRED, OPTED_OUT, QUIET_EXPIRED
from ivr.runtime.ports.asking.texts import Change, text_key
from ivr.runtime.ports.texts import TextNew
from ivr.runtime.surveys.rounds import answered_until, not_yet, too_late
from ivr.surveys.after_ticket import AT_ONCE
from ivr.surveys.eligibility import (
    Afterwards,
    Asking,
    Limits,
    Person,
    Reason,
    late_reason,
    policy_reason,
)
from ivr.surveys.invitations import OPEN, State, may_follow
from ivr.surveys.model import SMS
from ivr.surveys.texting.dialogue import Turn, begin, came, due, next_due
from ivr.surveys.texting.keeping import kept, read_back
from ivr.tickets.consent import SURVEY, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.runtime.ports.asking.texts import Invited
    from ivr.runtime.ports.texts import TextRow
    from ivr.surveys.model import Plan, Survey
    from ivr.surveys.texting.script import Script
    from ivr.tickets.consent import Verdict

_HEARD = 20
"""Ids of messages that a talk remembers, so that a message taken twice counts once."""
_NOT_ALLOWED: Mapping[Refusal, Reason] = {
    Refusal.BLOCKED_BY_PROVIDER: Reason.OPTED_OUT,
    Refusal.OPTED_OUT: Reason.OPTED_OUT,
    Refusal.NO_CONSENT: Reason.NO_CONSENT,
    Refusal.REGISTRY_PENDING: Reason.NO_CONSENT,
    Refusal.FREQUENCY: Reason.GAP,
}
_ANSWERABLE = OPEN | {State.UNDELIVERED}


@dataclass(frozen=True, slots=True)
class Asked:
    """One invitation to be decided on. script: its survey in its language."""

    found: Invited
    survey: Survey
    plan: Plan
    script: Script
    now: datetime


def after_missed(found: Invited, plan: Plan, now: datetime) -> Change | None:
    """Who was missed on the line is written to, where the plan says so and he can be reached; one
    who cannot stays missed and is not looked at again. Nobody is who is promised to stay unknown
    (a text names its sender), nor whose call is long over: the server was off, or had no texts."""
    if found.state is not State.MISSED or found.due_at is not None:
        return None
    is_late = now >= found.created_at + timedelta(seconds=plan.expires_s)
    is_asked = SMS in plan.media and not plan.anonymous and not is_late
    if not is_asked or not found.value or not takes_texts(found.value):
        return Change(due_at=now)
    return Change(
        moves=((State.SCHEDULED, ""),),
        value=found.value,
        due_at=now + timedelta(seconds=plan.delay_s),
        expires_at=now + timedelta(seconds=plan.expires_s),
    )


def when_due(it: Asked, verdict: Verdict, awake_at: datetime) -> Change | None:
    """It is time to write: the first message, later, or a reason why not.

    verdict: of `may_contact`. awake_at: the first moment from now on that the plan's own quiet
    hours allow.
    """
    found = it.found
    if found.state is not State.SCHEDULED or found.due_at is None or found.due_at > it.now:
        return None
    if it.now >= it.script.expires_at:
        return too_late(found, it.plan)
    later = max(awake_at, verdict.from_at if is_quiet(verdict) and verdict.from_at else awake_at)
    return not_yet(found, it.plan, it.now) or _asked(it, verdict, later)


def _asked(it: Asked, verdict: Verdict, later: datetime) -> Change:
    """later: the first moment from now on at which it disturbs nobody."""
    reason = reason_now(it, verdict, quiet_until_expiry=later >= it.script.expires_at)
    if reason is not None:
        return Change(moves=((State.SUPPRESSED, reason.value),))
    if later > it.now:
        return Change(due_at=later)
    it = replace(it, script=answered_until(it.found, it.plan, it.script, it.now))
    turn = begin(it.script, it.now)
    if turn.session.over:
        return Change(moves=((State.SUPPRESSED, Reason.NOT_MATCHING.value),))
    return _turned(it, turn, {}, first=True, moves=((State.SENT, ""),))


def when_reported(found: Invited) -> Change | None:
    """What the first message came to."""
    state, reason = found.first_text
    if found.state is not State.SENT or not state:
        return None
    if state == DELIVERED:
        return Change(moves=((State.DELIVERED, ""),), reached=True)
    after = State.UNDELIVERED
    if reason in {EXPIRED, QUIET_EXPIRED}:
        after = State.EXPIRED
    elif reason == OPTED_OUT:
        after = State.OPTED_OUT
    over = after is not State.UNDELIVERED
    return Change(moves=((after, ""),), talk=found.talk if over else None)


def heard_before(found: Invited, text: str) -> bool:
    """Whether this message (public id) was taken already."""
    return text in (found.talk or {}).get("heard", ())


def when_answered(it: Asked, text: TextRow) -> Change | None:
    """A message came; None = it is nothing of this survey."""
    found = it.found
    if found.state not in _ANSWERABLE or found.talk is None or heard_before(found, text.id):
        return None
    turn = came(it.script, read_back(found.talk), text.body, text.at, it.now)
    if not turn.taken:
        return None
    heard = [*found.talk.get("heard", ()), text.id][-_HEARD:]
    moves = tuple((state, "") for state in turn.moves)
    change = _turned(it, turn, {**found.talk, "heard": heard}, moves=moves, trunk=text.trunk)
    return replace(change, reached=True)


def when_waited(it: Asked, awake_at: datetime) -> Change | None:
    """Silence, the reminder or the end. awake_at: the first moment at which he may be reminded.

    Where the first message did not arrive, no reminder is sent: it would not arrive either.
    """
    found = it.found
    if found.talk is None or found.state not in _ANSWERABLE:
        return None if found.talk is None else Change(talk=found.talk)
    session = read_back(found.talk)
    turn = due(it.script, session, it.now)
    if turn.session == session:
        return Change(talk=found.talk, next_at=next_due(it.script, session))
    if found.state is State.UNDELIVERED:
        turn = replace(turn, say=())
    if turn.say and awake_at > it.now:
        return Change(talk=found.talk, next_at=min(awake_at, it.script.expires_at))
    moves = tuple((state, "") for state in turn.moves)
    return _turned(it, turn, found.talk, moves=moves)


def when_refused(found: Invited) -> Change | None:
    """He wants no more: whatever is scheduled or open for him ends."""
    if not may_follow(found.state, State.OPTED_OUT):
        return None
    return Change(moves=((State.OPTED_OUT, ""),), talk=found.talk)


def pending(it: Asked) -> str:
    """The kind of the question that waits for an answer, "" = none does."""
    if it.found.talk is None or it.found.state not in _ANSWERABLE:
        return ""
    question = it.script.named(read_back(it.found.talk).question)
    return question.kind if question is not None else ""


def refused_for(verdict: Verdict) -> Reason | None:
    """The reason that a refusal is for surveys; None = none, or it passes with the night."""
    return _NOT_ALLOWED.get(verdict.refusal) if verdict.refusal is not None else None


def is_quiet(verdict: Verdict) -> bool:
    """Whether it is only the hour that forbids it."""
    return verdict.refusal is Refusal.QUIET_HOURS


def reason_now(it: Asked, verdict: Verdict, *, quiet_until_expiry: bool) -> Reason | None:
    """The first reason that came up since it was scheduled, in the order of the design."""
    found, plan = it.found, it.plan
    refused = refused_for(verdict)
    person = Person(
        opted_out=refused is Reason.OPTED_OUT,
        consented=refused is not Reason.NO_CONSENT,
        invited=found.others,
        open=found.open_elsewhere,
        reachable=bool(found.value),
    )
    if found.reopened:
        return Reason.NOT_MATCHING
    limits = AT_ONCE if found.recovers else Limits(timedelta(seconds=plan.gap_s), plan.year_cap)
    asking = Asking(
        languages=frozenset(it.survey.languages), min_talk=timedelta(seconds=plan.min_talk_s)
    )
    talk = asking.min_talk if found.talk_s is None else timedelta(seconds=found.talk_s)
    after = Afterwards(talk=talk, quiet_until_expiry=quiet_until_expiry)
    gap = Reason.GAP if refused is Reason.GAP and not found.recovers else None
    return policy_reason(person, limits, it.now) or gap or late_reason(asking, after)


def _turned(
    it: Asked,
    turn: Turn,
    talk: Mapping[str, Any],
    *,
    moves: tuple[tuple[State, str], ...],
    first: bool = False,
    trunk: str = "",
) -> Change:
    """A turn of the talk as it is written."""
    said = int(talk.get("said", 0))
    texts = [
        TextNew(
            to=it.found.value,
            body=words,
            origin_key=text_key(it.found.id, said + number),
            at=it.now,
            purpose=SURVEY,
            trunk=trunk,
            in_contact=not first,
            plain=it.plan.is_plain,
            expires_at=it.script.expires_at,
        )
        for number, words in enumerate(turn.say, 1)
    ]
    more = {"said": said + len(texts), "heard": talk.get("heard", [])}
    question = it.survey.questions.get(turn.kept.question) if turn.kept else None
    return Change(
        moves=moves,
        talk={**kept(turn.session), **more},
        next_at=next_due(it.script, turn.session),
        say=texts,
        answer=turn.kept,
        score_kind=question.score if question else "",
        is_key=bool(question and question.is_key),
        expires_at=it.script.expires_at,
    )
