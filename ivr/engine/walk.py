"""Walking a flow: from step to step, into sub-flows and back, until something waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.errors import CallError, FlowStuckError
from ivr.engine.state import FINAL, Frame, State
from ivr.engine.verb import Always, Enter, Goodbye, Leave, Move, Stay
from ivr.flow.liveness import secrets_of
from ivr.flow.model import DONE, ERROR, EXIT_PREFIX, FAILED, NEXT, Flow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.domain.values import Value
    from ivr.engine.run import Run

MAX_STEPS = 200
"""Steps between two questions before a call counts as stuck (E204); a lookup is no question."""
QUIET = frozenset({"say", "set", "go", "outcome"})
"""Verbs whose way on is no exit that a test could miss."""


class NoWayOnError(CallError):
    """An exit that nobody wrote was taken: to `rescue.error`."""

    code = "no-way-on"


def drive(run: Run, move: Move | None) -> bool:
    """Make moves until the call waits. None: begin the step we stand at.

    Returns True when the caller is to be hung up or the final region has come to its end.
    Raises EvaluationError, RenderError, FlowStuckError and NoWayOnError: all faults of the flow.
    """
    while True:
        current = _begin(run) if move is None else move
        if isinstance(current, Stay):
            run.stay(current)
            if current.walk is None:
                return False
            _entered(run, current.walk)
            move = None
            continue
        if current is None or isinstance(current, Goodbye):
            run.state.outcome = (current and current.outcome) or run.state.outcome
            return True
        move = _moved(run, current)


def _begin(run: Run) -> Move | None:
    """The move of the step we stand at; None past the last step of the final region."""
    frame = run.state.top
    steps = run.flow().nodes[frame.node].steps
    while frame.step < len(steps):
        run.state.steps += 1
        if run.state.steps > MAX_STEPS:
            raise FlowStuckError(f"more than {MAX_STEPS} steps without a question")
        step = steps[frame.step]
        verb = run.verb(step)
        silenced = run.state.region == FINAL and verb.spec.speaks
        if not silenced and run.view.holds(step.only):
            return verb.begin(step, run.view)
        frame.step += 1
    return _return(run, FAILED) if len(run.state.frames) > 1 else None


def _moved(run: Run, move: Leave | Enter | Always) -> Move | None:
    if isinstance(move, Leave):
        return _leave(run, move)
    run.close_step()
    if isinstance(move, Always):
        run.commands.extend(move.do)
        return _follow(run, move)
    run.state.top.data = dict(move.keep)
    _entered(run, move)
    return None


def _entered(run: Run, move: Enter) -> None:
    run.send(*move.do)
    flow = run.book.flow(run.state.flow_hash, move.flow)
    run.state.frames.append(frame_of(flow, flow.start, move.variables))
    enter(run, flow.start)


def frame_of(flow: Flow, node: str, variables: Mapping[str, Value] | None = None) -> Frame:
    """A fresh frame with every declared variable at its default."""
    declared = {**flow.variables, **flow.outputs}
    values = {name: variable.default for name, variable in declared.items()}
    return Frame(flow.name, node, variables={**values, **(variables or {})})


def _leave(run: Run, move: Leave) -> Move | None:
    step, frame = run.step(), run.state.top
    run.send(*move.first)
    run.close_step()
    run.send(*move.do)
    frame.variables.update({str(name): value for name, value in move.sets.items()})
    _remember(run.state, move)
    if step.verb not in QUIET:
        run.note("exit", flow=frame.flow, step=step.id, exit=move.exit)
    if run.verb(step).spec.listens and move.exit not in (NEXT, "giveup"):
        frame.passed_menu()
    frame.data = {}
    return _go(run, step.exits.targets.get(move.exit, ERROR))


def _remember(state: State, move: Leave) -> None:
    state.prompts += move.prompts
    state.heard = move.heard or state.heard
    state.outcome = move.outcome or state.outcome
    state.note = move.note or state.note
    if move.flush:
        state.forget_ahead()
    if move.language:
        _speak(state, move.language)


def _speak(state: State, language: str) -> None:
    """Go on in a language; if it is another one, keys typed ahead were meant for other words."""
    if language != state.language:
        state.language = language
        state.forget_ahead()


def _go(run: Run, target: str) -> Move | None:
    if target == ERROR:
        raise NoWayOnError(f"no way on from {run.step().id}")
    if target.startswith(EXIT_PREFIX):
        return _return(run, target)
    if target == NEXT:
        run.state.top.step += 1
        _drop_spent(run)
    else:
        enter(run, target)
    return None


def _return(run: Run, target: str) -> Move:
    """A sub-flow takes an exit: the step that ran it is left. Called by itself, it is over."""
    if len(run.state.frames) == 1:
        return Goodbye()
    outputs = run.flow().outputs
    inner = run.state.frames.pop()
    walked = _walked(run, target, {output: inner.variables.get(output) for output in outputs})
    if walked is not None:
        return walked
    name = _exit_of(target)
    returns = run.verb(run.step()).spec.returns
    if returns:
        return Leave(returns)
    into = getattr(run.step().fields, "into", None)
    if not into or name != NEXT:
        return Leave(name)
    return Leave(name, sets={into: {output: inner.variables.get(output) for output in outputs}})


def _follow(run: Run, move: Always) -> Move | None:
    """An always-key: unwinds to the frame that defines it, changes the language, or goes back."""
    state = run.state
    index, keys = run.view.always()
    chosen = keys[move.key]
    run.note("always", flow=state.frames[index].flow, key=move.key)
    if chosen.go:
        unwind(run, index)
        enter(run, chosen.go)
    elif chosen.do == "language":
        _speak(state, _next_of(run.root().languages, state.language))
    else:
        enter(run, state.top.menus.pop())
    return None


def _next_of(languages: tuple[str, ...], now: str) -> str:
    place = languages.index(now) + 1 if now in languages else 0
    return languages[place % len(languages)]


def unwind(run: Run, index: int) -> None:
    """Close what is open in the frame `index` and above it, and drop those above."""
    run.close_all(index)
    del run.state.frames[index + 1 :]
    run.state.top.data = {}


def aside(run: Run, index: int, decide: Callable[[], Move | None]) -> Move | None:
    """What a step makes of an answer while the caller walks a sub-flow that it has begun.

    index: the step's frame. The caller walks on if the step just waits on. If it needs the caller,
    or has a fault, the sub-flow is over, with what was pressed or was to be said in it.
    """
    above = run.state.frames[index + 1 :]
    del run.state.frames[index + 1 :]
    move: Move | None = None
    try:
        move = decide()
    finally:
        if not isinstance(move, Stay) or move.back:
            run.close(*above)
            run.state.prompts = ()
            run.state.forget_ahead()
    if isinstance(move, Stay) and not move.back:
        run.stay(move)
        run.state.frames += above
        return Stay()
    return move


def broken_off(run: Run) -> Move | None:
    """A sub-flow that was walked while a step waited has a fault: the step waits on without it."""
    return aside(run, run.state.beneath, lambda: _walked(run, FAILED, {}))


def _walked(run: Run, target: str, outputs: Mapping[str, Value]) -> Move | None:
    """What the step makes of the exit of a sub-flow that was walked while it waited; None: it did
    not wait."""
    step = run.step()
    walked = run.verb(step).walked
    return None if walked is None else walked(step, run.view, _exit_of(target), outputs)


def _exit_of(target: str) -> str:
    return NEXT if target == DONE else target.removeprefix(EXIT_PREFIX)


def enter(run: Run, node: str) -> None:
    """Stand at the first step of a node; secrets that nobody can read any more are dropped."""
    frame, node = run.state.top, str(node)
    frame.node, frame.step, frame.data = node, 0, {}
    frame.visits[node] = frame.visits.get(node, 0) + 1
    run.state.went(f"{frame.flow}.{node}" if len(run.state.frames) > 1 else node)
    run.note("node", flow=frame.flow, node=node)
    _drop_spent(run)


def _drop_spent(run: Run) -> None:
    """A secret lives no longer than the last step that may still read it."""
    frame, flow_hash = run.state.top, run.state.flow_hash
    secrets = run.book.once(lambda: secrets_of(run.flow()), "secrets", flow_hash, frame.flow)
    for name in secrets.spent_at(frame.node, frame.step):
        frame.variables[name] = None
