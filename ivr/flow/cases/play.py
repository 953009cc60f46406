"""Plays call tests: talk first, then what is expected; every difference is a problem.

Codes: T201 something else happened, T202 the talk was not used up, T205 a verb that the call needs
is not built yet, T206 the channel is not there or cannot do it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.problem import Position, Problem, Severity
from ivr.flow.cases.actions import Actor, NotDoneError
from ivr.flow.cases.expect import differences
from ivr.flow.cases.model import Act, Case, CaseResult
from ivr.flow.cases.virtual import VirtualCall
from ivr.flow.cases.written.names import Names, own_zone

if TYPE_CHECKING:
    from ivr.flow.cases.channel import Channel
    from ivr.flow.cases.stage import Stage

_BY_ITSELF = {"queue": "nobody", "transfer": "failed", "pay": "failed"}
"""The fate that a verb gives every caller that is not built yet, or not for this channel."""
_NAMES = {"queue": "queue", "transfer": "transfer", "pay": "payment"}


def play(case: Case, stage: Stage, names: Names | None = None) -> CaseResult:
    """Play one call. names: those of its file, with the zones that its moments need."""
    make = stage.channels.get(case.channel)
    if make is None:
        message = f"no channel {case.channel} here; there is {', '.join(sorted(stage.channels))}"
        return CaseResult(name=case.name, at=case.at, problems=(_problem(case, "T206", message),))
    known = names or Names(stage.bundle(case.flow), stage.book.world, own_zone(stage.book.world))
    return _Play(case, stage, make(), known).result()


class _Play:
    """One run of one case."""

    def __init__(self, case: Case, stage: Stage, channel: Channel, names: Names) -> None:
        self._case = case
        self._names = names
        self._problems: list[Problem] = []
        self._marked = -1
        stage.vault().empty()
        self._call = VirtualCall(stage, case, channel)

    def result(self) -> CaseResult:
        """Play to the end and compare."""
        self._talk()
        self._fates()
        if not self._problems:
            for found in differences(self._case, self._call, self._names):
                self._fail("T201", found.message, found.wish.at, found.line)
        record = self._call.record
        return CaseResult(
            name=self._case.name,
            at=self._case.at,
            problems=tuple(self._problems),
            conversation=tuple(record.lines),
            exits=tuple(record.exits),
            seconds=self._call.now_ms / 1000,
            marked=self._marked,
        )

    def _talk(self) -> None:
        self._call.begin()
        actor = Actor(self._call)
        for act in self._case.talk:
            if not self._done(actor, act):
                return
        actor.finish()
        if self._call.is_endless:
            self._fail("T201", "the call never comes to rest", self._case.at)

    def _done(self, actor: Actor, act: Act) -> bool:
        try:
            actor.do(act)
        except NotDoneError as error:
            self._fail(error.problem_code, str(error), act.at, error.mark)
            return False
        return True

    def _fates(self) -> None:
        """A test that gives a fate which the engine cannot play yet must not pass by chance."""
        for (verb, name), fate in self._case.given.fates.items():
            if verb not in _BY_ITSELF:
                continue
            asked = self._call.record.asked.get(verb, [])
            met = any("exit" in one and one.get(_NAMES[verb]) == name for one in asked)
            if met and fate != _BY_ITSELF[verb]:
                message = f"given {name} {fate}: the verb {verb} is not built yet"
                self._fail("T205", message, self._case.at)

    def _fail(self, code: str, message: str, at: Position, mark: int = -1) -> None:
        self._problems.append(_problem(self._case, code, message, at))
        if self._marked < 0:
            self._marked = mark if mark >= 0 else len(self._call.record.lines) - 1


def _problem(case: Case, code: str, message: str, at: Position | None = None) -> Problem:
    return Problem(code, Severity.FAIL, at or case.at, f'"{case.name}": {message}')
