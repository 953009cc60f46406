"""A Twilio trunk: what a call's state wants said becomes the document of its next request.

Legs that ask for nothing by themselves (in a room, with music) are moved by REST; other people are
rung up by REST. After each step the trunk compares where everybody is with where he is wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.twilio.documents import XML, Document, Documents, Seat, asked_of
from ivr.channels.twilio.legs.lines import SILENCE, Doors
from ivr.channels.twilio.legs.lines import Line as Seen
from ivr.channels.twilio.legs.parties import Parties
from ivr.channels.twilio.legs.placing import Placing
from ivr.channels.twilio.legs.reach import target
from ivr.channels.twilio.legs.rooms import Rooms
from ivr.channels.twilio.music import Jukebox
from ivr.channels.twilio.recorded.finishing import Finishing
from ivr.channels.twilio.recorded.sounds import ProviderRecordings
from ivr.channels.twilio.rest import Line, Rest
from ivr.channels.twilio.watchdog import Watchdog
from ivr.channels.twilio.wire.calls import Addresses
from ivr.domain.call import CALLER, CallId, LegId
from ivr.domain.commands import (
    Announce,
    Close,
    CloseInteraction,
    Command,
    Dial,
    HangUp,
    PlaceCall,
    Refer,
)
from ivr.domain.errors import NotFoundError
from ivr.domain.events import Event, ReferSettled
from ivr.domain.recording import FinishMessage
from ivr.engine.legs import leg_of, parties
from ivr.engine.outgoing.placing import is_ringing
from ivr.engine.party import Phase
from ivr.engine.state import LIVE
from ivr.runtime.replies import Reply, ReplyKey

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.channels.twilio.legs.parties import Party
    from ivr.channels.twilio.rest import Send
    from ivr.channels.twilio.settings import Settings
    from ivr.config.model import Config
    from ivr.domain.call import Turn
    from ivr.engine.party import Leg
    from ivr.engine.state import State
    from ivr.runtime.live import LiveCall
    from ivr.runtime.switch import Switch


def no_config() -> Config:
    """Of a trunk that rings nobody up."""
    raise NotFoundError("this trunk was opened without a configuration")


class TwilioTrunk:
    """Implements `Trunk`. The requests of the provider are answered by `Hooks(trunk)`.

    public_base: our URL as the provider knows it, the one it signs. config: the one in force. send:
    how requests get to the provider, None = by HTTP.
    """

    channel = "twilio"
    places = True

    def __init__(
        self,
        name: str,
        settings: Settings,
        switch: Switch,
        public_base: str,
        config: Callable[[], Config] = no_config,
        send: Send | None = None,
    ) -> None:
        self.name = name
        self.settings = settings
        self.switch = switch
        self.public_base = public_base.rstrip("/")
        self._config = config
        self._http = Line(settings.api_base, settings.account, settings.token)
        ports, addresses = switch.ports, Addresses(self.public_base, name)
        self.jukebox = Jukebox(self.public_base, lambda: self._config().media.music)
        self.documents = Documents(
            addresses, settings.voices, settings.speech, music=self.jukebox.url
        )
        self.rest = Rest(send or self._http.send, ports.clock, self._http.sound)
        self.recordings = ProviderRecordings(name, self.rest, ports)
        self.finishing = Finishing(self.rest, self.recordings, switch, self.sid_of)
        self.doors = Doors(self.rest, addresses, ports, self.tell)
        self.rooms = Rooms(self.rest, addresses, ports, self.sid_of)
        self.parties = Parties(self.rest, addresses, settings, ports, self.tell)
        self.placing = Placing(self.parties, settings, ports)
        self.watchdog = Watchdog(ports.clock, switch.calls, switch.lose, self._is_there)
        self._lines: dict[CallId, Seen] = {}

    async def close(self) -> None:
        """Let go of the connection to the provider."""
        await self._http.close()

    def tell(self, call: CallId, event: Event) -> None:
        """An event for a call, as soon as it can take it."""
        work = self.switch.carrier.deliver_surely(call, event)
        self.switch.ports.tasks.start(work, "twilio event")

    def line(self, call: CallId) -> Seen:
        """What the provider does with a caller now."""
        return self._lines.setdefault(call, Seen())

    def sid_of(self, call: LiveCall, leg: LegId) -> str:
        """The provider's name of a leg's call; "" if it is not known."""
        if leg == CALLER and not call.is_placed:
            return call.provider_ref
        party = self.parties.find(call, leg)
        return party.sid if party is not None else ""

    def reachable(self, address: str) -> bool:
        """Whether the provider takes such an address; whether it rings there, nobody knows."""
        return target(address, self._config().country) is not None

    # what the call wants

    async def execute(self, call: LiveCall, commands: Sequence[Command]) -> None:
        """Ring up and hang up; the caller's documents come with his requests."""
        for command in commands:
            self._carry_out(call, command)
        if any(isinstance(command, CloseInteraction) for command in commands):
            self._forget(call)
        elif call.id in self._lines or len(call.known.legs) > 1:
            self.look(call, is_called_back=_is_called_back(self.line(call.id), commands))

    def _carry_out(self, call: LiveCall, command: Command) -> None:
        if isinstance(command, Dial):
            self.parties.ring(call, command, self._config())
        elif isinstance(command, PlaceCall):
            self.placing.call(call, command, self._config())
        elif isinstance(command, Refer):
            self.tell(call.id, ReferSettled(turn=command.turn, done=False))
        elif isinstance(command, FinishMessage):
            self.finishing.begin(call, command.turn)
        elif isinstance(command, HangUp) and command.leg == CALLER:
            self._hang_up(call)
        elif isinstance(command, Announce):
            party = self.parties.find(call, command.leg)
            line = self.line(call.id) if party is None else party.line
            self.rooms.announce(call, command.leg, line, command.prompts)

    def _hang_up(self, call: LiveCall) -> None:
        """A caller who asks for nothing by himself would not learn that the call is over."""
        if self.line(call.id).is_idle:
            sid = self.sid_of(call, CALLER)
            self.switch.ports.tasks.start(self.rest.end_surely(sid), "hang up")

    def _forget(self, call: LiveCall) -> None:
        self.watchdog.forget(call.id)
        self._lines.pop(call.id, None)
        self.parties.close(call.id)
        self.rooms.close(call.id)

    def look(self, call: LiveCall, *, is_called_back: bool = False) -> None:
        """Bring everybody to where the call wants him."""
        state = call.known
        self.parties.look(state)
        if state.region != LIVE or state.ended:
            return
        line = self.line(call.id)
        if is_called_back or (line.is_idle and _is_elsewhere(state, line)):
            self.doors.open(line, (call.id, CALLER, call.seq), self.sid_of(call, CALLER))
        caller = leg_of(state, CALLER)
        if caller is not None:
            self.rooms.look(call, caller, line)
        for leg in parties(state.legs):
            party = self.parties.find(call, leg.id)
            if party is not None and leg.phase is Phase.UP:
                self._look_at(call, leg, party)

    def _look_at(self, call: LiveCall, leg: Leg, party: Party) -> None:
        if party.line.room and party.line.room != leg.bridge:
            self.doors.open(party.line, (call.id, leg.id, call.seq), party.sid)
        self.rooms.look(call, leg, party.line)

    # what the caller is told

    def render(self, call: LiveCall, state: State, key: ReplyKey) -> Reply | None:
        """The document that says what the state wants said; None while there is nothing to say."""
        line = self.line(call.id)
        if not line.lets_in(key.turn, self.switch.ports.clock.now()):
            return self.filler(call, state, key)
        asked = asked_of(state)
        wait = line.wait(call.id, asked, key)
        document = self.documents.of(state, wait)
        if document is None:
            return None
        caller = leg_of(state, CALLER)
        if state.region != LIVE or state.ended or caller is None:
            line.asks()
        elif caller.bridge:
            line.sits(caller.bridge, caller.mode, caller.to)
        elif wait is not None and asked is not None:
            line.hears(asked, wait, key)
            self.make(asked.music or "")
        else:
            line.asks(_stroll(state))
        return self._given(call, document, key)

    def make(self, song: str) -> None:
        """Make the pieces of a song, if nobody has; "" = our own music."""
        if not self.jukebox.has(song):
            self.switch.ports.tasks.start(self.jukebox.make(song), "music")

    def seat(self, call: LiveCall, leg: Leg) -> Seat:
        """A leg's place in its room."""
        return Seat(call.id, leg.id, leg.bridge, leg.mode, self.sid_of(call, leg.to))

    def filler(self, call: LiveCall, state: State, key: ReplyKey) -> Reply:
        """A document that keeps the caller a moment and comes back with the next part."""
        return self._given(call, self.documents.filler(state.call, key.turn, key.part), key)

    def again(self, call: LiveCall, key: ReplyKey) -> Reply:
        """Back to what is to be done now; the end, if the call is over."""
        state = call.state
        over = state is None or state.ended
        document = self.documents.hangup if over else self.documents.again(call.id, call.seq)
        return _reply(document, key)

    async def survived(self, call: LiveCall) -> tuple[LegId, ...]:
        """The provider holds the call: it lives until it has been silent for too long. So do others
        who have taken it; who only rang then has no name that we know, and is lost."""
        self.watchdog.heard(call.id)
        self.switch.ports.tasks.start(self.finishing.check(call), "caller check")
        if is_ringing(call.known):
            self.placing.wait_for(call)
        others = [leg for leg in parties(call.known.legs) if self._found_again(call, leg)]
        _take_up(self.line(call.id), call.known)
        return (CALLER, *(leg.id for leg in others))

    def _found_again(self, call: LiveCall, leg: Leg) -> bool:
        """Take up a leg of a former life; whether it has hung up meanwhile is asked for."""
        party = self.parties.find(call, leg.id) if leg.phase is Phase.UP else None
        if party is None:
            return False
        if leg.bridge:
            party.line.sits(leg.bridge, leg.mode, leg.to)
        self.switch.ports.tasks.start(self.parties.check(party), "leg check")
        return True

    async def _is_there(self, call: CallId) -> bool:
        """Whether a caller who has long been silent in a room is still there."""
        live, line = self.switch.calls.get(call), self._lines.get(call)
        if live is None or line is None or not line.room:
            return False
        return await self.rest.goes_on(self.sid_of(live, CALLER))

    def _given(self, call: LiveCall, document: Document, key: ReplyKey) -> Reply:
        self.watchdog.gave(call.id, document.longest_s)
        return _reply(document, key)


