"""A server with callers waiting is killed and started again: who is still there, in what order.

`ivr serve` on SQLite; callers and agents are simulated telephones over WebSockets. Two agents are
being rung up when it dies. Afterwards other agents take every caller, and the server's own record
of offers is compared with the order in which the callers came.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.load import pause
from benchmarks.table import Benchmark, Row, parameter
from ivr.runtime.tasks import Tasks
from tests.fakes.queue_kill import Crowd

if TYPE_CHECKING:
    from collections.abc import Sequence

CALLERS = 200
RUNG = ("ayse", "can")
LONGEST_S, LOOKS_EVERY_S = 1.0, 0.1
FRESH = ("deniz", "ece", "fatma", "gul")


def measure() -> Sequence[Row]:
    """One kill."""
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as name:
        return asyncio.run(_measured(Path(name), int(parameter("CALLS", CALLERS))))


async def _measured(folder: Path, callers: int) -> Sequence[Row]:
    crowd = await Crowd.open(folder, (*RUNG, *FRESH))
    try:
        await crowd.works(*RUNG)
        await crowd.waits(callers)
        for agent in RUNG:
            await crowd.phones[agent].until("rings")
        before = len(crowd.offered())
        began = time.perf_counter()
        listening_ms = await crowd.killed()
        kept = [call for call in await crowd.waiting() if call in crowd.calls]
        back = await crowd.resume(crowd.calls)
        first = await _all_served(crowd, callers)
        made = crowd.offered()[before:]
        return [
            *_places(crowd, (len(kept), back), made),
            Row("start again, calls taken over, until it listens", listening_ms, "ms"),
            Row("from the kill to the first ring", (first - began) * 1000, "ms"),
        ]
    finally:
        await crowd.close()


async def _all_served(crowd: Crowd, callers: int) -> float:
    """Agents who were not there before take everybody; when the first of them was rung up."""
    await crowd.works(*FRESH)
    await crowd.phones[FRESH[0]].until("rings")
    first = time.perf_counter()
    crowd.phones[FRESH[0]].again("rings")
    tasks = Tasks()
    for agent in FRESH:
        tasks.start(crowd.serve(agent, callers), agent)
    try:
        async with asyncio.timeout(callers * LONGEST_S):
            while crowd.bridged.total() < callers:
                await pause(LOOKS_EVERY_S)
    except TimeoutError:
        pass  # the table says how many were served
    finally:
        await tasks.close()
    return first


def _places(crowd: Crowd, there: tuple[int, int], made: Sequence[str]) -> Sequence[Row]:
    """What became of the callers. there: who waited, and who found his call. made: offers since."""
    (kept, back), callers = there, len(crowd.calls)
    served = crowd.offered("accepted")
    order = [crowd.calls.index(call) for call in dict.fromkeys(made)]
    twice = (Counter(served) | crowd.bridged) - Counter(crowd.calls)
    return [
        Row("callers who waited when it was killed", callers, ""),
        Row("kept their place", kept / callers, "of all", "kept"),
        Row("found their call again", back / callers, "of all"),
        Row("talked to an agent afterwards", len(set(served)) / callers, "of all", "served"),
        Row("order violations", sum(a > b for a, b in pairwise(order)), "", "order_violations"),
        Row("offers to telephones that were not there", len(made) - len(served), ""),
        Row("double bridges", twice.total(), "", "double_bridges"),
        Row("called abandoned", crowd.outcomes()["abandoned"], "", "abandoned"),
    ]


BENCHMARK = Benchmark(
    name="queue_kill",
    title="kill -9 with callers waiting, SQLite, simulated telephones",
    bars=("kept", "served", "order_violations", "double_bridges", "abandoned"),
    run=measure,
)
