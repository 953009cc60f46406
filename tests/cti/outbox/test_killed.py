"""kill -9 at any moment: what was committed arrives, what was not does not, each thing in order."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from ivr.runtime.ports.deliveries import PENDING
from tests.fakes.nursery import fork
from tests.fakes.pause import pause
from tests.fakes.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cti.crm import Crm
    from tests.cti.outbox.conftest import Bed

ROUNDS, THINGS = 6, 5
CHILD = """
import asyncio, sys
from ivr.config.secrets import Secret
from ivr.cti.hooks_out import HookEndpoint
from ivr.cti.outbox.lane import Lane, Post
from ivr.cti.outbox.webhook import WebhookHearer
from ivr.cti.outbox.worker import Worker
from ivr.cti.post import Target
from ivr.runtime.clock import SystemClock
from ivr.runtime.tasks import Tasks
from ivr.store import open_store
from ivr.store.outside.deliveries import SqlDeliveries
from ivr.store.outbox_events import Receiver, Telling, tell

async def main(url, hook, secret):
    store, clock = open_store(url), SystemClock()
    target = Target(Secret(hook), local=True)
    hearer = WebhookHearer(HookEndpoint("ops", target, (Secret(secret),)), clock)
    post = Post(SqlDeliveries(store.database), clock, lease_s=0.5)
    Worker(post, {"hook:ops": Lane("hook:ops", hearer, post)}, Tasks()).start()
    telling, n = Telling([Receiver("hook:ops")]), 0
    while True:
        n += 1
        event = await store.database.change(lambda it: tell(
            it, "ticket.updated", "ticket", f"T{n % 5}", {"n": n}, clock.now(), telling=telling))
        print(event, flush=True)
        await asyncio.sleep(0)

asyncio.run(main(*sys.argv[1:]))
"""


async def lives(path: Path, crm: Crm, secret: str, seconds: float) -> list[str]:
    """A process that works until it is killed; the events it said were committed."""
    words = (f"sqlite:///{path / 'ivr.db'}", crm.target.url.reveal(), secret)
    child = await fork(path, "-c", CHILD, *words, log=path / "child.log")
    first = await asyncio.wait_for(child.stdout.readline(), 30)
    await pause(seconds)
    rest = await child.killed()
    return [first.decode().strip(), *rest.decode().split("\n")[:-1]]


async def test_what_was_committed_arrives_in_order_however_often_we_are_killed(
    bed: Bed, crm: Crm, tmp_path: Path
) -> None:
    committed: list[str] = []
    for number in range(ROUNDS):
        committed += await lives(tmp_path, crm, "k" * 43 + "=", 0.05 + 0.07 * number)
    await pause(0.6)
    bed.hook(crm.target)

    async def all_told() -> bool:
        return not (await bed.deliveries.page(PENDING, limit=1)).rows

    await until(all_told, 60)
    seen = [json.loads(body) for _headers, body in crm.seen]
    assert set(committed) <= {event["id"] for event in seen}
    for about in range(THINGS):
        mine = [event for event in seen if event["subject"] == f"T{about}"]
        first_told = list(dict.fromkeys(event["seq"] for event in mine))
        assert first_told == list(range(1, len(first_told) + 1))
        assert len({event["id"] for event in mine}) == len(first_told)
