"""Whom calls of ours are for: rung up by REST, and served as a caller once he answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.channels.twilio.legs.reach import target
from ivr.domain.call import CALLER, Cause, Turn

if TYPE_CHECKING:
    from ivr.channels.twilio.legs.parties import Parties, Party
    from ivr.channels.twilio.settings import Settings
    from ivr.config.model import Config
    from ivr.domain.commands import PlaceCall
    from ivr.runtime.live import LiveCall
    from ivr.runtime.standing import Ports

AWAITED_S = 45.0
"""How long after a restart somebody may still answer whom we rang up before it."""
MACHINE = "machine"
"""The page that hears of answering machines."""
FIRST = Turn(0)
"""The turn of the first request of a call: it answers no question."""


class Placing:
    """Calls of one trunk that we begin."""

    def __init__(self, parties: Parties, settings: Settings, ports: Ports) -> None:
        self._parties = parties
        self._settings = settings
        self._clock = ports.clock
        self._tasks = ports.tasks

    def call(self, call: LiveCall, command: PlaceCall, config: Config) -> None:
        """Ring up whom the call is for, or say at once that no way leads to him."""
        party = self._parties.expect(call.id, CALLER, FIRST)
        found = target(command.number, config.country)
        if found is None:
            self._parties.fail(party, Cause.UNREACHABLE)
            return
        shown = command.caller_id or self._settings.agent_from or ""
        told = MACHINE if command.no_machine else ""
        self._parties.ring_up(party, found.to, shown, command.ring_s, told)

    def machine(self, party: Party) -> None:
        """An answering machine has picked up: there is nobody to talk to."""
        if not (party.told or party.over):
            self._parties.ended(party, Cause.MACHINE)
            self._parties.hang_up(party)

    def wait_for(self, call: LiveCall) -> None:
        """After a restart: whom we rang up in a former life may answer yet, or never was rung."""
        if self._parties.find(call, CALLER) is None:
            party = self._parties.expect(call.id, CALLER, FIRST)
            self._tasks.start(self._answers_yet(party), "call awaited")

    async def _answers_yet(self, party: Party) -> None:
        await self._clock.sleep_until(self._clock.now() + timedelta(seconds=AWAITED_S))
        if not party.up and not party.over:
            self._parties.fail(party, Cause.SYSTEM_LOST)
