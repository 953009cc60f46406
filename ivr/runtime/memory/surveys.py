"""Surveys in memory: the same promises as the database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.asking.surveys import (
    Answered,
    ByText,
    Chosen,
    Gone,
    Invitation,
    KeptAnswer,
    Moved,
    Past,
)
from ivr.surveys.eligibility import Reason
from ivr.surveys.invitations import OPEN, State, may_follow
from ivr.surveys.quotas import CHOSEN, Filled, Standing, is_full

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ivr.domain.call import CallId
    from ivr.domain.values import Value
    from ivr.runtime.ports import Entry
    from ivr.surveys.model import Plan, Survey
    from ivr.surveys.quotas import FilledOf

_ENDS = {"completed": "completed", "partial": "partial", "opted_out": "partial"}
_LEFT = {"armed": "", "offered": "caller_left_at_handoff"}


@dataclass(slots=True)
class _Kept:
    """One invitation with its answers."""

    call: CallId
    now: Invitation
    cell: Mapping[str, str] = field(default_factory=dict)
    seed: str = ""
    reached_at: datetime | None = None
    completion: str = ""
    score: int | None = None
    answers: dict[str, Answered] = field(default_factory=dict)
    recordings: dict[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether an answer is waited for, or he is about to be written to."""
        if self.now.state == State.SCHEDULED:
            return self.expires_at is None or self.expires_at > now
        return State(self.now.state) in OPEN


