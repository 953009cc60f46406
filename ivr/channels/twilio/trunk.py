"""A Twilio trunk: what a call's state wants said becomes the document of its next request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.twilio.documents import XML, Document, Documents
from ivr.channels.twilio.watchdog import Watchdog
from ivr.channels.twilio.wire.calls import Addresses
from ivr.domain.commands import CloseInteraction, Command
from ivr.runtime.replies import Reply, ReplyKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.channels.twilio.settings import Settings
    from ivr.engine.state import State
    from ivr.runtime.live import LiveCall
    from ivr.runtime.switch import Switch


class TwilioTrunk:
    """Implements `Trunk`. The requests of the provider are answered by `Hooks(trunk)`.

    public_base: our URL as the provider knows it, the one it signs.
    """

    channel = "twilio"

    def __init__(
        self,
        name: str,
        settings: Settings,
        switch: Switch,
        public_base: str,
    ) -> None:
        self.name = name
        self.settings = settings
        self.switch = switch
        self.public_base = public_base.rstrip("/")
        addresses = Addresses(self.public_base, name)
        self.documents = Documents(addresses, settings.voices, settings.speech)
        self.watchdog = Watchdog(switch.ports.clock, switch.calls, switch.lose)

    async def execute(self, call: LiveCall, commands: Sequence[Command]) -> None:
        """Nothing leaves now: the caller's next request gets the document of the new state."""
        if any(isinstance(command, CloseInteraction) for command in commands):
            self.watchdog.forget(call.id)

    def render(self, call: LiveCall, state: State, key: ReplyKey) -> Reply | None:
        """The document that says what the state wants said; None while there is nothing to say."""
        document = self.documents.of(state)
        return None if document is None else self._given(call, document, key)

    def filler(self, call: LiveCall, state: State, key: ReplyKey) -> Reply:
        """A document that keeps the caller a moment and comes back with the next part."""
        return self._given(call, self.documents.filler(state.call, key.turn, key.part), key)

    def again(self, call: LiveCall, key: ReplyKey) -> Reply:
        """Back to what is to be done now; the end, if the call is over."""
        state = call.state
        over = state is None or state.ended
        document = self.documents.hangup if over else self.documents.again(call.id, call.seq)
        return _reply(document, key)

    async def survived(self, call: LiveCall) -> bool:
        """The provider holds the call: it lives until it has been silent for too long."""
        self.watchdog.heard(call.id)
        return True

    def _given(self, call: LiveCall, document: Document, key: ReplyKey) -> Reply:
        self.watchdog.gave(call.id, document.longest_s)
        return _reply(document, key)


def _reply(document: Document, key: ReplyKey) -> Reply:
    return Reply(key.leg, key.turn, key.part, 200, XML, document.body)
