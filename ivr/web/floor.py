"""What the pages ask of the part that runs queues and agents (`ivr/runtime/groups`).

Rows are plain JSON as the pages show them: AGENT, QUEUE, OFFER. Whoever is refused is told by a
RequestError: StaleVersionError, IllegalTransitionError, NotFoundError, NotValidError and others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.runtime.callbacks.promised import Booking
    from ivr.runtime.ports.desk import CallbackRow
    from ivr.surveys.by_agents import Impression

Row: TypeAlias = "Mapping[str, Any]"


class Floor(Protocol):
    """Agents, queues and calls as they are at this moment."""

    def agent(self, name: str) -> Row | None:
        """An agent (AGENT without `display`); None or nothing in it if there is none."""

    def agents(self) -> Sequence[Row]:
        """All agents."""

    def queues(self) -> Sequence[Row]:
        """All queues with their live figures (QUEUE)."""

    def waiting(self, queue: str) -> Sequence[Row]:
        """Who waits there, first to be served first; each names its `call`."""

    async def ended(self, queue: str, figure: str, span: str) -> Sequence[Row]:
        """The waits of today, or of the last half hour, that a figure of the queue counts (ticket
        call joined_at ended_at waited_s end in_time), the last to end first. span: day, 30m."""

    def offers(self, agent: str) -> Sequence[Row]:
        """The live offers of an agent (OFFER)."""

    def call_of(self, offer: str) -> str | None:
        """The call that an offer is about, also shortly after its end."""

    async def ask(self, agent: str, what: str, **facts: Any) -> Row:  # noqa: ANN401 - see below
        """A change of an agent's state by the table of acd-cti.md 2.2; returns the agent's row.

        facts: further fields of `acd.words.AgentEvent`: version, reason, to, seconds, code, by.
        """

    async def decline(self, offer: str, reason: str) -> None:
        """The agent does not take the call."""

    async def priority(self, call: str, priority: str, by: str, reason: str) -> None:
        """A waiting call gets another priority."""

    async def control(self, call: str, action: str, body: Row, who: str) -> Row:
        """Do something to a call: an action of `POST /calls/{id}/{action}` with its body."""

    async def reload(self) -> None:
        """The stored list of agents is new: take it over."""


class Promises(Protocol):
    """Who keeps promises to call back (`Keeper`)."""

    async def book(self, wanted: Booking) -> tuple[CallbackRow, bool]:
        """Make a promise, or find the one that was made; returns it, and whether it was."""

    async def cancel(self, promise: str, why: str) -> CallbackRow:
        """Give one up."""

    async def get(self, promise: str) -> CallbackRow | None:
        """One promise."""

    async def recent(self, limit: int) -> Sequence[CallbackRow]:
        """The newest first."""

    def open(self, queue: str) -> Sequence[CallbackRow]:
        """Those of a queue that are still to be kept, the next to be tried first."""

    def now_ns(self) -> int:
        """The routing clock."""


class Impressions(Protocol):
    """Who asks agents about the calls they wind up (`AgentAsking`)."""

    async def asked(
        self, agent: str, call: str, language: str
    ) -> tuple[Impression, int | None] | None:
        """The question and what he has answered; None = nothing is asked now."""

    async def answer(self, agent: str, call: str, number: int | None, language: str) -> None:
        """Keep his score; None takes it back."""


class Dials(Protocol):
    """Who begins the calls that agents dial (`Dialer`)."""

    async def dial(self, agent: str, to: str) -> str:
        """Ring the agent up, then this number; the call's id."""
