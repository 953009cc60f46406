"""Durable events as signed webhooks: CloudEvents 1.0, signed by the rules of Standard Webhooks.

`webhook-id` is the id of the event and the same at each try: a receiver that has seen it says 200
and does nothing. `seq` counts the events about one thing. Source: tickets.md section 15,
cloudevents.io, standardwebhooks.com.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ivr.cti.hooks_out import signed
from ivr.cti.outbox.line import Line, Question
from ivr.cti.outbox.retrying import refusal

if TYPE_CHECKING:
    from ivr.cti.hooks_out import HookEndpoint
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.deliveries import Delivery


class WebhookHearer:
    """One receiver of webhooks; implements `Hearer`."""

    def __init__(self, endpoint: HookEndpoint, clock: Clock) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._line = Line(f"hook {endpoint.name}", endpoint.target)

    async def hear(self, delivery: Delivery) -> None:
        """Post it; only a 2xx means that the receiver has it."""
        body = event_of(delivery)
        now = self._clock.now()
        headers = signed(self._endpoint.keys(), delivery.event, int(now.timestamp()), body)
        reply = await self._line.ask(Question("POST", "", body, headers))
        refused = refusal(reply.status, reply.headers, self._clock.now())
        if refused is not None:
            raise refused

    async def close(self) -> None:
        """Let go of every connection."""
        await self._line.close()


def event_of(delivery: Delivery) -> bytes:
    """An event as CloudEvents 1.0 in JSON."""
    event = {
        "specversion": "1.0",
        "id": delivery.event,
        "source": "/ivr",
        "type": delivery.type,
        "subject": delivery.aggregate_id,
        "time": delivery.at.isoformat(),
        "seq": delivery.seq,
        "datacontenttype": "application/json",
        "data": json.loads(delivery.data),
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
