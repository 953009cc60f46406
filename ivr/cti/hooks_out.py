"""Signed webhooks for live events of calls, by the rules of Standard Webhooks.

Headers `webhook-id`, `webhook-timestamp`, `webhook-signature`: `v1,` and the base64 of HMAC-SHA256
over `id.timestamp.body`; while a key rotates there are two signatures, the new one first. A
receiver refuses what is older than five minutes. Source: acd-cti.md 11 (1), standardwebhooks.com.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.config.outside.settings import read_key
from ivr.cti.post import DEADLINE, TOLD, InOrder, Post, Target
from ivr.runtime.streams.feed import wants

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ivr.config.secrets import Secret
    from ivr.cti.news import CallNews
    from ivr.runtime.ports import Clock
    from ivr.runtime.tasks import Tasks


def sign(keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """The header webhook-signature: one signature per key, blanks between."""
    content = f"{message_id}.{timestamp}.".encode() + body
    digests = [hmac.new(key, content, hashlib.sha256).digest() for key in keys]
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def signed(keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(keys, message_id, timestamp, body),
    }


@dataclass(frozen=True, slots=True)
class HookEndpoint:
    """One receiver. secrets: the current one, then perhaps the one before. events: `call.*` ..."""

    name: str
    target: Target
    secrets: tuple[Secret, ...]
    events: tuple[str, ...] = ("*",)

    def __post_init__(self) -> None:
        """Raises ValueError for missing, too many or bad secrets."""
        if not 1 <= len(self.secrets) <= 2:
            raise ValueError("one secret, or two while a key rotates")
        self.keys()

    def keys(self) -> list[bytes]:
        """The secrets as keys."""
        return [read_key(secret.reveal()) for secret in self.secrets]


class Hooks:
    """All receivers of webhooks; implements `Told`. new_id: makes event ids."""

    def __init__(
        self,
        endpoints: Sequence[HookEndpoint],
        clock: Clock,
        tasks: Tasks,
        new_id: Callable[[], str],
    ) -> None:
        self._clock = clock
        self._new_id = new_id
        self._ways = [
            (one, Post(f"hook {one.name}", one.target, clock), InOrder(tasks, f"hook {one.name}"))
            for one in endpoints
        ]

    def tell(self, news: CallNews) -> None:
        """Send an event of a call to all who want its type."""
        self.send(news.kind, news.call, news.at, news.plain())

    def wanted(self, kind: str) -> bool:
        """Whether anybody wants events of this type."""
        return any(wants(way[0].events, kind) for way in self._ways)

    def heard_pop(self, kind: str, payload: Mapping[str, Any]) -> None:
        """A screen pop was opened, or no desk took it: see `Popper`."""
        self.send(kind, str(payload["call_id"]), self._clock.now(), payload)

    def send(self, kind: str, call: str, at: datetime, data: Mapping[str, Any]) -> None:
        """Any live event of a call."""
        takers = [way for way in self._ways if wants(way[0].events, kind)]
        if not takers:
            return
        message_id = self._new_id()
        body = _body(message_id, kind, call, at, data)
        due = self._clock.now() + DEADLINE
        for endpoint, post, order in takers:
            job = _Delivery(self._clock, endpoint, post, message_id, body, due)
            if not order.put(call, job.run):
                TOLD.labels(post.name, "skipped").inc()

    async def close(self) -> None:
        """Let go of every connection."""
        for _endpoint, post, _order in self._ways:
            await post.close()


@dataclass(frozen=True, slots=True)
class _Delivery:
    """One event on its way to one receiver."""

    clock: Clock
    endpoint: HookEndpoint
    post: Post
    id: str
    body: bytes
    due: datetime

    async def run(self) -> None:
        timestamp = int(self.clock.now().timestamp())
        headers = signed(self.endpoint.keys(), self.id, timestamp, self.body)
        await self.post.send(self.body, headers, self.due)


def _body(message_id: str, kind: str, call: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    """CloudEvents 1.0 in JSON."""
    event = {
        "specversion": "1.0",
        "id": message_id,
        "source": "/ivr",
        "type": kind,
        "subject": call,
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
