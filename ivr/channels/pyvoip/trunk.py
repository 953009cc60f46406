"""A trunk that is one extension on a PBX: it answers, plays prompts and hears keys, no more.

When and how long is decided here by a `Line`; the process around pyVoIP only sounds and hears.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.channels.pyvoip.stage import Stage
from ivr.channels.pyvoip.wire.messages import (
    Accept,
    Gone,
    Key,
    Ringing,
    Stop,
)
from ivr.domain import commands as wished
from ivr.domain.call import CallId, Cause, EndedBy, Turn
from ivr.domain.errors import MediaError, PortError
from ivr.domain.events import CommandFailed, Event, LegEnded, LegFailed, ReferSettled
from ivr.domain.phone import parse_phone, withheld
from ivr.media.collect import KEYS
from ivr.media.line import Line
from ivr.runtime.switch import Offered
from ivr.runtime.timers import Timers

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from ivr.channels.pyvoip.post import Post
    from ivr.channels.pyvoip.wire.messages import Tiding
    from ivr.config.pyvoip import PyVoipTrunk as Settings
    from ivr.domain.call import LegId, Prompt
    from ivr.domain.commands import Command
    from ivr.engine.state import State
    from ivr.runtime.live import LiveCall
    from ivr.runtime.replies import Reply, ReplyKey
    from ivr.runtime.speech.prompts import Sounds
    from ivr.runtime.switch import Switch

_LOG = logging.getLogger(__name__)
LINE = Turn(0)


@dataclass(slots=True, eq=False)
class Talk:
    """One call. number: the process's name for it, 0 when it is gone there. ref: the PBX's.

    todo: commands not carried out yet, while `work` waits for sound to be made.
    """

    number: int
    ref: str
    line: Line = field(init=False)
    id: CallId | None = None
    todo: deque[Command] = field(default_factory=deque)
    work: asyncio.Task[None] | None = None
    ended: LegEnded | None = None


class PyVoipTrunk:
    """Implements `Trunk`. country: of callers' national numbers."""

    channel = "pyvoip"

    def __init__(self, name: str, settings: Settings, switch: Switch, country: str) -> None:
        self.name = name
        self.settings = settings
        self._switch = switch
        self._country = country
        self._tasks = switch.ports.tasks
        self._clock = switch.ports.clock
        self._numbers: dict[int, Talk] = {}
        self._refs: dict[str, Talk] = {}
        self._calls: dict[CallId, Talk] = {}
        self._timers = Timers(self._clock, self._fire)
        self._stage: Stage | None = None

    def begin(self, post: Post, sounds: Sounds) -> None:
        """Know who sounds, and from where the sound comes."""
        self._stage = Stage(post, sounds)
        self._tasks.start(self._timers.run(), f"pyvoip {self.name}")

    @property
    def stage(self) -> Stage:
        """Where its prompts become sound; set right after it is made."""
        assert self._stage is not None  # noqa: S101 - see `begin`
        return self._stage

    @property
    def live(self) -> tuple[CallId, ...]:
        """The calls that are going on."""
        return tuple(self._calls)

    # what the process tells

    def heard(self, tiding: Tiding) -> None:
        """Something happened at the extension."""
        if isinstance(tiding, Ringing):
            self._rings(tiding)
        elif isinstance(tiding, Key | Gone):
            talk = self._numbers.get(tiding.call)
            if talk is not None and isinstance(tiding, Key):
                self._pressed(talk, tiding.key)
            elif talk is not None and isinstance(tiding, Gone):
                self._leave(talk, _GONE.get(tiding.why, LegEnded()))

    def lost(self) -> None:
        """The process fell, and with it every call."""
        for talk in list(self._numbers.values()):
            self._leave(talk, LegEnded(cause=Cause.SYSTEM_LOST, by=EndedBy.LOST))

    def _rings(self, tiding: Ringing) -> None:
        called, book = self.settings.called, self._switch.ports.books.current()
        flow = book.world.flow_of(called, self.name)
        if flow is None or not self._switch.admits or tiding.ref in self._refs:
            self.stage.hang_up(tiding.call)
            return
        talk = Talk(tiding.call, tiding.ref)
        talk.line = Line(
            lambda prompts, _at_ms: self.stage.play(talk.number, prompts),
            lambda _at_ms: self.stage.order(talk.number, Stop(talk.number)),
        )
        self._numbers[talk.number] = self._refs[talk.ref] = talk
        caller = _caller(tiding.caller, self._country)
        offered = Offered(self.name, self.channel, talk.ref, called, caller, flow)
        self._tasks.start(self._offer(talk, offered), "pyvoip call")

    async def _offer(self, talk: Talk, offered: Offered) -> None:
        try:
            await self._switch.offer(offered)
        except PortError as error:
            _LOG.warning("pyvoip_call_refused", extra={"facts": {"reason": str(error)}})
        self._refs.pop(talk.ref, None)
        if talk.id is None:
            self.stage.hang_up(talk.number)
            self._forget(talk)
        elif talk.ended is not None:
            self._tell(talk, talk.ended)

    def _pressed(self, talk: Talk, key: str) -> None:
        if talk.id is not None and len(key) == 1 and key in KEYS:
            self._happened(talk, talk.line.press(key, self._now_ms()))

    def _leave(self, talk: Talk, ended: LegEnded) -> None:
        """Nobody is at the other end any more; the engine is told, if need be after the offer."""
        self._numbers.pop(talk.number, None)
        talk.number, talk.ended = 0, ended
        if talk.id is not None:
            self._tell(talk, ended)

    # what the engine wants

    async def execute(self, call: LiveCall, commands: Sequence[Command]) -> None:
        """Carry out what concerns sound, in order; waiting is done beside."""
        talk = self._calls.get(call.id) or self._refs.get(call.provider_ref)
        over = any(isinstance(command, wished.CloseInteraction) for command in commands)
        if talk is None or (talk.id not in (None, call.id)):
            return
        talk.id = call.id
        self._calls[call.id] = talk
        if over:
            self.stage.hang_up(talk.number)
            self._forget(talk)
            return
        talk.todo.extend(commands)
        if talk.work is None:
            self._go_on(talk)

    def render(self, call: LiveCall, state: State, key: ReplyKey) -> Reply | None:
        """Nothing: a phone is no webhook."""
        return None

    def filler(self, call: LiveCall, state: State, key: ReplyKey) -> Reply:
        """Never asked for."""
        raise NotImplementedError

    async def survived(self, call: LiveCall) -> tuple[LegId, ...]:
        """Nobody: the process said goodbye to the callers when the server went."""
        return ()

    def _go_on(self, talk: Talk) -> None:
        """Carry out what can be done now; begin to wait for sound that is not made yet."""
        talk.work = None
        while talk.todo:
            missing = self.stage.missing(talk.todo[0])
            if missing:
                talk.work = self._tasks.start(self._make(talk, missing), "pyvoip sound")
                return
            self._try(talk, talk.todo.popleft())
        self._set_timer(talk)

    async def _make(self, talk: Talk, prompts: Sequence[Prompt]) -> None:
        try:
            await self.stage.make(prompts)
        except MediaError as error:
            talk.todo.popleft()
            self._failed(talk, error)
        self._go_on(talk)

    def _try(self, talk: Talk, command: Command) -> None:
        try:
            self._do(talk, command)
        except MediaError as error:
            self._failed(talk, error)

    def _failed(self, talk: Talk, error: MediaError) -> None:
        _LOG.warning("pyvoip_command_failed", extra={"facts": {"reason": str(error)}})
        self._tell(talk, CommandFailed())

    def _do(self, talk: Talk, command: Command) -> None:
        if isinstance(command, wished.Answer):
            self.stage.order(talk.number, Accept(talk.number))
        elif isinstance(command, wished.Dial | wished.Refer):
            self._tell(talk, _unable(command))
        else:
            events = talk.line.carry_out(self.stage.timed(command), self._now_ms())
            self._happened(talk, events)
        if isinstance(command, wished.HangUp):
            self.stage.hang_up(talk.number)

    # both

    def _forget(self, talk: Talk) -> None:
        if talk.work is not None:
            talk.work.cancel()
        talk.todo.clear()
        self._numbers.pop(talk.number, None)
        self._refs.pop(talk.ref, None)
        if talk.id is not None:
            self._calls.pop(talk.id, None)
            self._timers.cancel(talk.id, LINE)

    def _set_timer(self, talk: Talk) -> None:
        due_ms = talk.line.due_ms
        if talk.id is None:
            return
        if due_ms is None or talk.id not in self._calls:
            self._timers.cancel(talk.id, LINE)
        else:
            self._timers.set(talk.id, LINE, datetime.fromtimestamp(due_ms / 1000, UTC))

    def _fire(self, call: CallId, _turn: Turn) -> None:
        talk = self._calls.get(call)
        if talk is not None:
            self._happened(talk, talk.line.tick(self._now_ms()))

    def _happened(self, talk: Talk, events: Sequence[Event]) -> None:
        self._set_timer(talk)
        for event in events:
            self._tell(talk, event)

    def _tell(self, talk: Talk, event: Event) -> None:
        if talk.id is not None:
            work = self._switch.carrier.deliver_surely(talk.id, event)
            self._tasks.start(work, "pyvoip event")

    def _now_ms(self) -> int:
        return round(self._clock.now().timestamp() * 1000)


_GONE = {
    "failed": LegEnded(cause=Cause.FAILED, by=EndedBy.LOST),
    "cancelled": LegEnded(cause=Cause.CANCELLED),
}
"""Why a call is over there, and what that is to the engine."""


def _caller(number: str, country: str) -> str | None:
    """The caller's number in full; None for a name, an extension or a number held back."""
    return None if not number or withheld(number) else parse_phone(number, country)


def _unable(command: wished.Dial | wished.Refer) -> Event:
    """The answer to what this trunk cannot do; the channel lint warned of it."""
    if isinstance(command, wished.Dial):
        return LegFailed(leg=command.other, cause=Cause.UNREACHABLE)
    return ReferSettled(turn=command.turn, done=False)
