"""Tells for good that a contact began or ended, from the record of contacts.

Numbers stay out of it: who is told asks for the contact, as far as he may see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.call import CallId

if TYPE_CHECKING:
    from ivr.cti.kept_events import KeptEvents
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.deliveries import ContactEvents

LOOK_S = 1.0
BACK = timedelta(days=1)
"""How far back it is looked: a server that was down longer tells no more of what was before."""
MOST = 200
_PERSONAL = frozenset({"from"})


@dataclass(frozen=True, slots=True)
class ContactNews:
    """Looks for news again and again."""

    kept: KeptEvents
    events: ContactEvents
    clock: Clock

    async def look(self) -> None:
        """Tell what was not told yet, oldest first."""
        for event in await self.events.untold(self.clock.now() - BACK, MOST):
            kind, call, _at = event
            known = await self.kept.of(kind, CallId(call))
            if known is not None:
                data = {name: each for name, each in known.data.items() if name not in _PERSONAL}
                await self.events.tell(event, data)
