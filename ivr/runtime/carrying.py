"""Carrying out what a step wants beside sound: timers, lookups, log lines."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING

from ivr.domain.call import CallId, Turn
from ivr.domain.commands import Close, CloseInteraction, Command, Fetch, Note, StartTimer
from ivr.domain.errors import LeaseLostError, StoreError
from ivr.domain.events import Event, Fetched
from ivr.domain.filing import InviteSurvey, MoveInvitation, OpenTicket, SurveyDecided, TicketOpened
from ivr.runtime import metrics
from ivr.runtime.ports import FetchResult

if TYPE_CHECKING:
    from ivr.runtime.live import LiveCall
    from ivr.runtime.standing import Ports
    from ivr.runtime.surveys.surveyor import Surveyor
    from ivr.runtime.timers import Timers

_LOG = logging.getLogger(__name__)
Deliver = Callable[[CallId, Event], Awaitable[None]]
RETRY_PAUSE_S = 0.2
OPTED_OUT = "opted_out"
STORE_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""How long an event of our own waits, try by try, while the database is away."""


class Carrier:
    """Timers and lookups of all calls; their results come back as events."""

    def __init__(self, ports: Ports, timers: Timers, deliver: Deliver) -> None:
        self._clock = ports.clock
        self._sources = ports.sources
        self._tasks = ports.tasks
        self._tickets = ports.tickets
        self._surveyor = ports.surveyor
        self._timers = timers
        self._deliver = deliver

    async def carry(self, call: LiveCall, commands: Sequence[Command]) -> None:
        """Start and cancel what these commands ask for, in order."""
        for command in commands:
            if isinstance(command, Note):
                _log(command)
            elif isinstance(command, StartTimer):
                self._timers.set(call.id, command.turn, command.due)
            elif isinstance(command, Fetch):
                self._start_lookup(call, command)
            elif isinstance(command, Close):
                self._close(call, command.turn)
            elif isinstance(command, CloseInteraction):
                metrics.call_ended(call.trunk, str(command.outcome))
            else:
                self._of_records(call, command)

    def _of_records(self, call: LiveCall, command: Command) -> None:
        """What is asked of tickets and surveys."""
        if isinstance(command, OpenTicket):
            work = self._open_ticket(call, command)
            call.lookups[command.turn] = self._tasks.start(work, "ticket")
        elif isinstance(command, InviteSurvey):
            work = self._invite(call, command)
            call.lookups[command.turn] = self._tasks.start(work, "survey")
        elif isinstance(command, MoveInvitation):
            self._moved(call, command)

    def _moved(self, call: LiveCall, command: MoveInvitation) -> None:
        if command.state == OPTED_OUT and self._surveyor is not None:
            self._tasks.start(self._opt_out(call, self._surveyor), "opt out")

    def _close(self, call: LiveCall, turn: Turn) -> None:
        self._timers.cancel(call.id, turn)
        lookup = call.lookups.pop(turn, None)
        if lookup is not None:
            lookup.cancel()

    def drop(self, call: LiveCall) -> None:
        """Stop everything that still runs for a call."""
        for lookup in call.lookups.values():
            lookup.cancel()
        call.lookups.clear()
        if call.state is not None:
            turns = [command.turn for command in call.state.waiting()]
            for turn in (*turns, call.state.limit):
                self._timers.cancel(call.id, turn)

    def _start_lookup(self, call: LiveCall, command: Fetch) -> None:
        work = self._lookup(call, command)
        call.lookups[command.turn] = self._tasks.start(work, f"lookup {command.source}")

    async def _lookup(self, call: LiveCall, command: Fetch) -> None:
        began = perf_counter()
        result = await self._asked(command)
        took_ms = round((perf_counter() - began) * 1000)
        call.lookups.pop(command.turn, None)
        metrics.looked_up(command.source, result.result, took_ms / 1000)
        event = Fetched(
            turn=command.turn,
            result=result.result,
            record=result.record,
            reason=result.reason,
            took_ms=took_ms,
        )
        await self.deliver_surely(call.id, event)

    async def _invite(self, call: LiveCall, command: InviteSurvey) -> None:
        event = SurveyDecided(turn=command.turn)
        if self._surveyor is not None:
            event = await self._surveyor.decide(call, command)
        call.lookups.pop(command.turn, None)
        await self.deliver_surely(call.id, event)

    async def _opt_out(self, call: LiveCall, surveyor: Surveyor) -> None:
        """Written down also if the database is away for a while."""
        for pause_s in STORE_PAUSES_S:
            try:
                await surveyor.opt_out(call)
            except StoreError:
                await self._clock.sleep_until(self._clock.now() + timedelta(seconds=pause_s))
            else:
                return
        _LOG.error("opt_out_waits_for_store", extra={"call": call.id})

    async def _open_ticket(self, call: LiveCall, command: OpenTicket) -> None:
        event = await self._opened(call, command)
        call.lookups.pop(command.turn, None)
        await self.deliver_surely(call.id, event)

    async def _opened(self, call: LiveCall, command: OpenTicket) -> TicketOpened:
        """The ticket; where none are kept, or in case of a bug, none: the caller never waits on."""
        if self._tickets is None:
            return TicketOpened(turn=command.turn, done=False, reason="no_tickets")
        try:
            return await self._tickets.open(call, command)
        except Exception:
            _LOG.exception("ticket_broken", extra={"call": call.id})
            return TicketOpened(turn=command.turn, done=False, reason="error")

    async def _asked(self, command: Fetch) -> FetchResult:
        """What a lookup gave; a bug in a source is a failed lookup, not a caller who waits on."""
        try:
            return await self._ask(command)
        except Exception:
            _LOG.exception("lookup_broken", extra={"source": command.source})
            return FetchResult("failed", {}, "error")

    async def _ask(self, command: Fetch) -> FetchResult:
        """All tries of a lookup: limit_s each, with a short pause between."""
        source = self._sources[command.source]
        result = FetchResult("failed", {}, "error")
        for attempt in range(1 + command.retry):
            if attempt:
                pause = timedelta(seconds=RETRY_PAUSE_S)
                await self._clock.sleep_until(self._clock.now() + pause)
            result = await source.fetch(command.inputs, command.limit_s)
            if result.result != "failed":
                return result
        return result

    async def deliver_surely(self, call: CallId, event: Event) -> None:
        """Deliver an event of our own; while the database is away try again, so none is lost."""
        for pause_s in STORE_PAUSES_S:
            try:
                await self._deliver(call, event)
            except LeaseLostError:
                return
            except StoreError:
                _LOG.warning("event_waits_for_store", extra={"call": call})
                await self._clock.sleep_until(self._clock.now() + timedelta(seconds=pause_s))
            except asyncio.CancelledError:
                raise
            else:
                return
        _LOG.error("event_lost_store_away", extra={"call": call, "lost": type(event).__name__})


_TOLD = frozenset({"node", "lookup", "error", "unbuilt", "outcome", "ignored"})
"""Notes that are a line in the log of a busy server; the others are there at level debug."""
_WARNED = frozenset({"recording_resumed"})
"""Notes that somebody should see."""


def _log(note: Note) -> None:
    level = logging.INFO if note.what in _TOLD else logging.DEBUG
    level = logging.WARNING if note.what in _WARNED else level
    if _LOG.isEnabledFor(level):
        facts = {name: value for name, value in note.facts.items() if name != "pii"}
        _LOG.log(level, "call_%s", note.what, extra={"facts": facts, "pii": note.facts.get("pii")})
