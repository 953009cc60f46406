"""What happens to a call, as other systems are told it: one word for webhooks and CRM adapters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class CallNews:
    """One event of a call. kind: of LIVE_EVENTS. ani: E.164, "" = withheld.

    agents: names of those who ring or answer. number: at which the agent answered. cause: how a
    call ended, a word of `Cause`, `WaitEnd` or `OfferEnd`. more: further plain JSON. recovered: the
    call began before a restart, so what was told of it then is not known.
    """

    kind: str
    call: str
    at: datetime
    ani: str = ""
    dnis: str = ""
    direction: str = "in"
    queue: str = ""
    agents: tuple[str, ...] = ()
    number: str = ""
    cause: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    recovered: bool = False

    def plain(self) -> Mapping[str, Any]:
        """As JSON; what is empty is left out."""
        told = {
            "call": self.call,
            "from": self.ani,
            "to": self.dnis,
            "direction": self.direction,
            "queue": self.queue,
            "agents": list(self.agents),
            "answering_number": self.number,
            "cause": self.cause,
        }
        return {**{name: value for name, value in told.items() if value}, **self.more}


class Told(Protocol):
    """Another system that is told of calls."""

    def tell(self, news: CallNews) -> None:
        """Returns at once; order is kept per call. Never raises for what the far side does."""

    async def close(self) -> None:
        """Let go of every connection."""
