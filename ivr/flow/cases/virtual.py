"""One call on a virtual clock: events into `step`, its commands carried out by fakes.

Milliseconds count from the start of the call. Nothing here knows what is expected; `play` and
`fuzz` drive it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from ivr.domain.call import CALLER, CallId, Cause, EndedBy, Turn
from ivr.domain.commands import (
    BookCallback,
    Close,
    CloseInteraction,
    Collect,
    Command,
    Fetch,
    HangUp,
    Note,
    StartTimer,
)
from ivr.domain.events import (
    CallOffered,
    CallRecovered,
    Event,
    FactsChanged,
    KeysCollected,
    LegEnded,
)
from ivr.domain.filing import InviteSurvey, OpenTicket
from ivr.domain.fold import fold
from ivr.flow.cases.agenda import Agenda
from ivr.flow.cases.model import SIMULATOR
from ivr.flow.cases.notes import Record
from ivr.flow.cases.parties import Parties
from ivr.flow.cases.promises import Watch
from ivr.flow.cases.queues import Queues
from ivr.flow.cases.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.domain.values import Value
    from ivr.flow.cases.channel import Channel, Retried
    from ivr.flow.cases.model import Case
    from ivr.flow.cases.stage import CallSeen, Stage
    from ivr.flow.world import World

MOST_EVENTS = 20_000
"""Events after which a call counts as endless."""
_MS = timedelta(milliseconds=1)
LIVE = "live"
DIALS = "transfer"
"""The verb whose fates are those of places."""
TRUNK = "test"
"""Nobody's trunk, which can do everything."""
SOON_MS = 1000
"""Who hears nothing waits so long for a timer before it is his move."""