class MemorySurveys:
    """The port `Surveys`. number_of: the number that a call came from, None = withheld."""

    def __init__(self, number_of: Callable[[CallId], str | None]) -> None:
        self._number_of = number_of
        self._plans: dict[tuple[str, str], Plan] = {}
        self._kept: list[_Kept] = []
        self._halted: set[tuple[str, str]] = set()

    async def publish(
        self, surveys: Sequence[Survey], at: datetime, new_id: Callable[[], str]
    ) -> None:
        """Only plans that are published can choose anybody."""
        del at, new_id
        self._plans = {
            (each.code, plan.name): plan for each in surveys for plan in each.plans.values()
        }
        self._halted &= self._plans.keys()

    async def of_call(self, call: CallId) -> Sequence[Invitation]:
        """What was decided for a call."""
        return [one.now for one in self._kept if one.call == call]

    async def customer(self, call: CallId) -> Mapping[str, Value]:
        """No customers are kept here."""
        del call
        return {}

    async def halted(self) -> frozenset[tuple[str, str]]:
        """(survey, plan) of those in force for which nobody new is asked."""
        return frozenset(self._halted)

    async def halt(self, survey: str, plan: str, *, halted: bool) -> None:
        """Ask nobody new for a plan in force, or go on."""
        key = (survey, plan)
        if key not in self._plans:
            raise NotFoundError("there is no such plan in force")
        self._halted = self._halted | {key} if halted else self._halted - {key}

    async def filled(self, plans: Sequence[tuple[Survey, Plan]]) -> FilledOf:
        """How full the quotas of these plans are."""
        limited = [(one.code, plan.name) for one, plan in plans if plan.quota is not None]
        return {key: self._filled(key) for key in limited}

    def _filled(self, key: tuple[str, str]) -> tuple[Filled, ...]:
        mine = [one for one in self._kept if (one.now.survey, one.now.plan) == key and one.cell]
        mine = [one for one in mine if one.seed == self._plans[key].seed]
        held = (State.ARMED, State.SCHEDULED)
        states = [(one.cell, State(one.now.state)) for one in mine]
        return tuple(
            Filled(cell, State.OFFERED if state in held else state, 1)
            for cell, state in states
            if state in CHOSEN
        )

    async def past(self, numbers: Sequence[str], since: datetime, now: datetime) -> Past:
        """What is known of a caller's number."""
        mine = [one for one in self._kept if self._number_of(one.call) in numbers]
        asked = [one.reached_at for one in mine if one.reached_at is not None]
        invited = tuple(sorted(at for at in asked if at >= since))
        refused = any(one.now.state == State.OPTED_OUT for one in mine)
        return Past(invited, any(one.is_open(now) for one in mine), refused)

    async def answers(self, call: CallId) -> Sequence[KeptAnswer]:
        """The answers given in a call."""
        return [
            _shown(one, each)
            for one in self._kept
            if one.call == call
            for each in one.answers.values()
        ]

    async def refused(self, since: datetime) -> Sequence[tuple[CallId, str]]:
        """The calls whose callers wanted to be asked never again, with their numbers."""
        found = [
            (one.call, self._number_of(one.call) or "")
            for one in self._kept
            if one.now.state == State.OPTED_OUT and one.reached_at and one.reached_at >= since
        ]
        return [each for each in found if each[1]]

    def write(self, entry: Entry) -> None:
        """What a step changes; whatever does not fit changes nothing."""
        for one in entry.surveys:
            if isinstance(one, Chosen):
                self._choose(entry.call, one)
            elif isinstance(one, Moved):
                self._move(entry, one)
            elif isinstance(one, Answered):
                self._answer(entry, one)
            elif isinstance(one, ByText):
                self._schedule(entry.call, one)
            elif isinstance(one, Gone):
                self._leave(entry.call, one)

    def _choose(self, call: CallId, one: Chosen) -> None:
        names = [(each.call, each.now.survey, each.now.plan) for each in self._kept]
        if (one.survey, one.plan) not in self._plans or (call, one.survey, one.plan) in names:
            return
        key = (one.survey, one.plan)
        state, reason = one.state, one.reason
        if state == State.ARMED and is_full(one.quota, Standing(one.cell, self._filled(key))):
            state, reason = str(State.SUPPRESSED), str(Reason.QUOTA_FULL)
        made = Invitation(
            id=one.id,
            survey=one.survey,
            plan=one.plan,
            version=one.version,
            state=state,
            reason=reason,
            rate=one.rate,
            queue=one.queue,
            medium="voice",
        )
        self._kept.append(_Kept(call, made, one.cell, self._plans[key].seed))

    def _mine(self, call: CallId, survey: str) -> list[_Kept]:
        return [one for one in self._kept if one.call == call and one.now.survey == survey]

    def _move(self, entry: Entry, one: Moved) -> None:
        for kept in self._mine(entry.call, one.survey):
            if not may_follow(State(kept.now.state), State(one.state)):
                continue
            if kept.completion == "started":
                kept.completion = _ENDS.get(one.state, "partial")
            agent = one.agent or kept.now.agent
            kept.now = replace(kept.now, state=one.state, reason=one.reason, agent=agent)
            if one.state == State.OFFERED:
                kept.reached_at = entry.at

    def _answer(self, entry: Entry, one: Answered) -> None:
        said = {each.turn: each.id for each in entry.recordings}
        for kept in self._mine(entry.call, one.survey):
            if kept.now.state == State.OFFERED:
                kept.now = replace(kept.now, state=str(State.STARTED))
                kept.completion = "started"
            if kept.now.state == State.STARTED:
                kept.answers[one.question] = one
                if one.spoken in said:
                    kept.recordings[one.question] = said[one.spoken]
                kept.score = one.number if one.is_key else kept.score

    def _schedule(self, call: CallId, one: ByText) -> None:
        for kept in self._mine(call, one.survey):
            if kept.now.state == State.ARMED:
                agent = one.agent or kept.now.agent
                kept.now = replace(kept.now, state=str(State.SCHEDULED), agent=agent)
                kept.expires_at = one.expires_at

    def _leave(self, call: CallId, one: Gone) -> None:
        for kept in self._kept:
            if kept.call != call:
                continue
            agent = one.agent or kept.now.agent
            if kept.now.state == State.STARTED:
                kept.completion = "partial"
                kept.now = replace(kept.now, state="partial", reason="", agent=agent)
            elif kept.now.state in _LEFT:
                reason = _LEFT[kept.now.state] or one.reason
                kept.now = replace(kept.now, state="missed", reason=reason, agent=agent)


def _shown(kept: _Kept, one: Answered) -> KeptAnswer:
    return KeptAnswer(
        survey=one.survey,
        question=one.question,
        number=one.number,
        text=one.text,
        raw=one.raw,
        latency_ms=one.latency_ms,
        tries=one.tries,
        completion=kept.completion,
        score=kept.score,
        score_kind=one.score_kind,
        recording=kept.recordings.get(one.question, ""),
    )
