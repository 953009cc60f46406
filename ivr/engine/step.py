"""The call machine: one event in, the new state and the commands out. Total and deterministic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ivr.domain.call import CALLER, Cause, EndedBy, Turn
from ivr.domain.commands import Answer as AnswerCall
from ivr.domain.commands import Collect, Command, Fetch, Play, StartTimer
from ivr.domain.errors import ReplayError
from ivr.domain.events import (
    Answer,
    CallOffered,
    CallRecovered,
    CommandFailed,
    Event,
    FactsChanged,
    Fetched,
    KeysCollected,
    LegEnded,
)
from ivr.engine import apology, rescue, walk
from ivr.engine.book import Book
from ivr.engine.run import Run
from ivr.engine.state import State
from ivr.flow.expressions import EvaluationError
from ivr.flow.prompts import RenderError

Commands = tuple[Command, ...]


def step(state: State | None, event: Event, book: Book) -> tuple[State, Commands]:
    """Move a call on by one event.

    state: None for a new call, whose first event must be CallOffered (else ReplayError). The state
    given is never changed. An event that does not fit is answered by a Note `ignored`.
    """
    if state is None:
        if not isinstance(event, CallOffered):
            raise ReplayError(f"a call cannot begin with {type(event).__name__}")
        return _offered(event, book)
    run = Run(state.fork(), book, max(event.at, state.last_at))
    run.state.last_at = run.at
    if run.state.ended:
        run.note("ignored", reason="ended")
    elif isinstance(event, Answer):
        _answered(run, event)
    else:
        _HANDLERS.get(type(event), _unexpected)(run, event)
    return run.state, tuple(run.commands)


def _offered(event: CallOffered, book: Book) -> tuple[State, Commands]:
    root = book.root(event.flow_hash)
    state = State(
        call=event.call,
        flow_hash=event.flow_hash,
        dnis=event.dnis,
        started_at=event.at,
        ani=event.ani,
        trunk=event.trunk,
        channel=event.channel,
        test=event.test,
        language=root.languages[0],
        facts=dict(event.facts),
        last_at=event.at,
    )
    run = Run(state, book, event.at)
    run.commands.append(AnswerCall())
    _start_limit(run)
    emergency = state.facts.get("switch.emergency") is True and root.rescue.emergency
    node = root.rescue.emergency if emergency else root.start
    state.frames = [walk.frame_of(root, node)]
    walk.enter(run, node)
    rescue.go_on(run)
    return run.state, tuple(run.commands)


def _start_limit(run: Run) -> None:
    """The timer that ends a call that lasts longer than any call should."""
    state = run.state
    state.limit = run.new_turn()
    lasted_s = (run.at - state.started_at).total_seconds()
    due = run.view().after(run.book.limit_s - lasted_s)
    run.commands.append(StartTimer(turn=state.limit, due=due))


def _answered(run: Run, event: Answer) -> None:
    if event.turn == run.state.limit:
        rescue.hang_up(run, Cause.TIME_LIMIT)
        return
    name = _open_name(run, event.turn)
    if name is None:
        run.note("ignored", reason="late")
    elif run.state.top.node == apology.NODE:
        rescue.hang_up(run)
    else:
        _resume(run, name, event)


def _open_name(run: Run, turn: Turn) -> str | None:
    opened = run.state.top.open
    return next((name for name, command in opened.items() if command.turn == turn), None)


def _resume(run: Run, name: str, event: Answer) -> None:
    now_at = run.step()
    resume = run.verb(now_at).resume.get((name, type(event)))
    if resume is None:
        run.note("ignored", reason="unexpected")
        return
    if event.last:
        del run.state.top.open[name]
    if isinstance(event, KeysCollected):
        run.state.ahead = event.left
    try:
        move = resume(now_at, run.view(), event)
    except EvaluationError as error:
        rescue.fault(run, error.code, str(error))
        return
    except RenderError as error:
        rescue.fault(run, "E206", str(error))
        return
    rescue.go_on(run, move)


def _unexpected(run: Run, _event: Event) -> None:
    run.note("ignored", reason="unexpected")


def _leg_ended(run: Run, event: LegEnded) -> None:  # type: ignore[misc]
    if event.leg == CALLER and run.state.region == "live":
        rescue.caller_gone(run, event.cause, event.by)
    else:
        run.note("ignored", reason="ended")


def _facts_changed(run: Run, event: FactsChanged) -> None:
    run.state.facts = {**run.state.facts, **event.facts}


def _command_failed(run: Run, event: CommandFailed) -> None:
    rescue.fault(run, "E205", event.reason)


def _recovered(run: Run, event: CallRecovered) -> None:
    """After a restart: sound and listens keep their turns, timers and lookups get new ones.

    A provider may answer a turn that already stands in a document it was given (flow-engine.md 5).
    """
    if run.state.region == "live" and CALLER not in event.alive:
        rescue.caller_gone(run, Cause.SYSTEM_LOST, EndedBy.LOST)
        return
    _start_limit(run)
    opened = run.state.top.open
    for name, command in list(opened.items()):
        if isinstance(command, Fetch) and not run.book.world.sources[command.source].repeatable:
            failed = Fetched(turn=command.turn, result="failed", reason="restart")
            _resume(run, name, failed)
            return
        kept = isinstance(command, (Play, Collect))
        again = command if kept else replace(command, turn=run.new_turn())
        opened[name] = again
        run.commands.append(again)


_HANDLERS: Mapping[type[Event], Callable[[Run, Event], None]] = {
    CallOffered: _unexpected,
    LegEnded: _leg_ended,  # type: ignore[dict-item]
    FactsChanged: _facts_changed,  # type: ignore[dict-item]
    CommandFailed: _command_failed,  # type: ignore[dict-item]
    CallRecovered: _recovered,  # type: ignore[dict-item]
}
