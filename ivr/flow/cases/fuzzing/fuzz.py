"""Random callers against what a flow must always keep, and the shortest talk that breaks it.

keep: `promises` (no wait for a person longer than promised), `no_error` (no run-time error), `ends`
(the call ends once the caller says nothing more), `no_leak` (no secret entry anywhere), and
`one_outcome`. The same seed gives the same callers, on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ivr.domain.call import Cause
from ivr.domain.events import KeysCollected
from ivr.domain.problem import Problem, Severity
from ivr.domain.values import open_sealed
from ivr.flow.cases.actions import Actor, NotDoneError
from ivr.flow.cases.fuzzing.callers import Caller, caller
from ivr.flow.cases.leaks import leaks
from ivr.flow.cases.model import Act, Case, CaseFile, FuzzPlan, Line, Presses
from ivr.flow.cases.virtual import VirtualCall

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.flow.cases.stage import Stage

LEAST_SECRET = 4
"""Entries shorter than this are found anywhere by chance."""
TALKS_MS = 20_000
"""How long somebody whom a random caller reaches talks."""
MOST_TRIES = 400
"""Calls played at most to find a shorter talk."""


@dataclass(frozen=True, slots=True)
class FuzzFailure:
    """A random caller for whom something did not hold; case: the shortest talk that still shows it.

    what: which of `keep`. message: what happened. conversation: of the shortest talk.
    """

    number: int
    what: str
    message: str
    case: Case
    conversation: tuple[Line, ...]
    problem: Problem


@dataclass(frozen=True, slots=True)
class FuzzResult:
    """How random callers fared; seconds: their virtual time together."""

    callers: int
    failures: tuple[FuzzFailure, ...] = ()
    seconds: float = 0.0

    @property
    def problems(self) -> tuple[Problem, ...]:
        """T203 for each failure."""
        return tuple(failure.problem for failure in self.failures)


def fuzz(
    case_file: CaseFile, stage: Stage, *, numbers: Sequence[int] | None = None, most: int = 3
) -> FuzzResult:
    """Play the random callers of a file; numbers: only these (`--caller N`), else all from 1.

    Stops after `most` failures, each of which is shrunk.
    """
    plan = case_file.fuzz
    if plan is None:
        return FuzzResult(0)
    run = _Fuzz(case_file, plan, stage)
    failures: list[FuzzFailure] = []
    played = 0
    for number in numbers if numbers is not None else range(1, plan.callers + 1):
        played += 1
        failure = run.one(number)
        if failure is not None:
            failures.append(failure)
        if len(failures) >= most:
            break
    return FuzzResult(played, tuple(failures), run.seconds)


class _Fuzz:
    """The random callers of one file."""

    def __init__(self, case_file: CaseFile, plan: FuzzPlan, stage: Stage) -> None:
        self._file = case_file
        self._plan = plan
        self._stage = stage
        self._bundle = stage.bundle(case_file.flow)
        self.seconds = 0.0

    def one(self, number: int) -> FuzzFailure | None:
        """One caller; if something does not hold, the shortest talk for it."""
        world = self._stage.book.world
        case = caller(self._file.template, self._plan, number, self._bundle, world)
        case, call = self._live(case, number)
        self.seconds += call.now_ms / 1000
        broken = self._broken(call)
        return self._failure(number, case, *broken) if broken else None

    def _live(self, case: Case, number: int) -> tuple[Case, VirtualCall]:
        """Let a caller live his call; his steps are written into the case."""
        call = self._begun(case)
        actor, person = Actor(call), Caller(self._plan, number, self._plan.at)
        talk: list[Act] = []
        while (act := _next_act(call, person)) is not None:
            talk.append(act)
            _try(actor, act)
        call.run_until(lambda: False)
        return replace(case, talk=tuple(talk)), call

    def _played(self, case: Case) -> VirtualCall:
        """Play a written-down call again, then say nothing until it ends."""
        call = self._begun(case)
        actor = Actor(call)
        for act in case.talk:
            _try(actor, act)
        call.run_until(lambda: False)
        return call

    def _begun(self, case: Case) -> VirtualCall:
        self._stage.vault().empty()
        channel = self._stage.channels[case.channel]()
        call = VirtualCall(self._stage, case, channel, talks_ms=TALKS_MS)
        call.begin()
        return call

    def _broken(self, call: VirtualCall) -> tuple[str, str] | None:
        """The first of `keep` that does not hold, and what happened."""
        for name in self._plan.keep:
            message = _CHECKS[name](call)
            if message:
                return name, message
        return None

    def _failure(self, number: int, case: Case, what: str, message: str) -> FuzzFailure:
        shortest = self._shrunk(case, what)
        call = self._played(shortest)
        found = _CHECKS[what](call) or message
        seed = self._plan.seed
        text = f"fuzz caller {number} (seed {seed}): {found}; reproduce with --caller {number}"
        problem = Problem("T203", Severity.FAIL, self._plan.at, text)
        return FuzzFailure(number, what, found, shortest, tuple(call.record.lines), problem)

    def _shrunk(self, case: Case, what: str) -> Case:
        """Ever shorter talk, then plainer circumstances, as long as the same thing breaks."""
        tries = MOST_TRIES

        def still(one: Case) -> bool:
            nonlocal tries
            tries -= 1
            return tries >= 0 and bool(_CHECKS[what](self._played(one)))

        if not still(case):
            return case
        case = _fewer_acts(case, still)
        case = _fewer_keys(case, still)
        for plainer in _plainer(case, self._file.template):
            merged = plainer(case)
            if merged != case and still(merged):
                case = merged
        return case


def _next_act(call: VirtualCall, person: Caller) -> Act | None:
    """What the caller does at the next listen; None: he says nothing any more, or all is over."""
    call.run_until(lambda: call.is_listening or call.rests)
    return person.next_act(call.listen) if call.is_live else None


def _try(actor: Actor, act: Act) -> None:
    """A step that cannot be done is left out: the caller is wherever the call has got to."""
    try:
        actor.do(act)
    except NotDoneError:
        return


def _fewer_acts(case: Case, still: Callable[[Case], bool]) -> Case:
    """Cut out runs of steps, long ones first."""
    size = max(len(case.talk), 1)
    while size:
        start = 0
        while start < len(case.talk):
            shorter = replace(case, talk=(*case.talk[:start], *case.talk[start + size :]))
            if still(shorter):
                case = shorter
            else:
                start += size
        size //= 2
    return case


def _fewer_keys(case: Case, still: Callable[[Case], bool]) -> Case:
    """Plain presses instead of slow or early ones, and as few keys as will do."""
    for place, act in enumerate(case.talk):
        if not isinstance(act.deed, Presses):
            continue
        keys = act.deed.keys
        for shorter in [Presses(keys[:n]) for n in range(1, len(keys) + 1)]:
            changed = replace(act, deed=shorter, text=f'presses: "{shorter.keys}"')
            talk = (*case.talk[:place], changed, *case.talk[place + 1 :])
            if shorter != act.deed and still(replace(case, talk=talk)):
                case = replace(case, talk=talk)
                break
    return case


def _plainer(case: Case, template: Case) -> list[Callable[[Case], Case]]:
    """Ways to make the circumstances of a call ordinary again."""

    def without(name: str) -> Callable[[Case], Case]:
        def change(one: Case) -> Case:
            lookups = {key: value for key, value in one.given.lookups.items() if key != name}
            return replace(one, given=replace(one.given, lookups=lookups))

        return change

    return [
        lambda one: replace(one, given=template.given),
        lambda one: replace(one, started=template.started),
        lambda one: replace(one, ani=template.ani),
        lambda one: replace(one, language=template.language),
        lambda one: replace(one, given=replace(one.given, facts=template.given.facts)),
        *(without(name) for name in case.given.lookups),
    ]


def _promises(call: VirtualCall) -> str:
    return call.watch.broken()


def _no_error(call: VirtualCall) -> str:
    errors = call.record.errors
    return f"error {errors[0]}" if errors else ""


def _ends(call: VirtualCall) -> str:
    closings = call.record.closings
    if not closings:
        return "the call never ends"
    return "the call had to be cut off" if closings[0].cause is Cause.TIME_LIMIT else ""


def _one_outcome(call: VirtualCall) -> str:
    count = len(call.record.closings)
    return "" if count == 1 else f"{count} outcomes"


def _no_leak(call: VirtualCall) -> str:
    """Every entry of a secret question is searched in everything the call wrote."""
    secrets = _secrets(call)
    if not secrets:
        return ""
    texts = call.written()
    for value in secrets:
        form = leaks(value, texts)
        if form:
            return f"a secret entry of {len(value)} keys was found ({form})"
    return ""


def _secrets(call: VirtualCall) -> list[str]:
    turns = call.secret_turns
    entries = [
        open_sealed(one.keys)
        for one in call.record.journal
        if isinstance(one, KeysCollected) and one.turn in turns
    ]
    return sorted({entry for entry in entries if len(entry) >= LEAST_SECRET})


_CHECKS: dict[str, Callable[[VirtualCall], str]] = {
    "promises": _promises,
    "no_error": _no_error,
    "ends": _ends,
    "no_leak": _no_leak,
    "one_outcome": _one_outcome,
}
