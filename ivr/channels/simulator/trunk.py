"""A trunk without telephones: calls made of text, for development, tests and training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.domain.call import CallId, Prompt, Turn
from ivr.domain.commands import CloseInteraction, Collect, Command
from ivr.domain.errors import StoreError
from ivr.domain.events import Answer, LegEnded
from ivr.domain.fold import fold
from ivr.media.line import Line
from ivr.runtime.timers import Timers

if TYPE_CHECKING:
    from ivr.engine.state import State
    from ivr.runtime.live import LiveCall
    from ivr.runtime.replies import Reply, ReplyKey
    from ivr.runtime.switch import Offered, Switch
    from ivr.runtime.tasks import Tasks

Message = Mapping[str, Any]
Tell = Callable[[Message], None]
LINE = Turn(0)
GRACE = Turn(-1)
GRACE_S = 60.0
"""How long a call waits for its phone to come back, after a restart or a lost connection."""


@dataclass(slots=True)
class Phone:
    """One simulated phone: a line, and somebody to tell what it hears (None: not connected).

    last, listens: what whoever takes the phone up again must know.
    """

    call: CallId
    tell: Tell | None
    line: Line = field(init=False)
    last: Message | None = None
    listens: Message | None = None

    def __post_init__(self) -> None:
        self.line = Line(self._sounding, self._silent)

    def _sounding(self, prompts: Sequence[Prompt], _at_ms: int) -> None:
        heard = [
            {"name": p.name, "language": p.language, "text": p.text, "seconds": round(p.seconds, 2)}
            for p in prompts
        ]
        self.last, self.listens = {"hears": heard}, None
        self.send(self.last)

    def _silent(self, _at_ms: int) -> None:
        self.send({"cut": True})

    def send(self, message: Message) -> None:
        """Tell whoever holds the phone, if anybody does."""
        if self.tell is not None:
            self.tell(message)


class SimulatorTrunk:
    """Implements `Trunk`. Phones dial in through `dial` and act by `press`, `say`, `hang_up`."""

    channel = "simulator"

    def __init__(self, name: str, switch: Switch, tasks: Tasks) -> None:
        self.name = name
        self._switch = switch
        self._clock = switch.ports.clock
        self._tasks = tasks
        self._phones: dict[CallId, Phone] = {}
        self._offered: dict[str, Tell] = {}
        self._timers = Timers(self._clock, self._fire)
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
        phone = self._phones.get(call)
        if phone is not None:
            await self._happened(phone, phone.line.press(key, self._now_ms()))

    async def say(self, call: CallId, words: str) -> None:
        """Say something that a recogniser would understand word for word."""
        phone = self._phones.get(call)
        if phone is not None:
            await self._happened(phone, phone.line.say(fold(words), self._now_ms()))

    async def hang_up(self, call: CallId) -> None:
        """The caller puts the phone down."""
        await self._switch.carrier.deliver_surely(call, LegEnded())

    def attach(self, call: CallId, tell: Tell) -> bool:
        """Hold the phone of a call that is going on; False if there is none."""
        phone = self._phones.get(call)
        if phone is None:
            return False
        phone.tell = tell
        self._timers.cancel(call, GRACE)
        for message in ({"call": call}, phone.last, phone.listens):
            if message is not None:
                phone.send(message)
        return True

    def has(self, call: CallId) -> bool:
        """Whether this call is going on here."""
        return call in self._phones

    def detach(self, call: CallId, tell: Tell | None) -> None:
        """The connection to the phone is lost: it may come back within a minute.

        tell: who held the phone; if somebody else has taken it up since, nothing is lost.
        """
        phone = self._phones.get(call)
        if phone is not None and phone.tell == tell:
            phone.tell = None
            self._timers.set(call, GRACE, self._clock.now() + timedelta(seconds=GRACE_S))

    # the server's side

    async def execute(self, call: LiveCall, commands: Sequence[Command]) -> None:
        """Let the line do what concerns it; what comes of it at once follows as events."""
        phone = self._phone_of(call)
        for command in commands:
            events = phone.line.carry_out(command, self._now_ms())
            if isinstance(command, Collect):
                phone.listens = {"listens": True, "secret": command.secret}
                phone.send(phone.listens)
            if isinstance(command, CloseInteraction):
                self._ended(phone, command)
                return
            for event in events:
                work = self._switch.carrier.deliver_surely(call.id, event)
                self._tasks.start(work, "typed ahead")
        self._set_timer(phone)

    def render(self, call: LiveCall, state: State, key: ReplyKey) -> Reply | None:
        """Nothing: a phone is no webhook."""
        return None

    def filler(self, call: LiveCall, state: State, key: ReplyKey) -> Reply:
        """Never asked for."""
        raise NotImplementedError

    async def survived(self, call: LiveCall) -> bool:
        """The phone may connect again; if it does not, the call is lost."""
        phone = self._phone_of(call)
        self.detach(call.id, phone.tell)
        return True

    def _phone_of(self, call: LiveCall) -> Phone:
        phone = self._phones.get(call.id)
        if phone is None:
            phone = Phone(call.id, self._offered.pop(call.provider_ref, None))
            self._phones[call.id] = phone
            phone.send({"call": call.id})
        return phone

    def _ended(self, phone: Phone, command: CloseInteraction) -> None:
        phone.send({"ended": command.ended_by, "outcome": str(command.outcome)})
        self._phones.pop(phone.call, None)
        self._timers.cancel(phone.call, LINE)
        self._timers.cancel(phone.call, GRACE)

    def _set_timer(self, phone: Phone) -> None:
        due_ms = phone.line.due_ms
        if due_ms is None:
            self._timers.cancel(phone.call, LINE)
        else:
            due = datetime.fromtimestamp(due_ms / 1000, UTC)
            self._timers.set(phone.call, LINE, due)

    def _fire(self, call: CallId, turn: Turn) -> None:
        phone = self._phones.get(call)
        if turn == GRACE:
            self._tasks.start(self._lose(call), "phone gone")
        elif phone is not None:
            events = phone.line.tick(self._now_ms())
            self._tasks.start(self._happened(phone, events), "line")

    async def _lose(self, call: CallId) -> None:
        """Nobody took the phone up again; while the database is away, look again later."""
        try:
            await self._switch.lose(call)
        except StoreError:
            self._timers.set(call, GRACE, self._clock.now() + timedelta(seconds=GRACE_S))

    async def _happened(self, phone: Phone, events: Sequence[Answer]) -> None:
        self._set_timer(phone)
        for event in events:
            await self._switch.carrier.deliver_surely(phone.call, event)

    def _now_ms(self) -> int:
        return round(self._clock.now().timestamp() * 1000)
