"""One pop that is open: its number, who has seen it, and the head of each of its messages."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.cti.payload import PopOffer
    from ivr.cti.pop_timing import Times
    from ivr.domain.call import CallId
    from ivr.domain.queue import OfferId
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.desk import PopMessage
    from ivr.runtime.tasks import Tasks

SCHEMA = "pop/1"


@dataclass(slots=True, eq=False)
class OpenPop:
    """A pop from its first message to its close.

    rev: of the last message. seq: of the first one, 0 before it was kept. confirmed: the agent has
    made sure who calls. acks: which (rev, stage) pages have confirmed. expires_at: when it is of no
    use any more.
    """

    id: str
    agent: str
    offer: OfferId
    call: CallId
    more: PopOffer
    times: Times
    expires_at: datetime
    rev: int = 0
    seq: int = 0
    confirmed: bool = False
    acks: set[tuple[int, str]] = field(default_factory=set)
    payload: Mapping[str, Any] = field(default_factory=dict)
    watch: asyncio.Task[None] | None = None
    _waits: list[asyncio.Future[bool]] = field(default_factory=list)

    def head(self, kind: str, at: datetime) -> Mapping[str, Any]:
        """What stands in front of the payload; the stream puts its own number into `seq`."""
        return {
            "schema": SCHEMA,
            "type": kind,
            "pop_id": self.id,
            "rev": self.rev,
            "seq": self.seq,
            "at": at.isoformat(),
            "call_id": self.call,
            "offer_id": self.offer,
            "expires_at": self.expires_at.isoformat(),
        }

    def whole(self, at: datetime) -> Mapping[str, Any]:
        """All that is known, for a page that starts afresh and for webhooks."""
        return {**self.payload, **self.head("open", at)}

    async def on_screen(self, clock: Clock, tasks: Tasks, limit_s: float) -> bool:
        """Wait until it is on a screen or closed, at most so long; whether it is on one."""
        wait: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waits.append(wait)
        due = clock.now() + timedelta(seconds=limit_s)
        timer = tasks.start(_give_up(wait, clock, due), "pop hold")
        try:
            return await wait
        finally:
            timer.cancel()

    def settle(self, *, result: bool) -> None:
        """Everybody who waits for the screen goes on."""
        for wait in self._waits:
            _settle(wait, result=result)
        self._waits.clear()


def _settle(wait: asyncio.Future[bool], *, result: bool) -> None:
    if not wait.done():
        wait.set_result(result)


async def _give_up(wait: asyncio.Future[bool], clock: Clock, due: datetime) -> None:
    await clock.sleep_until(due)
    _settle(wait, result=False)


def last_of(messages: Sequence[PopMessage], offer: OfferId) -> Mapping[str, Any] | None:
    """The newest payload of an offer's pop in an agent's stream; None if closed or never shown."""
    found: Mapping[str, Any] | None = None
    for message in messages:
        data = json.loads(message.body)["data"] if message.pop else {}
        if data.get("offer_id") == offer:
            found = data
    return None if found is None or found["type"] == "close" else found
