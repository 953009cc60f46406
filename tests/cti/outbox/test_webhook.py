"""Durable events as signed webhooks, as a receiver sees them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cti.crm import Crm
    from tests.cti.outbox.conftest import Bed

KEY = b"k" * 32


def is_signed(headers: dict[str, str], body: bytes) -> bool:
    """Whether the signature is that of the standard, computed without our code."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(KEY, content, hashlib.sha256).digest()
    return headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


async def test_an_event_arrives_signed_with_its_own_id(bed: Bed, crm: Crm) -> None:
    made = await bed.event("hook:ops", kind="ticket.created", n=7)
    bed.hook(crm.target)
    [row] = await bed.until("done", 1)
    [(headers, body)], [event] = crm.seen, crm.events
    assert is_signed(headers, body)
    assert (headers["webhook-id"], event["id"], row.event) == (made, made, made)
    assert (event["type"], event["subject"], event["seq"]) == ("ticket.created", "T1", 1)
    assert event["data"] == {"n": 7, "word": "İğne"}
    assert event["specversion"] == "1.0"


async def test_a_repeat_has_the_same_id_and_a_fresh_signature(bed: Bed, crm: Crm) -> None:
    crm.answers = [(503, b"")]
    made = await bed.event("hook:ops")
    bed.hook(crm.target)
    [row] = await bed.until("done", 1)
    assert row.attempts == 2
    assert [headers["webhook-id"] for headers, _ in crm.seen] == [made, made]
    assert all(is_signed(headers, body) for headers, body in crm.seen)


async def test_a_redirect_is_not_followed_and_the_event_is_dead(bed: Bed, crm: Crm) -> None:
    crm.answers = [(302, b"")]
    await bed.event("hook:ops")
    bed.hook(crm.target)
    [row] = await bed.until("dead", 1)
    assert row.reason == "HTTP status 302"
    assert len(crm.seen) == 1
