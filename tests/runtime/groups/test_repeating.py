"""What a group has decided follows once more from its record, byte for byte."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.acd import words
from ivr.acd.settings import Overflow
from ivr.domain.agent import AgentId
from ivr.domain.queue import Ticket, WaitEnd
from ivr.runtime.groups import repeating
from ivr.runtime.groups.repeating import repeat
from ivr.runtime.memory.groups import MemoryGroupLog
from ivr.runtime.ports.desk import GroupBatch
from tests.fakes.floor import RULES, Hosted

if TYPE_CHECKING:
    from ivr.domain.queue import OfferId

SECOND = 1_000_000_000


async def busy_day(hosted: Hosted, seed: int, steps: int = 80) -> None:
    """Callers come and go, agents answer or do not, and time passes with nothing in it."""
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    await hosted.login("ayse")
    for number in range(steps):
        await hosted.clock.advance(dice.choice([0.0, 0.5, 3.0, 21.0, 70.0]))
        live: list[OfferId] = [one.name for one in hosted.host.group.offers.values()]
        what = dice.random()
        if what < 0.4:
            await hosted.queue(f"c{seed}-{number}")
        elif what < 0.5:
            await hosted.happens(words.NewsAsked, ticket=Ticket(f"c{seed}-{number - 2}/1"))
        elif live and what < 0.8:
            await hosted.happens(words.OfferAnswered, offer=live[0])
        elif what < 0.9:
            await hosted.happens(words.AgentEvent, agent=AgentId("ayse"), what="call_ended")
        else:
            ticket = Ticket(f"c{seed}-{number - 1}/1")
            await hosted.happens(words.CallGone, ticket=ticket, end=WaitEnd.ABANDONED)


@pytest.mark.parametrize("seed", range(5))
async def test_every_decision_is_the_same_also_over_restarts(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeating, "PAGE", 17)
    way = Overflow(waited_ns=40 * SECOND, callback="cards")
    queue = replace(RULES.queues["cards"], overflow=(way,))
    rules = replace(RULES, queues={"cards": queue})
    log, decisions = MemoryGroupLog(), 0
    for life in range(3):
        hosted = await Hosted(log=log, rules=rules).start()
        await busy_day(hosted, seed * 10 + life)
        decisions += hosted.host.group.decided
        await hosted.close()
    found = await repeat(log, "g")
    assert (found.differ, found.found, found.skipped) == (0, [], 0)
    assert found.decisions == decisions > 0


async def test_a_decision_that_does_not_follow_is_told() -> None:
    log = MemoryGroupLog()
    hosted = await Hosted(log=log).start()
    await busy_day(hosted, 3)
    await hosted.close()
    place, number, text = log._decided["g"][4]
    log._decided["g"][4] = place, number, text.replace('"ayse"', '"can"').replace("null", '"x"')
    found = await repeat(log, "g")
    assert found.differ == 1
    (one,) = found.found
    assert (one.seq, one.repeated) == (number, text)
    del log._decided["g"][4]
    assert (await repeat(log, "g")).found[0].stored == ""


async def test_what_an_older_release_has_recorded_is_passed_over() -> None:
    log = MemoryGroupLog()
    epoch, seq = await log.claim("g")
    old = [("CallQueued", 1, '{"$":"CallQueued","shape":"of long ago"}')] * 3
    record = {"id": f"d-{epoch}-1", "seq": 900, "call": "c"}
    await log.append(GroupBatch("g", epoch, seq + 1, old, (), [record]))
    hosted = await Hosted(log=log).start()
    await busy_day(hosted, 4)
    await hosted.close()
    found = await repeat(log, "g")
    assert (found.skipped, found.differ) == (3, 0)
    assert found.decisions == hosted.host.group.decided
