"""The work on one event: our own copy of the state, and the list of commands it leads to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.domain.call import Cause, Turn
from ivr.domain.changed import changed
from ivr.domain.commands import (
    AddToPop,
    Close,
    Collect,
    Command,
    Dial,
    Enqueue,
    HangUp,
    Note,
    Play,
    ReportAgent,
    Waiting,
)
from ivr.domain.recording import TAPING, TakeMessage
from ivr.engine import legs, waiting
from ivr.engine.record import messages, queued_talks, tapes
from ivr.engine.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ivr.domain.values import Value
    from ivr.engine.book import Book
    from ivr.engine.party import Leg
    from ivr.engine.state import Frame, State
    from ivr.engine.verb import Stay, Verb
    from ivr.flow.model import Flow, Step


@dataclass(slots=True)
class Run:
    """One event's way through a call.

    view: what a verb may see; it shows the state as it is at any moment.
    """

    state: State
    book: Book
    at: datetime
    commands: list[Command] = field(default_factory=list)
    view: View = field(init=False)

    def __post_init__(self) -> None:
        self.view = View(self.state, self.book, self.at)

    def note(self, what: str, **facts: Value) -> None:
        """A fact for the interaction and the log."""
        self.commands.append(Note(what=what, facts=facts))

    def send(self, *commands: Command) -> None:
        """Commands go out, and the list of legs keeps in step with them."""
        for command in self._meant(commands):
            ended = legs.leg_of(self.state, command.leg)
            self.commands.append(command)
            legs.record(self.state, command)
            messages.record(self.state, command)
            if isinstance(command, AddToPop):
                waiting.told(self.state, command)
            if isinstance(command, HangUp) and ended is not None and ended.won:
                self.report(ended, ended.last_word, command.cause)
            if isinstance(command, queued_talks.MOVES):
                queued_talks.follow(self)

    def _meant(self, commands: tuple[Command, ...]) -> Iterator[Command]:
        for command in commands:
            yield from tapes.carry(self, command) if isinstance(command, TAPING) else (command,)

    def report(self, leg: Leg, what: str, cause: Cause = Cause.NORMAL) -> None:
        """The queues hear what the agent of a leg does; nothing if the leg is no agent's."""
        if leg.offer:
            told = ReportAgent(leg=leg.id, offer=leg.offer, agent=leg.agent, what=what, cause=cause)
            self.commands.append(told)

    def flow(self) -> Flow:
        """The flow of the innermost frame."""
        return self.book.flow(self.state.flow_hash, self.state.top.flow)

    def root(self) -> Flow:
        """The flow the call started in."""
        return self.book.flow(self.state.flow_hash, self.state.frames[0].flow)

    def step(self) -> Step:
        """The step the innermost frame stands at."""
        top = self.state.top
        return self.book.step(self.state.flow_hash, top.flow, top.node, top.step)

    def verb(self, step: Step) -> Verb:
        """The verb of a step."""
        return self.book.verbs[step.verb]

    def new_turn(self) -> Turn:
        """The next turn number of this call."""
        turn = Turn(self.state.next_turn)
        self.state.next_turn += 1
        return turn

    def stay(self, move: Stay) -> None:
        """Wait: close, do, then open, in this order."""
        top = self.state.top
        self.send(*move.first)
        for name in (*move.close, *move.ask):
            if name in top.open:
                self._close(top.open.pop(name))
        self.send(*move.do)
        top.data.update(move.keep)
        self.state.heard = move.heard or self.state.heard
        for name, command in move.ask.items():
            self.open(name, command)

    def open(self, name: str, command: Waiting) -> None:
        """Open a turn under a name; prompts said before have gone out with it."""
        turn = self.new_turn()
        opened = (
            self._listen(command, turn)
            if isinstance(command, Collect)
            else changed(command, turn=turn)
        )
        if isinstance(opened, (Collect, Play, TakeMessage)):
            self.state.prompts = ()
        tapes.opened(self, opened)
        self.state.top.open[name] = opened
        self.send(opened)

    def _listen(self, command: Collect, turn: Turn) -> Collect:
        """A listen takes over the keys typed ahead, unless they are to be forgotten."""
        state = self.state
        flush, state.flush = state.flush or command.flush, False
        if flush or not command.type_ahead:
            state.ahead = None
        state.steps = 0
        return changed(command, turn=turn, flush=flush, ahead=state.ahead)

    def close_step(self) -> None:
        """Close every turn of the current step: no verb can forget one."""
        self.close(self.state.top)

    def close_all(self, index: int = 0) -> None:
        """Close every turn of a frame and of those above it."""
        self.close(*self.state.frames[index:])

    def close(self, *frames: Frame) -> None:
        """Close every turn that is open in these frames."""
        for frame in frames:
            for command in frame.open.values():
                self._close(command)
            frame.open.clear()

    def _close(self, command: Waiting) -> None:
        self.commands.append(Close(turn=command.turn))
        tapes.closed(self, command)
        if isinstance(command, Dial):
            legs.turn_closed(self.state, command.turn)
        elif isinstance(command, Enqueue):
            waiting.given_up(self.state, command.ticket)