class VirtualCall:
    """A call of a test, from the offer to its end. `state` is the engine's."""

    def __init__(
        self, stage: Stage, case: Case, channel: Channel, talks_ms: int | None = None
    ) -> None:
        self.case = case
        self.now_ms = 0
        self.listen: Collect | None = None
        self.listens = 0
        self.secret_turns: set[Turn] = set()
        self.events = 0
        self._stage = stage
        self._book = stage.book_in(case.language)
        self._hash = self._book.live[case.flow]
        self.channel = channel
        bundle = self._book.bundles[self._hash]
        self.record = Record(bundle)
        self.watch = Watch(bundle, stage.specs)
        first = case.language or bundle.root.languages[0]
        self._agenda = _agenda_of(case, self._book.world, first)
        places = {name: fate for (kind, name), fate in case.given.fates.items() if kind == DIALS}
        self.parties = Parties(places, talks_ms, Queues(case.given.queues))
        self._state: Any = None

    @property
    def state(self) -> CallSeen:
        """The engine's state."""
        seen: CallSeen = self._state
        return seen

    @property
    def is_over(self) -> bool:
        """Whether the call has ended, or never will."""
        return bool(self._state.ended) or self.is_endless

    @property
    def is_endless(self) -> bool:
        """Whether too much has happened for it to end ever."""
        return self.events > MOST_EVENTS

    @property
    def is_live(self) -> bool:
        """Whether the caller is still there."""
        return bool(self._state.region == LIVE) and not self.is_over

    @property
    def rests(self) -> bool:
        """Whether nothing sounds, rings or is looked up, no entry is open: the caller's move."""
        fires = self._agenda.fires_by(self.now_ms + SOON_MS)
        awaited = fires or self._agenda.looks_up or self.parties.keeps_waiting
        return not awaited and self.is_live and not self.channel.is_busy(self.now_ms)

    @property
    def is_listening(self) -> bool:
        """Whether a key would now go to a menu or a question."""
        return self.channel.is_listening()

    def begin(self) -> None:
        """The call comes in."""
        self._deliver(_offered(self.case, self._hash, self._book.world))

    def run_until(self, stop: Callable[[], bool]) -> None:
        """Let things happen until `stop` is true or the call is over."""
        while not self.is_over and not stop():
            due_ms = self._due_ms()
            if due_ms is None:
                return
            self._come_to(due_ms)

    def pass_to(self, at_ms: int) -> None:
        """Let the clock run to a moment; what is due exactly then comes after the caller's key."""
        while not self.is_over:
            due_ms = self._due_ms()
            if due_ms is None or due_ms >= at_ms:
                break
            self._come_to(due_ms)
        self.now_ms = max(self.now_ms, at_ms)

    def press(self, key: str) -> None:
        """The caller presses a key now."""
        is_secret = self.listen is not None and self.listen.secret
        self.record.key(self.now_ms, key, is_secret=is_secret)
        self._deliver(*self.channel.press(key, self.now_ms))

    def say(self, words: str) -> None:
        """The caller says something now."""
        self.record.say(self.now_ms, "caller", f'says "{words}"')
        self._deliver(*self.channel.say(fold(words), self.now_ms))

    def hang_up(self) -> None:
        """The caller leaves now."""
        self.record.say(self.now_ms, "caller", "hangs up")
        self.channel.hang_up(self.now_ms)
        self._deliver(LegEnded())

    def lose(self) -> None:
        """The channel is gone without a word."""
        self.record.say(self.now_ms, "server", "loses the channel")
        self.channel.hang_up(self.now_ms)
        self._deliver(LegEnded(cause=Cause.SYSTEM_LOST, by=EndedBy.LOST))

    def act(self, act: str, place: str) -> None:
        """Whoever was rung up does something now."""
        self.record.say(self.now_ms, "far side", f"{act} {place}".strip().replace("_", " "))
        self._deliver(self.parties.act(act, place, self.now_ms))

    def throw(self, facts: dict[str, Value]) -> None:
        """Switches change during the call."""
        shown = ", ".join(f"{name} {value}" for name, value in facts.items())
        self.record.say(self.now_ms, "server", shown)
        self._deliver(FactsChanged(facts=facts))

    def restart(self) -> None:
        """The server stops and comes back: only what went through JSON is left."""
        self.record.say(self.now_ms, "server", "restarts")
        codec = self._stage.codec()
        self._state = codec.loads(codec.dumps(self._state))
        self._agenda.forget()
        self.parties.forget()
        alive = (CALLER,) if self.channel.restart(self.now_ms) else ()
        self._deliver(CallRecovered(alive=alive))

    def retry(self) -> Retried | None:
        """The provider sends the last webhook again."""
        self.record.say(self.now_ms, "server", "the last webhook comes again")
        retried = self.channel.retry(self.now_ms)
        if retried is not None:
            self._deliver(*retried.events)
        return retried

    def written(self) -> list[str]:
        """Everything that left the call or was stored, as text; what is sealed is a token."""
        codec = self._stage.codec()
        state = [codec.dumps(self._state)] if self._stage.state_classes else []
        return [*self.record.written(codec), *state, *self.channel.texts()]

    def _due_ms(self) -> int | None:
        due = [*self._agenda.due(), *self.parties.due()]
        if self.is_live and self.channel.due_ms is not None:
            due.append(self.channel.due_ms)
        return max(min(due), self.now_ms) if due else None

    def _come_to(self, at_ms: int) -> None:
        """Let everything happen that is due at a moment."""
        self.now_ms = at_ms
        self.events += 1
        self._listen_in()
        while not self.is_over and (answer := self._agenda.take(at_ms)) is not None:
            self._deliver(answer)
        while not self.is_over and (event := self.parties.take(at_ms)) is not None:
            self._deliver(event)
        if self.is_live:
            self._deliver(*self.channel.tick(at_ms))

    def _listen_in(self) -> None:
        for sound in self.channel.sounds(self.now_ms):
            self.record.hear(sound.at_ms, sound.prompt)

    def _deliver(self, *events: Event) -> None:
        """Give events to the engine, then what they lead to at once."""
        waiting = deque(events)
        while waiting and not (self._state is not None and self.is_over):
            event = replace(waiting.popleft(), at=self.case.started + self.now_ms * _MS)
            self.events += 1
            self.record.happened(event, self.now_ms)
            if isinstance(event, KeysCollected):
                self.listen, self.listens = None, self.listens + 1
            self._state, commands = self._stage.step(self._state, event, self._book)
            if isinstance(event, KeysCollected):
                self.record.repeat(event, commands, self.state)
            waiting.extend(self._carry_out(commands))
            self.watch.look(self.state, event, commands, self.now_ms)
            self._listen_in()

    def _carry_out(self, commands: Sequence[Command]) -> Sequence[Event]:
        for command in commands:
            self.record.decided(command, self.now_ms)
            if not isinstance(command, (Note, CloseInteraction)):
                self._carry(command)
        return self.channel.carry_out(self._state, commands, self.now_ms)

    def _carry(self, command: Command) -> None:
        if isinstance(command, Collect):
            self.listen = command
            if command.secret:
                self.secret_turns.add(command.turn)
        elif isinstance(command, StartTimer):
            self._agenda.set_timer(command.turn, ceil((command.due - self.case.started) / _MS))
        elif isinstance(command, (Fetch, BookCallback, OpenTicket, InviteSurvey)):
            self._agenda.ask(command, self.now_ms, self.case.started + self.now_ms * _MS)
        elif isinstance(command, Close):
            self._agenda.close(command.turn)
            self.parties.carry_out(command, self.now_ms)
            if self.listen is not None and self.listen.turn == command.turn:
                self.listen = None
        elif isinstance(command, HangUp) and command.leg == CALLER:
            self.listen = None
        else:
            self.parties.carry_out(command, self.now_ms)


def _agenda_of(case: Case, world: World, language: str) -> Agenda:
    sources = Sources(case.given.lookups, world.sources, language)
    fates = case.given.fates
    invited = [
        name for (verb, name), fate in fates.items() if (verb, fate) == ("survey", "invited")
    ]
    return Agenda(sources, tickets_fail=fates.get(("ticket", "")) == "failed", invited=invited)


def _offered(case: Case, flow_hash: str, world: World) -> CallOffered:
    """The call comes in on a trunk of the channel's provider, for what that can and cannot do."""
    named = (one.name for one in world.trunks.values() if one.provider == case.channel)
    return CallOffered(
        call=CallId("test"),
        flow_hash=flow_hash,
        dnis=case.dnis,
        ani=case.ani,
        trunk=TRUNK if case.channel == SIMULATOR else next(named, TRUNK),
        channel=case.channel,
        test=True,
        facts=dict(case.given.facts),
    )
