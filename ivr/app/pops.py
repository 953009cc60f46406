"""Screen pops put together: calls and offers go in, agents' desks show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.cti.asking import Desk
from ivr.cti.before_ring import Offering, pop_before_ring
from ivr.cti.numbers import Line
from ivr.cti.payload import PopOffer
from ivr.cti.pop_call import PopCall, pop_call
from ivr.cti.pops import Popper, deaf
from ivr.domain.queue import OfferId
from ivr.runtime.ids import Ulids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ivr.cti.own_records import OwnStore
    from ivr.cti.pop_rules import PopRules
    from ivr.cti.pops import Heard
    from ivr.domain.call import CallId
    from ivr.domain.commands import Enqueue
    from ivr.runtime.groups.neighbours import Offer
    from ivr.runtime.live import LiveCall
    from ivr.runtime.streams import Streams
    from ivr.runtime.switch import Switch


class PopDesk:
    """Implements the seam `Pops` of the dispatch; knows which pop an agent's screen shows.

    silent: whether a queue wants none. For its offers nothing is looked up, shown or waited for.
    """

    def __init__(
        self,
        switch: Switch,
        streams: Streams,
        rules: PopRules,
        heard: Heard = deaf,
        own: OwnStore | None = None,
        silent: Callable[[str], bool] = lambda _queue: False,
    ) -> None:
        ports = switch.ports
        contacts = ports.store.interactions
        desk = Desk(rules, ports.sources, contacts, ports.clock, ports.tasks, own)
        self._desk = desk
        self.popper = Popper(desk, streams, Ulids(ports.clock).new, heard)
        self._country = rules.country
        self._silent = silent
        self._tasks = ports.tasks
        self._calls: dict[CallId, PopCall] = {}
        self._shown: dict[str, OfferId] = {}

    async def queued(self, call: LiveCall, command: Enqueue) -> None:
        """A caller waits: everything about him is looked up already."""
        if self._silent(command.queue):
            return
        if call.state is not None and not call.state.ended:
            line = Line(trusted=call.trunk in self._desk.rules.attested)
            self._calls[call.id] = pop_call(call.state, command, self._country, line)
            await self.popper.prepare(self._calls[call.id])

    async def show(self, call: LiveCall, offer: Offer) -> None:
        """Returns when the desk shows the caller, or when that has taken too long."""
        known = self._calls.get(call.id)
        if known is None or self._silent(offer.queue):
            return
        more = PopOffer(offer.queue, offer.waited_s, sticky=offer.sticky)
        await pop_before_ring(
            self.popper, self._desk, Offering(offer.offer, offer.agent, known, more)
        )

    def ringing(self, offer: OfferId) -> None:
        """The agent's telephone rings."""
        self.popper.ringing(offer)

    def answered(self, offer: OfferId) -> None:
        """The agent talks to the caller: the pop is brought up to date."""
        self._tasks.start(self.popper.changed(offer), "pop answered")

    def agent_changed(self, row: Mapping[str, Any]) -> None:
        """An agent's pop is closed when his part in the offer is over: missed, or wrapped up."""
        agent, now = str(row["agent"]), row["offer"]
        before = self._shown.get(agent)
        if before is not None and before != now:
            self._tasks.start(self.popper.close(before, "done"), "pop close")
        if now is None:
            self._shown.pop(agent, None)
        else:
            self._shown[agent] = OfferId(now)

    def ended(self, call: CallId) -> None:
        """A call is over: nothing more is looked up for it."""
        if self._calls.pop(call, None) is not None:
            self._tasks.start(self.popper.forget(call), "pop forget")
