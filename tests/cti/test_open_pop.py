"""One open pop: who waits for it, and what a stream still knows of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.cti.open_pop import OpenPop, last_of
from ivr.cti.payload import PopOffer
from ivr.cti.pop_timing import Times
from ivr.domain.call import CallId
from ivr.domain.queue import OfferId
from ivr.runtime.memory.clock import START, settle
from ivr.runtime.ports.desk import PopMessage

if TYPE_CHECKING:
    from tests.cti.conftest import Bench

LATER = START + timedelta(hours=1)


def pop() -> OpenPop:
    return OpenPop(
        "p1", "ayse", OfferId("o1"), CallId("c1"), PopOffer("cards"), Times(START), LATER, rev=2
    )


def message(seq: int, pop_id: str, offer: str, kind: str) -> PopMessage:
    body = json.dumps({"data": {"offer_id": offer, "type": kind, "pop_id": pop_id}})
    return PopMessage("ayse", seq, START, pop_id, 0, body, LATER)


def test_the_head_says_which_pop_and_which_version() -> None:
    head = pop().head("patch", START)
    assert (head["schema"], head["type"], head["pop_id"], head["rev"]) == (
        "pop/1",
        "patch",
        "p1",
        2,
    )
    assert (head["offer_id"], head["expires_at"]) == ("o1", LATER.isoformat())


async def test_everybody_who_waits_for_the_screen_goes_on(bench: Bench) -> None:
    one = pop()
    waits = [
        bench.tasks.start(one.on_screen(bench.clock, bench.tasks, 0.3), "wait") for _ in range(2)
    ]
    await settle()
    one.settle(result=True)
    assert [await wait for wait in waits] == [True, True]


async def test_nobody_waits_longer_than_he_wants_to(bench: Bench) -> None:
    wait = bench.tasks.start(pop().on_screen(bench.clock, bench.tasks, 0.3), "wait")
    await bench.clock.advance(0.29)
    assert not wait.done()
    await bench.clock.advance(0.02)
    assert await wait is False


def test_the_last_message_of_an_offer_counts() -> None:
    other = PopMessage("ayse", 9, START, "", 0, "{}", LATER)
    shown = [message(1, "p1", "o1", "open"), message(2, "p1", "o1", "patch"), other]
    found = last_of(shown, OfferId("o1"))
    assert found is not None
    assert found["type"] == "patch"
    assert last_of([*shown, message(3, "p1", "o1", "close")], OfferId("o1")) is None
    assert last_of(shown, OfferId("o2")) is None
