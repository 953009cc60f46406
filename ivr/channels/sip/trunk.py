"""A SIP trunk: calls of phones and carriers, carried by our own sockets and our own sound."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.channels.sip import agents, arriving, dialling, doing, tidings
from ivr.channels.sip.wire.orders import Refuse
from ivr.channels.sip.wire.words import Offered, Replied
from ivr.channels.sip.works import Talk
from ivr.domain.commands import CloseInteraction, PlaceCall
from ivr.domain.recording import FinishMessage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.channels.sip.wire.words import Heard
    from ivr.channels.sip.works import Works
    from ivr.domain.call import CallId, LegId, Turn
    from ivr.domain.commands import Command
    from ivr.engine.state import State
    from ivr.runtime.live import LiveCall
    from ivr.runtime.replies import Reply, ReplyKey

_LOG = logging.getLogger(__name__)


class SipTrunk:
    """Implements `Trunk`, and hears what its stack has heard."""

    channel = "sip"

    def __init__(self, name: str) -> None:
        self.name = name
        self._works: Works | None = None
        self._stored: list[Mapping[str, str]] = []

    @property
    def works(self) -> Works:
        """The trunk at work; set right after it is made."""
        assert self._works is not None  # noqa: S101 - see `begin`
        return self._works

    def begin(self, works: Works) -> None:
        """Know what it works with."""
        self._works = works

    async def start(self) -> None:
        """The sockets are open: say goodbye for the calls that a crash has ended."""
        for way_back in self._stored:
            self.works.house.end_stored(self.works, way_back)
        self._stored.clear()
        if self.works.carrier is not None:
            tasks = self.works.switch.ports.tasks
            tasks.start(self.works.carrier.run(), f"carrier {self.name}")

    async def stop(self) -> None:
        """Take no more calls."""
        if self.works.carrier is not None:
            self.works.carrier.stop()

    async def execute(self, call: LiveCall, commands: Sequence[Command]) -> None:
        """Carry out what concerns sound and legs, in order; waiting is done beside."""
        works = self.works
        talk = works.calls.get(call.id)
        if any(isinstance(command, PlaceCall) for command in commands):
            commands = [self._placing(command) for command in commands]
        if talk is None and call.is_placed:
            works.by_ref.setdefault(call.provider_ref, Talk(call.provider_ref))
        if talk is None:
            talk = works.by_ref.get(call.provider_ref)
            over = any(isinstance(command, CloseInteraction) for command in commands)
            if talk is None:
                self._look_for(call, commands)
                return
            if talk.id is not None and over:
                return
            talk.id = call.id
            works.calls[call.id] = talk
            works.tell_news(talk)
        doing.carry_out(works, talk, commands)

    def _look_for(self, call: LiveCall, commands: Sequence[Command]) -> None:
        """Messages of a former life: what stands in the spool is told."""
        for command in commands:
            if isinstance(command, FinishMessage):
                work = self._found(call.id, command.turn)
                self.works.switch.ports.tasks.start(work, "message found")

    async def _found(self, call: CallId, turn: Turn) -> None:
        event = await self.works.house.messages.found(call, turn)
        await self.works.switch.carrier.deliver_surely(call, event)

    def _placing(self, command: Command) -> Command:
        return dialling.placing(self.works, command) if type(command) is PlaceCall else command

    @property
    def places(self) -> bool:
        """Whether calls of ours can begin here."""
        return dialling.can_place(self.works)

    def reachable(self, endpoint: str) -> bool:
        """Whether an agent could be rung up at this address from here now."""
        return agents.reachable(self.works, endpoint)

    def render(self, call: LiveCall, state: State, key: ReplyKey) -> Reply | None:
        """Nothing: a phone is no webhook."""
        return None

    def filler(self, call: LiveCall, state: State, key: ReplyKey) -> Reply:
        """Never asked for."""
        raise NotImplementedError

    async def survived(self, call: LiveCall) -> tuple[LegId, ...]:
        """Nobody: our sockets and our sound went with the server. The far ends are told so."""
        if call.state is not None:
            self._stored += [leg.way_back for leg in call.state.legs if leg.way_back]
        return ()

    def heard(self, heard: Heard) -> None:
        """Something happened to one of its calls, or an answer came to one of its requests.

        A bug of ours costs the one call it happened to.
        """
        try:
            self._heard(heard)
        except Exception:
            _LOG.exception("sip_event_broken")
            self._give_up(heard)

    def _give_up(self, heard: Heard) -> None:
        """Nobody is left waiting in a call that we could not go on with."""
        party = None if isinstance(heard, Replied) else self.works.dialogs.get(heard.call)
        if isinstance(heard, Offered):
            self.works.order(Refuse(heard.call, 500))
        if party is not None:
            tidings.broken(party)

    def _heard(self, heard: Heard) -> None:
        works = self.works
        if isinstance(heard, Offered):
            arriving.offered(works, heard)
        elif isinstance(heard, Replied):
            watch = works.stack.watch
            if not (watch and watch.replied(heard)) and works.carrier is not None:
                works.carrier.replied(heard)
        else:
            party = works.dialogs.get(heard.call)
            if party is not None:
                tidings.heard(works, party, heard)
