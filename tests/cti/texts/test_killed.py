"""kill -9 while texts go out: nothing is lost, and nothing is sent twice that can be known.

Two providers: one that knows a text by our id (the simulator), and one that can only be asked what
it has (Twilio). Both write down what they were handed before they answer.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.texts import Counted, TextNew
from ivr.store.tables import text_message
from ivr.store.texts.repository import SqlTexts
from ivr.store.texts.rows import Desk
from tests.fakes.fresh_store import open_fresh
from tests.fakes.nursery import fork

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore
    from tests.fakes.nursery import Forked

EACH, PEOPLE, KILLED_AFTER = 40, 5, (3, 9, 1, 14, 6)
TRUNKS = ("keyed", "asked")
CHILD = """
import asyncio, os, sys
from datetime import UTC
from itertools import count
from ivr.cti.outbox.lane import Lane, Post
from ivr.cti.outbox.worker import Worker
from ivr.cti.texts.sending import TextOffice, TextPost
from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.texts import LANE, Counted, Handed
from ivr.runtime.tasks import Tasks
from ivr.store import open_store
from ivr.store.compliance.consents import SqlConsents
from ivr.store.compliance.desk import Office
from ivr.store.compliance.pseudonyms import Pseudonyms
from ivr.store.outside.deliveries import SqlDeliveries
from ivr.store.texts.repository import SqlTexts
from ivr.store.texts.rows import Desk

class Line:
    settles_s, sender = 0.0, "+908502220000"
    def __init__(self, name):
        self.name, self.keyed = name, name == "keyed"
    async def send(self, text):
        with open(self.name, "a") as kept:
            kept.write(f"{text.id} {text.to} {text.body}\\n")
            kept.flush()
            os.fsync(kept.fileno())
        print(text.id, flush=True)
        await asyncio.sleep(0.002)
        return Handed(f"{self.name}-{text.id}")
    async def look(self, text):
        known = open(self.name).read() if os.path.exists(self.name) else ""
        return Handed(f"{self.name}-{text.id}") if text.id in known else None

async def main(url):
    store, clock, ids = open_store(url), SystemClock(), count(1)
    hidden = Pseudonyms(b"k" * 16)
    desk = Desk(lambda: f"N{next(ids)}", hidden.lasting)
    texts = SqlTexts(store.database, desk, lambda new: (new, Counted(1)))
    consents = SqlConsents(store.database, Office(hidden, desk.new_id, "TR"))
    office = TextOffice(texts, consents, clock, lambda _to: UTC)
    post = Post(SqlDeliveries(store.database), clock, lease_s=0.5)
    lanes = {LANE + n: Lane(LANE + n, TextPost(office, Line(n)), post) for n in ("keyed", "asked")}
    Worker(post, lanes, Tasks()).start()
    await asyncio.Event().wait()

asyncio.run(main(sys.argv[1]))
"""


async def queue(store: SqlStore) -> None:
    """Texts of two trunks to five people, in order; somebody writes with us, at any hour."""
    numbers = iter(range(1, 10_000))
    desk = Desk(lambda: f"T{next(numbers):025}", lambda _tenant, number: number)
    texts = SqlTexts(store.database, desk, lambda new: (new, Counted(1)))
    for number in range(EACH):
        for trunk in TRUNKS:
            to = f"+9053211122{number % PEOPLE:02}"
            key, now = f"{trunk}:{number}", SystemClock().now()
            await texts.queue(TextNew(to, f"{number:03}", key, now, trunk=trunk, in_contact=True))


async def begun(folder: Path, *, heard: bool = True) -> Forked:
    """A process that sends what is queued."""
    address = f"sqlite:///{folder / 'ivr.db'}"
    return await fork(folder, "-c", CHILD, address, log=folder / "child.log", heard=heard)


async def lives(folder: Path, sends: int) -> None:
    """A process that sends until it is killed, in the middle of something, after so many."""
    child = await begun(folder)
    async with asyncio.timeout(60):
        for _ in range(sends):
            if not await child.stdout.readline():
                break
    await child.killed()


async def states(store: SqlStore) -> list[str]:
    return await store.database.read(
        lambda it: [row.state for row in it.execute(text_message.select())]
    )


async def last_life(folder: Path, store: SqlStore) -> None:
    """A process that is left alone until everything is out."""
    child = await begun(folder, heard=False)
    clock = SystemClock()
    try:
        async with asyncio.timeout(120):
            while "queued" in await states(store):
                await clock.sleep_until(clock.now() + timedelta(milliseconds=50))
    finally:
        await child.killed()


async def test_each_text_goes_out_once_and_in_order_however_often_we_are_killed(
    tmp_path: Path,
) -> None:
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", create=True)
    await queue(store)
    for sends in KILLED_AFTER:
        await lives(tmp_path, sends)
    await last_life(tmp_path, store)
    assert set(await states(store)) == {"sent"}
    await store.close()

    for trunk in TRUNKS:
        lines = (tmp_path / trunk).read_text().splitlines()
        seen = [line.split() for line in dict.fromkeys(lines)]
        assert len(seen) == EACH
        if trunk == "asked":
            assert len(lines) == EACH, "a provider that can be asked got a text twice"
        for number in range(PEOPLE):
            mine = [body for _id, to, body in seen if to.endswith(f"22{number:02}")]
            assert mine == sorted(mine)
            assert len(mine) == EACH // PEOPLE