def _take_up(line: Seen, state: State) -> None:
    """What the provider has been doing with a caller of a former life."""
    caller, asked = leg_of(state, CALLER), asked_of(state)
    if caller is not None and caller.bridge:
        line.sits(caller.bridge, caller.mode, caller.to)
    elif asked is not None and asked.music is not None:
        line.song = asked.turn
    else:
        line.asks(_stroll(state))


def _is_called_back(line: Seen, commands: Sequence[Command]) -> bool:
    """Whether what a waiting caller answers now has ended without him."""
    turn = line.strolls
    return bool(turn) and any(isinstance(one, Close) and one.turn == turn for one in commands)


def _stroll(state: State) -> Turn:
    """What a caller answers in a sub-flow that he walks while he waits; 0 if he does not."""
    asked = asked_of(state) if state.beneath >= 0 else None
    return SILENCE if asked is None else asked.turn


def _is_elsewhere(state: State, line: Seen) -> bool:
    """Whether a caller who asks for nothing is not where the call wants him."""
    caller = leg_of(state, CALLER)
    bridge = caller.bridge if caller is not None else line.room
    if bridge != line.room:
        return True
    asked = asked_of(state)
    return not bridge and asked is not None and asked.turn != line.song


def _reply(document: Document, key: ReplyKey) -> Reply:
    return Reply(key.leg, key.turn, key.part, 200, XML, document.body)
