"""Who may listen to events from outside: a program with a key, or somebody who is signed in.

The right is `event:r`. Screen pops, and callers' numbers in full, are for those who also have
`number:r`. Whoever loses the right while listening is cut off within seconds.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.domain.errors import NotSignedInError, StoreError
from ivr.domain.phone import mask_phone
from ivr.web.desk.stream import Entry
from ivr.web.permissions import Right, may

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

    from ivr.runtime.streams.feed import FeedEvent
    from ivr.web.desk.stream import Admit
    from ivr.web.gate import Gate
    from ivr.web.permissions import Who

LISTEN = Right("event", "r")
_POPS = "pop."
_PARTIES = ("from", "to")


def entry_by(gate: Gate) -> Admit:
    """Asks the gate."""

    async def admit(request: web.Request) -> Entry:
        who = await gate.admit(request, LISTEN, fresh=False)
        still = partial(_still, gate, request, who)
        if may(who, "number", "r") is not None:
            return Entry(_everything, still=still)
        return Entry(_no_pops, masked, still)

    return admit


async def _still(gate: Gate, request: web.Request, who: Who) -> bool:
    """Whether the key or the session is good by now, and opens this; asked anew later on."""
    try:
        again = await (gate.of_session(who.session) if who.session else gate.of_key(request))
    except NotSignedInError:
        return False
    except StoreError:  # while the store is away nobody is put out
        return True
    return again is not None and may(again, LISTEN.resource, LISTEN.action) is not None


def masked(event: FeedEvent) -> FeedEvent:
    """The event with numbers to recognise a caller by, but not to ring up."""
    data: Mapping[str, Any] = event.data
    hidden = {name: mask_phone(str(data[name])) for name in _PARTIES if data.get(name)}
    return replace(event, data={**data, **hidden})


def _everything(_kind: str) -> bool:
    return True


def _no_pops(kind: str) -> bool:
    return not kind.startswith(_POPS)
