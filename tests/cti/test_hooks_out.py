"""Signed webhooks, as a receiver checks them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.config.outside.settings import LIVE_EVENTS, read_key
from ivr.config.secrets import Secret
from ivr.cti.hooks_out import HookEndpoint, Hooks, sign
from ivr.cti.news import CallNews
from ivr.cti.post import TOLD
from ivr.runtime.memory.clock import settle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.cti.conftest import Bench
    from tests.cti.crm import Crm

NEW, OLD = b"n" * 24, b"o" * 32
SECRETS = (
    Secret(f"whsec_{base64.b64encode(NEW).decode()}"),
    Secret(base64.b64encode(OLD).decode()),
)
AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def accepts(key: bytes, headers: dict[str, str], body: bytes, now: float) -> bool:
    """A receiver as the standard describes it, with nothing of ours in it."""
    stamp = headers["webhook-timestamp"]
    if abs(now - int(stamp)) > 300:
        return False
    content = f"{headers['webhook-id']}.{stamp}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    given = [part.partition(",")[2] for part in headers["webhook-signature"].split(" ")]
    return any(hmac.compare_digest(wanted, each) for each in given)


@pytest.fixture
async def hooks(crm: Crm, bench: Bench) -> AsyncIterator[Hooks]:
    endpoint = HookEndpoint("ops", crm.target, SECRETS, ("call.*",))
    made = Hooks([endpoint], bench.clock, bench.tasks, bench.made)
    yield made
    await made.close()


def news(kind: str, call: str = "c1") -> CallNews:
    return CallNews(kind, call, AT, "+905321234567", "+908502220000", queue="cards")


async def test_a_receiver_with_the_new_or_the_old_key_accepts_it(
    crm: Crm, hooks: Hooks, bench: Bench
) -> None:
    hooks.tell(news("call.queued"))
    await crm.until(1)
    headers, body = crm.seen[0]
    now = bench.clock.now().timestamp()
    assert accepts(NEW, headers, body, now)
    assert accepts(OLD, headers, body, now)
    assert not accepts(b"x" * 24, headers, body, now)
    assert not accepts(NEW, headers, body + b" ", now)
    assert not accepts(NEW, headers, body, now + 301)
    event = crm.events[0]
    assert (event["type"], event["subject"], event["id"]) == (
        "call.queued",
        "c1",
        headers["webhook-id"],
    )
    assert event["data"]["from"] == "+905321234567"
    assert (event["specversion"], event["time"]) == ("1.0", AT.isoformat())


async def test_events_of_a_call_arrive_in_order_and_only_those_asked_for(
    crm: Crm, hooks: Hooks
) -> None:
    hooks.heard_pop("pop.opened", {"call_id": "c1"})
    for kind in LIVE_EVENTS:
        if kind.startswith("call."):
            hooks.tell(news(kind))
    await crm.until(6)
    assert [event["type"] for event in crm.events] == [
        "call.queued",
        "call.offered",
        "call.answered",
        "call.held",
        "call.transferred",
        "call.ended",
    ]
    assert len({event["id"] for event in crm.events}) == 6


async def test_a_pop_is_told_to_who_asked_for_it(crm: Crm, bench: Bench) -> None:
    endpoint = HookEndpoint("ops", crm.target, SECRETS[:1], ("pop.opened",))
    hooks = Hooks([endpoint], bench.clock, bench.tasks, bench.made)
    hooks.heard_pop("pop.opened", {"call_id": "c1", "pop_id": "p1"})
    await crm.until(1)
    assert crm.events[0]["data"]["pop_id"] == "p1"
    await hooks.close()


async def test_what_waited_too_long_behind_a_slow_message_is_dropped_and_counted(
    crm: Crm, hooks: Hooks, bench: Bench
) -> None:
    before = TOLD.labels("hook ops", "late")._value.get()
    crm.gate = asyncio.Event()
    for kind in ("call.queued", "call.offered", "call.ended"):
        hooks.tell(news(kind))
    hooks.tell(news("call.queued", "c2"))
    await crm.until(2)
    await bench.clock.advance(2.1)
    crm.gate.set()
    hooks.tell(news("call.queued", "c3"))
    await crm.until(3)
    await settle()
    assert [event["subject"] for event in crm.events] == ["c1", "c2", "c3"]
    assert TOLD.labels("hook ops", "late")._value.get() == before + 2


def test_a_known_signature_of_the_standard() -> None:
    """The example of the Standard Webhooks specification, computed apart with the same inputs."""
    key = read_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    found = sign([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "text",
    ["whsec_short", "whsec_", "not base64!", base64.b64encode(b"x" * 23).decode()],
)
def test_a_bad_secret_is_refused_at_the_start(crm: Crm, text: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        HookEndpoint("ops", crm.target, (Secret(text),))


def test_one_secret_or_two_but_not_none_nor_three(crm: Crm) -> None:
    for secrets in ((), (*SECRETS, *SECRETS)):
        with pytest.raises(ValueError, match="secret"):
            HookEndpoint("ops", crm.target, secrets)
