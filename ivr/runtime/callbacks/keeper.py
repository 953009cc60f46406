"""Promises to call back: booked for callers and desks, given up, and taken over by who returns.

How they are kept stands in `tries`. A person who rings up by himself meanwhile gets his old place,
and the call to him is given up: never two agents for one person.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.acd.callbacks import Step, advance, code_of
from ivr.domain.call import CallId
from ivr.domain.dialable import is_dialable
from ivr.domain.errors import IllegalTransitionError, IvrError, NotFoundError, NotValidError
from ivr.domain.outbound import CallbackBooked, CallWithdrawn, PromiseId
from ivr.runtime.callbacks.ledger import Ledger
from ivr.runtime.callbacks.placing import can_place, own_number, way_out
from ivr.runtime.callbacks.promised import Booking, row_of
from ivr.runtime.callbacks.tries import TRYING, Tries
from ivr.runtime.groups.times import from_ns, to_ns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.acd.words import Command
    from ivr.domain.commands import BookCallback, DropCallback, Enqueue
    from ivr.domain.queue import Ticket
    from ivr.engine.state import State
    from ivr.runtime.callbacks.chances import Chances
    from ivr.runtime.groups.dispatch import Dispatch
    from ivr.runtime.groups.host import Host
    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports.desk import CallbackRow
    from ivr.runtime.switch import Switch

_LOG = logging.getLogger(__name__)
CODES = 10**7


class Keeper:
    """Keeps the promises of one routing group. Implements `Promises` for calls.

    queues: names of the queues that there are.
    """

    def __init__(
        self,
        switch: Switch,
        host: Host,
        dispatch: Dispatch,
        chances: Chances,
        queues: Callable[[], frozenset[str]],
    ) -> None:
        ports = switch.ports
        self._switch = switch
        self._host = host
        self._dispatch = dispatch
        self._chances = chances
        self._queues = queues
        self._tasks = ports.tasks
        self.ledger = Ledger(host.name, ports.store.callbacks, ports.clock, ports.tasks)
        self.tries = Tries(switch, host, chances, self.ledger)
        dispatch.promises = self

    def heard(self, command: Command) -> None:
        """The queue machine has done something: somebody may be free now."""
        self._chances.heard(command)
        self.tries.stir()

    # booking

    async def book(self, wanted: Booking) -> tuple[CallbackRow, bool]:
        """Make a promise, or find the one that was made; returns it, and whether it was.

        Raises NotFoundError, NotValidError, StoreError.
        """
        wanted = self._filled(wanted)
        known = self.ledger.of(wanted.number, wanted.queue)
        if known is not None:
            await self.ledger.written(known.promise.token)
            return known, True
        if wanted.queue not in self._queues():
            raise NotFoundError(f"there is no queue {wanted.queue!r}")
        if not is_dialable(wanted.number, self._switch.ports.books.current().world.country):
            raise NotValidError("only ordinary numbers of this country are called back")
        if not can_place(self._switch, wanted.trunk):
            raise NotValidError(f"trunk {wanted.trunk!r} cannot call anybody")
        names = self._switch.ports.new_id(), code_of(secrets.randbelow(CODES))
        now, shut = self._host.now_ns(), self._chances.shut(wanted.queue)
        row = self.ledger.change(row_of(wanted, names, now, shut))
        await self.ledger.written(row.promise.token)
        self.tries.stir()
        return row, False

    def _filled(self, wanted: Booking) -> Booking:
        """Who does not say by which trunk and under which number we call leaves it to us: by one
        whose agents can be rung up there, a real one if there is one, and under our first number
        there."""
        if wanted.trunk:
            return wanted
        trunk = way_out(self._switch, lambda reach: self._chances.serves(wanted.queue, reach))
        book = self._switch.ports.books.current()
        flow = wanted.flow or next(iter(book.live))
        number = wanted.dnis or own_number(book.world, trunk)
        return replace(wanted, trunk=trunk, dnis=number, flow=flow)

    async def cancel(self, promise: str, why: str) -> CallbackRow:
        """Somebody need not be called back. Raises NotFoundError, IllegalTransitionError."""
        row = self.ledger.rows.get(promise)
        if row is None:
            known = await self._switch.store.callbacks.get(promise)
            if known is None:
                raise NotFoundError("there is no such promise")
            raise IllegalTransitionError(f"this promise is over: {known.promise.state}")
        over = self._given_up(row, Step.CANCEL, why)
        await self.ledger.written(promise)
        return over

    async def get(self, promise: str) -> CallbackRow | None:
        """One promise."""
        return self.ledger.rows.get(promise) or await self._switch.store.callbacks.get(promise)

    async def recent(self, limit: int) -> Sequence[CallbackRow]:
        """The newest promises first, as they are stored."""
        return await self._switch.store.callbacks.recent(limit)

    def open(self, queue: str) -> Sequence[CallbackRow]:
        """The promises of a queue that are still to be kept, the next to be tried first."""
        rows = [row for row in self.ledger.rows.values() if row.promise.queue == queue]
        return sorted(rows, key=lambda row: (row.promise.next_ns, row.promise.token))

    def now_ns(self) -> int:
        """The routing clock."""
        return self._host.now_ns()

    # for calls

    def ask(self, call: LiveCall, command: BookCallback) -> None:
        """A caller wants to be called back. His place is looked up at once: he may be leaving."""
        wanted = self._booking(call, command)
        self._tasks.start(self._asked(call, command, wanted), "callback asked")

    async def _asked(self, call: LiveCall, command: BookCallback, wanted: Booking) -> None:
        try:
            row, again = await self.book(wanted)
        except IvrError as error:
            _LOG.warning("callback_refused", extra={"facts": {"reason": error.code}})
            answer = CallbackBooked(turn=command.turn, done=False)
        else:
            answer = CallbackBooked(
                turn=command.turn,
                promise=PromiseId(row.promise.token),
                number=row.promise.number,
                code=row.promise.code,
                due=from_ns(row.promise.next_ns),
                again=again,
            )
        await self._dispatch.deliver(call.id, answer)

    def _booking(self, call: LiveCall, command: BookCallback) -> Booking:
        state, group = call.known, self._host.group
        waits = group.calls.get(command.ticket) or group.places.get(command.ticket)
        return Booking(
            number=command.number,
            queue=command.queue,
            trunk=call.trunk,
            since=waits.enqueued_at if waits is not None else to_ns(state.last_at),
            dnis=state.dnis,
            flow=state.frames[0].flow,
            at=command.due,
            window_s=command.window_s,
            attempts=command.attempts,
            language=command.language,
            priority=command.priority,
            skills=command.skills,
            pop={name: str(value) for name, value in command.pop.items()},
        )

    def drop(self, command: DropCallback) -> None:
        """The person talks to an agent already."""
        row = self.ledger.of(command.number, command.queue)
        if row is not None:
            self._given_up(row, Step.CANCEL, "answered")

    def returning(self, state: State, command: Enqueue) -> tuple[Ticket | None, int | None]:
        """A caller waits who was to be called back: he gets the old place, the promise is over."""
        row = self.ledger.of(state.ani or "", command.queue)
        if row is None:
            return None, None
        tickets = self._dispatch.tickets(CallId(row.call)) if row.call else []
        self._given_up(row, Step.RETURN, state.call)
        return (tickets[-1] if tickets else None), row.promise.returning_ns(self._host.now_ns())

    def look(self, call: LiveCall, state: State) -> None:
        """A call of ours has made a step."""
        if not self.tries.look(call, state):
            self._withdraw(call.id)

    def _given_up(self, row: CallbackRow, step: Step, why: str) -> CallbackRow:
        """The promise is over, and so is the call by which it was to be kept."""
        over = self.ledger.change(replace(row, promise=advance(row.promise, step, why)))
        self.tries.on_the_way.pop(row.promise.token, None)
        if row.promise.state in TRYING:
            self._withdraw(CallId(row.call))
        return over

    def _withdraw(self, call: CallId) -> None:
        self._tasks.start(self._dispatch.deliver(call, CallWithdrawn()), "callback withdrawn")
