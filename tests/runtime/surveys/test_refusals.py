"""Whoever said "never again" is kept in the ledger, also if the server died right after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import CallId
from ivr.domain.errors import StoreError
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.surveys import MemorySurveys
from ivr.runtime.ports import Entry
from ivr.runtime.ports.asking.surveys import Chosen, Moved
from ivr.runtime.surveys.refusals import EVERY, keep_refusals
from ivr.runtime.tasks import Tasks
from tests.surveys.files.house import loaded

if TYPE_CHECKING:
    from datetime import datetime

NUMBER = "+905321112233"


class Ledger:
    """What is kept; `away` for so many tries."""

    def __init__(self, away: int = 0) -> None:
        self.away = away
        self.said: list[tuple[str, str]] = []

    def normal(self, number: str) -> str:
        return number

    async def is_out(self, number: str, now: datetime) -> bool:
        raise NotImplementedError

    async def opt_out(self, number: str, call: str) -> bool:
        if self.away:
            self.away -= 1
            raise StoreError("the database is away")
        self.said.append((number, call))
        return True


async def test_what_a_dead_server_did_not_write_is_written_once() -> None:
    clock, rows, ledger, tasks = VirtualClock(), MemorySurveys(lambda _: NUMBER), Ledger(1), Tasks()
    survey = loaded()
    await rows.publish([survey], clock.now(), str)
    chosen = Chosen("1" * 26, "support", "after_call", survey.hash, "armed", "", 1.0)
    refused = (chosen, Moved("support", "offered"), Moved("support", "opted_out"))
    rows.write(Entry(CallId("c1"), 1, 1, clock.now(), "", surveys=refused))
    asked = (chosen, Moved("support", "offered"), Moved("support", "declined"))
    rows.write(Entry(CallId("c2"), 1, 1, clock.now(), "", surveys=asked))
    tasks.start(keep_refusals(rows, ledger, clock), "refusals")
    await clock.advance(0)
    assert ledger.said == []
    for _time in range(3):
        await clock.advance(EVERY.total_seconds())
    assert ledger.said == [(NUMBER, "c1")]
    await tasks.close()
