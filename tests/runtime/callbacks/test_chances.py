"""Somebody is called back when he will hardly wait, and never at night."""

from __future__ import annotations

from datetime import UTC

from ivr.acd.callbacks import Callback, Step, Wish, advance, promise
from ivr.acd.settings import MINUTE, SECOND
from ivr.acd.words import Row
from ivr.domain.agent import Reach
from ivr.domain.calendar import Calendar
from ivr.flow.world import QueueShape, World
from ivr.runtime.callbacks.chances import Chances, last_ns
from tests.acd.house import House, card, queue

NOON = 12 * 60 * MINUTE
NIGHT = 22 * 60 * MINUTE


def house(*names: str) -> House:
    """A queue and its agents, at noon."""
    made = House(queue(), agents=[card(name, number) for number, name in enumerate(names, 1)])
    made.at = NOON
    return made


def chances(made: House, world: World | None = None) -> Chances:
    return Chances(lambda: made.group, lambda: world or World(), lambda: UTC)


def due(since: int = NOON - MINUTE, tries: int = 0) -> Callback:
    kept = promise(Wish("+90532", "q", "+90532", since, 120 * MINUTE), "p-1", "1", NOON)
    kept = advance(kept, Step.DUE)
    for _try in range(tries):
        for step in (Step.RESERVE, Step.DIAL, Step.FAIL):
            kept = advance(kept, step)
    return kept


def may(made: House, kept: Callback, now: int = NOON, before: int = 0) -> bool:
    return chances(made).may_call(kept, Reach.SIP, before, now)


def test_a_free_agent_is_enough() -> None:
    assert may(house("a"), due())


def test_one_free_agent_is_enough_for_one() -> None:
    assert not may(house("a"), due(), before=1)
    assert may(house("a", "b"), due(), before=1)


def test_an_agent_who_cannot_be_connected_is_not_free() -> None:
    assert not chances(house("a")).may_call(due(), Reach.SIMULATOR, 0, NOON)


def test_nobody_is_called_for_whom_nobody_is_free() -> None:
    assert not may(house(), due())


def test_what_was_never_tried_is_tried_at_its_end() -> None:
    last = last_ns(due())
    assert last == NOON + 105 * MINUTE
    assert not may(house(), due(), last - 1)
    assert may(house(), due(), last)
    assert not may(house(), due(tries=1), last)


def test_a_queue_that_is_not_there_calls_nobody() -> None:
    made = house("a")
    made.group.queues.clear()
    assert not may(made, due())


def answers(found: Chances, made: House, every: int, count: int = 9) -> None:
    """Agents get callers, one after the other, the last one now."""
    for number in range(count):
        made.group.now = NOON - (count - 1 - number) * every
        for command in rows("answered"):
            found.heard(command)


def rows(end: str) -> list[Row]:
    return [Row(kind="waiting", key="t", columns={"queue": "q", "live": False, "end": end})]


def test_the_next_one_is_called_where_agents_become_free_quickly() -> None:
    made = house("a")
    made.call("c1")
    found = chances(made)
    assert not found.may_call(due(), Reach.SIP, 0, NOON)
    answers(found, made, 10 * SECOND)
    assert found.may_call(due(), Reach.SIP, 0, NOON)
    assert not found.may_call(due(), Reach.SIP, 1, NOON), "somebody else is the next"


def test_where_they_do_not_he_is_left_in_peace() -> None:
    made = house("a")
    made.call("c1")
    found = chances(made)
    answers(found, made, 60 * SECOND)
    assert not found.may_call(due(), Reach.SIP, 0, NOON)


def test_it_is_shut_at_night_and_while_the_queue_is_closed() -> None:
    found = chances(house("a"))
    assert not found.shut("q")(NOON)
    assert found.shut("q")(NIGHT)
    never = Calendar(UTC, ((),) * 7)
    shape = QueueShape("q", hours="branch")
    world = World(queue_shapes={"q": shape}, calendars={"branch": never})
    assert chances(house("a"), world).shut("q")(NOON)
    assert not chances(house("a"), world).shut("other")(NOON)
