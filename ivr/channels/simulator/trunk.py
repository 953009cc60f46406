"""A trunk without telephones: calls made of text, for development, tests and training."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ivr.channels.simulator.desk import Desk
from ivr.channels.simulator.doing import carry_out
from ivr.channels.simulator.news import News
from ivr.channels.simulator.phone import FIRST_PARTY, Message, Phone, Tell
from ivr.channels.simulator.talk import MOVES, Talk
from ivr.domain.call import CALLER, CallId, Cause, LegId, Turn
from ivr.domain.commands import CloseInteraction, Command
from ivr.domain.errors import StoreError
from ivr.domain.events import Answer, LegEnded
from ivr.runtime.timers import Timers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.engine.state import State
    from ivr.runtime.live import LiveCall
    from ivr.runtime.replies import Reply, ReplyKey
    from ivr.runtime.switch import Offered, Switch
    from ivr.runtime.tasks import Tasks

__all__ = ["GRACE_S", "Message", "SimulatorTrunk", "Tell"]

GRACE = Turn(-1)
GRACE_S = 60.0
"""How long a call waits for its phone to come back, after a restart or a lost connection."""
WITHHELD = "withheld"


class SimulatorTrunk:
    """Implements `Trunk`. Phones dial in through `dial` and act by `press`, `say`, `hang_up`.

    desk: the telephones of agents, which calls can be given to. phone_watchers: are told which of
    them come and go.
    """

    channel = "simulator"
    places = True

    def __init__(self, name: str, switch: Switch, tasks: Tasks) -> None:
        self.name = name
        self._switch = switch
        self._clock = switch.ports.clock
        self._tasks = tasks
        self._talks: dict[CallId, Talk] = {}
        self._offered: dict[str, Tell] = {}
        self._timers = Timers(self._clock, self._fire)
        self._news = News(switch)
        self.desk = Desk(name, self._news, self._timers, self._clock)
        self.phone_watchers = self.desk.watchers
        tasks.start(self._timers.run(), f"simulator {name}")

    # the caller's side

    async def dial(self, offered: Offered, tell: Tell) -> CallId | None:
        """Ring in; None if no new calls are taken. First words may be heard before it returns."""
        if not self._switch.admits:
            return None
        self._offered[offered.provider_ref] = tell
        try:
            call = await self._switch.offer(offered)
        finally:
            self._offered.pop(offered.provider_ref, None)
        return call.id

    async def press(self, call: CallId, key: str) -> None:
        """Press one key."""
        talk = self._talks.get(call)
        if talk is not None:
            await self._happened(talk, talk.press(CALLER, key, self._now_ms()))

    async def say(self, call: CallId, words: str) -> None:
        """Say something that a recogniser would understand word for word, or that others hear."""
        talk = self._talks.get(call)
        if talk is not None:
            await self._happened(talk, talk.say(CALLER, words, self._now_ms()))

    async def hang_up(self, call: CallId) -> None:
        """The caller puts the phone down."""
        await self._switch.carrier.deliver_surely(call, LegEnded())

    def attach(self, call: CallId, tell: Tell) -> bool:
        """Hold the phone of a call that is going on; False if there is none."""
        talk = self._talks.get(call)
        if talk is None:
            return False
        talk.caller.tell = tell
        self._timers.cancel(call, GRACE)
        talk.caller.send({"call": call})
        talk.remind(talk.caller)
        return True

    def has(self, call: CallId) -> bool:
        """Whether this call is going on here."""
        return call in self._talks

    def detach(self, call: CallId, tell: Tell | None) -> None:
        """The connection to the phone is lost: it may come back within a minute.

        tell: who held the phone; if somebody else has taken it up since, nothing is lost.
        """
        talk = self._talks.get(call)
        if talk is not None and talk.caller.tell == tell:
            talk.caller.tell = None
            self._timers.set(call, GRACE, self._clock.now() + timedelta(seconds=GRACE_S))

    # the agents' side

    def reachable(self, endpoint: str) -> bool:
        """Whether an agent could be rung up at this address (`sim:NAME`) now."""
        return self.desk.is_there(endpoint)

    def typed(self, phone: Phone, *, key: str = "", words: str = "") -> None:
        """An agent presses a key or says something; whoever hears him is told."""
        talk = self._talks.get(phone.call)
        if talk is None:
            return
        act, what = (talk.press, key) if key else (talk.say, words)
        self._told(talk, act(phone.leg, what, self._now_ms()))

    # the server's side

    async def execute(self, call: LiveCall, commands: Sequence[Command]) -> None:
        """Let the lines do what concerns them; what comes of it at once follows as events."""
        talk, moved = self._talk_of(call), False
        for command in commands:
            if isinstance(command, CloseInteraction):
                self._ended(talk, command)
                return
            if moved and not isinstance(command, MOVES):  # who talks with whom is told first
                talk.look()
            moved = isinstance(command, MOVES)
            events = carry_out(self.desk, talk, command, self._now_ms())
            self._told(talk, events)
        talk.look()

    def render(self, call: LiveCall, state: State, key: ReplyKey) -> Reply | None:
        """Nothing: a phone is no webhook."""
        return None

    def filler(self, call: LiveCall, state: State, key: ReplyKey) -> Reply:
        """Never asked for."""
        raise NotImplementedError

    async def survived(self, call: LiveCall) -> tuple[LegId, ...]:
        """The caller's phone may connect again; if it does not, the call is lost. A telephone that
        we have rung up went with the server."""
        if call.state is not None and call.state.placed is not None:
            return ()
        talk = self._talk_of(call)
        self.detach(call.id, talk.caller.tell)
        return (CALLER,)

    def _talk_of(self, call: LiveCall) -> Talk:
        talk = self._talks.get(call.id)
        if talk is None:
            name = (call.state.ani if call.state else None) or WITHHELD
            phone = Phone(call.id, self._offered.pop(call.provider_ref, None), name=name)
            talk = self._talks[call.id] = Talk(phone)
            phone.send({"call": call.id})
        return talk

    def _ended(self, talk: Talk, command: CloseInteraction) -> None:
        phone = talk.caller
        for leg in list(talk.legs):
            self.desk.end(talk, leg, Cause.CALLER_LEFT)
        phone.send({"ended": command.ended_by, "outcome": str(command.outcome)})
        self._talks.pop(phone.call, None)
        self._timers.cancel(phone.call, phone.timer)
        self._timers.cancel(phone.call, GRACE)

    def _set_timers(self, talk: Talk) -> None:
        """When lines want to be looked at; the timer of a phone that rings is another."""
        for phone in talk.legs.values():
            due_ms = phone.line.due_ms
            if phone.up and due_ms is not None:
                due = datetime.fromtimestamp(due_ms / 1000, UTC)
                self._timers.set(phone.call, phone.timer, due)
            elif phone.up:
                self._timers.cancel(phone.call, phone.timer)

    def _fire(self, call: CallId, turn: Turn) -> None:
        talk = self._talks.get(call)
        if turn == GRACE:
            self._tasks.start(self._lose(call), "phone gone")
        elif talk is not None:
            leg = LegId(FIRST_PARTY - turn) if turn <= FIRST_PARTY else CALLER
            self._due(talk, leg)

    def _due(self, talk: Talk, leg: LegId) -> None:
        phone = talk.legs.get(leg)
        if phone is not None and not phone.up:
            self.desk.rang_out(talk, leg)
        elif phone is not None:
            self._told(talk, phone.tick(self._now_ms()))

    async def _lose(self, call: CallId) -> None:
        """Nobody took the phone up again; while the database is away, look again later."""
        try:
            await self._switch.lose(call)
        except StoreError:
            self._timers.set(call, GRACE, self._clock.now() + timedelta(seconds=GRACE_S))

    def _told(self, talk: Talk, events: Sequence[Answer]) -> None:
        self._set_timers(talk)
        for event in events:
            self._news.tell(talk.caller.call, event)

    async def _happened(self, talk: Talk, events: Sequence[Answer]) -> None:
        self._set_timers(talk)
        for event in events:
            await self._switch.carrier.deliver_surely(talk.caller.call, event)

    def _now_ms(self) -> int:
        return round(self._clock.now().timestamp() * 1000)
