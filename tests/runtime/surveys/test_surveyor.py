"""Both ends of a call in a thousand orders: one result each, the same again on a second run."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CallId, EndedBy
from ivr.domain.events import KeysCollected, LegEnded
from ivr.domain.filing import SurveyDecided
from ivr.domain.values import Sealed
from ivr.engine.step import step
from ivr.runtime.live import LiveCall, Picked
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.surveys import MemorySurveys
from ivr.runtime.ports import Entry
from ivr.runtime.surveys.surveyor import Surveyor
from ivr.surveys.files.loading import Surveys
from tests.engine.verbs.surveying import Asking, book_of
from tests.surveys.files.house import TEXT, loaded

if TYPE_CHECKING:
    from ivr.domain.events import Event
    from ivr.engine.state import State

EVERYBODY = loaded(
    TEXT.replace("rate: 50%", "rate: 100%")
    .replace("min_talk: 10s", "min_talk: 0s")
    .replace("match: interaction.queue in ['cards', 'loans', 'general']", "gap: 7d")
    .replace("    gap: 30d\n", "")
)
BOOK = book_of(EVERYBODY)


def surveyor_of(rows: MemorySurveys) -> Surveyor:
    ids = iter(range(10**9))
    known = Surveys({"support": EVERYBODY})
    return Surveyor(rows, lambda: known, VirtualClock(), lambda: f"{next(ids):026d}")


async def play(seed: int) -> tuple[str, str, int]:
    """One call with its events in an order of chance; state, reason and number of answers."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    rows = MemorySurveys(lambda _call: "+905321112233")
    await rows.publish([EVERYBODY], VirtualClock().now(), str)
    surveyor = surveyor_of(rows)
    script = Asking(BOOK).ring()
    state, commands, seq = script.now, script.all, 1
    call = LiveCall(state.call, "t", "simulator", "r", b"", 1, survey=Picked.NOT_YET)
    while True:
        writes = await surveyor.writes(call, state, commands)
        surveyor.written(call, writes)
        rows.write(Entry(state.call, 1, seq, state.last_at, "", surveys=writes))
        if state.ended:
            break
        event = something(state, dice)
        seq += 1
        state, told = step(state, event, BOOK)
        commands = list(told)
    ((one),) = await rows.of_call(CallId("CALL1"))
    return one.state, one.reason, len(await rows.answers(CallId("CALL1")))


def something(state: State, dice: random.Random) -> Event:
    """The decision, a key, silence, or the end of either side."""
    if dice.random() < 0.15:
        return LegEnded(by=dice.choice([EndedBy.CALLER, EndedBy.LOST]))
    opened = state.top.open
    if "decided" in opened:
        return SurveyDecided(turn=opened["decided"].turn, medium="voice")
    if "keys" in opened:
        key = dice.choice(["1", "4", "10", "9", "#", "*", ""])
        reason = "match" if key else "none"
        return KeysCollected(turn=opened["keys"].turn, keys=Sealed(key), reason=reason)
    return LegEnded()


@pytest.mark.unmeasured
async def test_a_thousand_orders_have_one_result_each() -> None:
    found: Counter[str] = Counter()
    for seed in range(1000):
        state, reason, answers = await play(seed)
        assert (state == "missed") is bool(reason)
        assert not answers or state in {"partial", "completed"}
        found[state] += 1
    assert set(found) == {"missed", "partial", "completed", "declined", "opted_out"}
    assert [await play(seed) for seed in range(20)] == [await play(seed) for seed in range(20)]
