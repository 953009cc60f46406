"""The work on one event: our own copy of the state, and the list of commands it leads to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from ivr.domain.call import Turn
from ivr.domain.commands import Close, Collect, Command, Note, Play, Waiting
from ivr.domain.values import Value
from ivr.engine.book import Book
from ivr.engine.state import State
from ivr.engine.verb import Stay, Verb
from ivr.engine.view import View
from ivr.flow.model import Flow, Step


@dataclass(slots=True)
class Run:
    """One event's way through a call. `steps` counts steps since the last question."""

    state: State
    book: Book
    at: datetime
    commands: list[Command] = field(default_factory=list)
    steps: int = 0

    def note(self, what: str, **facts: Value) -> None:
        """A fact for the interaction and the log."""
        self.commands.append(Note(what=what, facts=facts))

    def view(self) -> View:
        """What a verb may see now."""
        return View(self.state, self.book, self.at)

    def flow(self) -> Flow:
        """The flow of the innermost frame."""
        return self.book.flow(self.state.flow_hash, self.state.top.flow)

    def root(self) -> Flow:
        """The flow the call started in."""
        return self.book.root(self.state.flow_hash)

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
        for name in (*move.close, *move.ask):
            if name in top.open:
                self.commands.append(Close(turn=top.open.pop(name).turn))
        self.commands.extend(move.do)
        top.data = {**top.data, **move.keep}
        self.state.heard = move.heard or self.state.heard
        for name, command in move.ask.items():
            self.open(name, command)

    def open(self, name: str, command: Waiting) -> None:
        """Open a turn under a name; prompts said before have gone out with it."""
        opened = replace(command, turn=self.new_turn())
        if isinstance(opened, Collect):
            opened = replace(opened, flush=self.state.flush, ahead=self.state.ahead)
            self.state.flush = False
        if isinstance(opened, (Collect, Play)):
            self.state.prompts = ()
        self.state.top.open[name] = opened
        self.commands.append(opened)

    def close_all(self) -> None:
        """Close every turn of the current step: no verb can forget one."""
        for frame in self.state.frames:
            self.commands.extend(Close(turn=command.turn) for command in frame.open.values())
            frame.open.clear()
