"""Who stands beside the queues: screen pops, promises to call back, and who knows a caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ivr.domain import commands
    from ivr.domain.agent import AgentId, Wanted
    from ivr.domain.call import CallId
    from ivr.domain.commands import Enqueue
    from ivr.domain.queue import OfferId, Ticket
    from ivr.engine.state import State
    from ivr.runtime.live import LiveCall


class Pops(Protocol):
    """Who shows agents their callers."""

    async def queued(self, call: LiveCall, command: Enqueue) -> None:
        """A caller waits: what can be looked up is looked up now."""

    async def show(self, call: LiveCall, offer: Offer) -> None:
        """Returns when the desk shows the caller, or when that has taken too long."""

    def ringing(self, offer: OfferId) -> None:
        """The agent's telephone rings."""

    def answered(self, offer: OfferId) -> None:
        """The agent has the caller."""

    def ended(self, call: CallId) -> None:
        """The call is over."""


class Silent:
    """No screen pops at all."""

    async def queued(self, call: LiveCall, command: Enqueue) -> None:
        """Nothing to prepare."""

    async def show(self, call: LiveCall, offer: Offer) -> None:
        """Nothing to show."""

    def ringing(self, offer: OfferId) -> None:
        """Nothing is shown."""

    def answered(self, offer: OfferId) -> None:
        """Nothing is shown."""

    def ended(self, call: CallId) -> None:
        """Nothing was kept."""


class Promises(Protocol):
    """Who books promises to call back, and keeps them."""

    def ask(self, call: LiveCall, command: commands.BookCallback) -> None:
        """A caller wants to be called back."""

    def drop(self, command: commands.DropCallback) -> None:
        """The person talks to an agent already."""

    def returning(self, state: State, command: Enqueue) -> tuple[Ticket | None, int | None]:
        """Whose place a caller takes who was to be called back: ticket, and ns of its begin."""

    def look(self, call: LiveCall, state: State) -> None:
        """A call that keeps a promise has made a step."""


class PlacedWatcher(Protocol):
    """Who wants to know what becomes of the calls that are begun for him."""

    def looked(self, call: LiveCall, state: State) -> None:
        """Such a call has made a step."""


class Knows(Protocol):
    """Who finds out which agents know a caller."""

    def matters(self, queue: str, number: str) -> bool:
        """Whether that is wanted in this queue, and can be known of this number."""

    async def of(self, call: CallId, wait: Enqueue, number: str) -> tuple[Wanted, ...]:
        """The agents, best first."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as its call and its agent's desk need it. agent_first: see `words.CallQueued`;
    sticky: see `words.Offered`."""

    offer: OfferId
    agent: AgentId
    call: CallId
    ticket: Ticket
    queue: str
    waited_s: float
    agent_first: bool = False
    sticky: str = ""
