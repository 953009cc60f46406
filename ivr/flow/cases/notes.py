"""What a virtual call leaves behind: the conversation, notes of the engine, everything written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ivr.domain.commands import (
    BookCallback,
    CloseInteraction,
    Collect,
    Command,
    Enqueue,
    Fetch,
    Note,
)
from ivr.domain.events import Event, Fetched, KeysCollected
from ivr.domain.filing import InviteSurvey, KeepAnswer, OpenTicket, SendText
from ivr.domain.values import HIDDEN, Value, open_sealed
from ivr.flow.cases.exits import exit_name
from ivr.flow.cases.model import Line

if TYPE_CHECKING:
    from ivr.domain.call import Prompt
    from ivr.domain.codec import Codec
    from ivr.domain.queue import Ticket
    from ivr.flow.cases.stage import CallSeen
    from ivr.flow.model import Bundle

Facts = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Heard:
    """A prompt that began to sound; line: its place in the conversation."""

    prompt: Prompt
    line: int


@dataclass(slots=True)
class Record:
    """The record of one virtual call, growing.

    asked: verb -> what the flow asked for; each time a verb that is not built yet was met, with the
    exit the engine took. journal: events and commands in order. errors: codes of run-time errors.
    tickets: of the waits so far. filed: keys of the tickets opened.
    """

    bundle: Bundle
    lines: list[Line] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    exits: list[str] = field(default_factory=list)
    asked: dict[str, list[Facts]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    closings: list[CloseInteraction] = field(default_factory=list)
    journal: list[Event | Command] = field(default_factory=list)
    node: str = ""
    tickets: list[Ticket] = field(default_factory=list)
    filed: list[str] = field(default_factory=list)

    def say(self, at_ms: int, who: str, text: str, name: str = "") -> None:
        """One line of the conversation."""
        self.lines.append(Line(at_ms, self.node, who, text, name))

    def hear(self, at_ms: int, prompt: Prompt) -> None:
        """A prompt begins to sound."""
        self.heard.append(Heard(prompt, len(self.lines)))
        text = prompt.text or "(recording)"
        self.say(at_ms, "caller hears", f'{prompt.name} "{text}"', prompt.name)

    def key(self, at_ms: int, key: str, *, is_secret: bool) -> None:
        """The caller presses a key; keys that follow at once stand in one line."""
        shown = HIDDEN[:1] if is_secret else key
        last = self.lines[-1] if self.lines else None
        if last is not None and last.text.startswith("presses ") and last.node == self.node:
            self.lines[-1] = Line(last.at_ms, last.node, last.who, last.text + shown)
        else:
            self.say(at_ms, "caller", f"presses {shown}")

    def happened(self, event: Event, at_ms: int) -> None:
        """An event goes into the engine."""
        self.journal.append(event)
        if isinstance(event, Fetched):
            reason = f" ({event.reason})" if event.reason else ""
            self.say(at_ms, "lookup", f"{event.result}{reason} after {event.took_ms / 1000:g} s")

    def decided(self, command: Command, at_ms: int) -> None:
        """A command comes out of the engine."""
        self.journal.append(command)
        taken = _COMMANDS.get(type(command))
        if taken is not None:
            taken(self, command, at_ms)

    def note(self, note: Note, at_ms: int) -> None:
        """The engine notes something."""
        noted = _NOTES.get(note.what)
        if noted is not None:
            noted(self, note.facts, at_ms)

    def ask(self, command: Fetch, at_ms: int) -> None:
        """The flow looks something up."""
        self.say(at_ms, "lookup", f"asks {command.source}")

    def close(self, command: CloseInteraction, at_ms: int) -> None:
        """The call is over."""
        self.closings.append(command)
        self.say(at_ms, "flow", f"ends by {command.ended_by}, outcome {command.outcome}")

    def enter(self, facts: Facts, _at_ms: int) -> None:
        """The flow enters a node."""
        self.node = f"{facts['flow']}.{facts['node']}"

    def leave(self, facts: Facts, _at_ms: int) -> None:
        """A step is left by an exit, or an always-key is taken."""
        self.exits.append(exit_name(self.bundle, facts))

    def repeat(self, event: KeysCollected, commands: Sequence[Command], state: CallSeen) -> None:
        """An always-key that says the prompt again leaves no note: the menu only listens anew."""
        if event.reason != "match" or not any(isinstance(one, Collect) for one in commands):
            return
        if any(isinstance(one, Note) and one.what in {"exit", "always"} for one in commands):
            return
        flows = [self.bundle.flows[frame.flow] for frame in reversed(state.frames)]
        flow = next((one for one in flows if one.always is not None), None)
        key = open_sealed(event.keys)
        if flow is not None and flow.always is not None and key in flow.always:
            self.exits.append(f"{flow.name}.always.{key}")

    def written(self, codec: Codec) -> list[str]:
        """The journal as text."""
        return [codec.dumps(one) for one in self.journal if not _is_answer(one)]

    def miss(self, facts: Facts, at_ms: int) -> None:
        """A verb that is not built yet."""
        asked = facts.get("pii")
        verb = str(facts["verb"])
        asked = dict(asked) if isinstance(asked, Mapping) else {}
        self.asked.setdefault(verb, []).append({**asked, "exit": facts["exit"]})
        self.say(at_ms, "flow", f"asks for {verb}, not built yet: exit {facts['exit']}")

    def message(self, facts: Facts, at_ms: int) -> None:
        """The flow takes a message, and what came of it."""
        asked = self.asked.setdefault("voicemail", [])
        if facts.get("began"):
            asked.append({"voicemail": facts["voicemail"]})
            self.say(at_ms, "flow", f"takes a message for {facts['voicemail'] or 'no box'}")
            return
        seconds = Decimal(f"{facts.get('seconds', 0):g}")
        if asked:
            asked[-1] = {**asked[-1], "seconds": seconds}
        self.say(at_ms, "flow", f"the message has {seconds} s")

    def transfer(self, facts: Facts, at_ms: int) -> None:
        """The flow rings a place up."""
        asked = {"transfer": facts["place"], "kind": facts["kind"]}
        self.asked.setdefault("transfer", []).append(asked)
        self.say(at_ms, "flow", f"rings up {facts['place']}")

    def wait(self, command: Enqueue, at_ms: int) -> None:
        """The caller begins to wait; after a restart it is the same wait."""
        if command.ticket in self.tickets:
            return
        self.tickets.append(command.ticket)
        asked = {
            "queue": command.queue,
            "priority": command.priority or None,
            "skills": command.skills,
            "pop": command.pop,
        }
        self.asked.setdefault("queue", []).append(asked)
        self.say(at_ms, "flow", f"waits in {command.queue}")

    def book(self, command: BookCallback, at_ms: int) -> None:
        """The flow promises to call back."""
        asked = {
            "queue": command.queue,
            "number": command.number,
            "at": command.due,
            "pop": command.pop,
        }
        self.asked.setdefault("callback", []).append(asked)
        self.say(at_ms, "flow", f"promises a call back by {command.queue}")

    def file(self, command: OpenTicket, at_ms: int) -> None:
        """The flow opens a ticket; after a restart it is the same one."""
        if command.key in self.filed:
            return
        self.filed.append(command.key)
        asked = {
            "subject": command.name,
            "text": command.subject,
            "priority": command.priority or None,
            "customer": command.customer or None,
            "tags": command.tags,
            "category": command.category or None,
            "append": command.append or None,
        }
        self.asked.setdefault("ticket", []).append(asked)
        self.say(at_ms, "flow", f'opens a ticket "{command.subject}"')

    def invite(self, command: InviteSurvey, _at_ms: int) -> None:
        """The flow would ask the caller, if he was chosen."""
        self.asked.setdefault("survey", []).append({"survey": command.survey})

    def pass_by(self, facts: Facts, at_ms: int) -> None:
        """Nobody is asked on the line."""
        self.asked.setdefault("survey", []).append({"survey": facts["survey"]})
        self.say(at_ms, "flow", f"does not ask {facts['survey']} on the line")

    def rate(self, command: KeepAnswer, at_ms: int) -> None:
        """A question of a survey is answered."""
        given = command.text if command.number is None else command.number
        given = given if command.spoken is None else "by voice"
        self.say(at_ms, "caller", f"answers {command.question}: {given}")

    def send(self, command: SendText, at_ms: int) -> None:
        """The flow has a text sent."""
        asked = {"to": command.to, "says": command.name, "text": command.text}
        self.asked.setdefault("sms", []).append(asked)
        self.say(at_ms, "flow", f'sends "{command.text}" to {command.to}')

    def fail(self, facts: Facts, at_ms: int) -> None:
        """A run-time error of the flow."""
        self.errors.append(str(facts["code"]))
        self.say(at_ms, "flow", f"error {facts['code']}: {facts['reason']}")


def _is_answer(one: object) -> bool:
    """The command `Answer` (take the call) says nothing, and shares its name with an event."""
    return type(one).__name__ == "Answer"


_NOTES: Mapping[str, Callable[[Record, Facts, int], None]] = {
    "node": Record.enter,
    "exit": Record.leave,
    "always": Record.leave,
    "unbuilt": Record.miss,
    "transfer": Record.transfer,
    "voicemail": Record.message,
    "error": Record.fail,
    "survey": Record.pass_by,
}
_COMMANDS: Mapping[type[Command], Callable[[Record, Any, int], None]] = {
    Note: Record.note,
    Enqueue: Record.wait,
    Fetch: Record.ask,
    BookCallback: Record.book,
    OpenTicket: Record.file,
    InviteSurvey: Record.invite,
    KeepAnswer: Record.rate,
    SendText: Record.send,
    CloseInteraction: Record.close,
}
