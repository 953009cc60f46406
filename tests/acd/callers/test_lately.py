"""How waits ended of late, also before a restart; seen as alarms and the wallboard see it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.acd.callers.lately import NONE, Lately, counts_late, with_late
from ivr.acd.settings import MINUTE, SECOND, Counted, Nobody
from ivr.acd.telling.counts import Ended
from ivr.domain.call import CallId
from ivr.domain.queue import Ticket, WaitEnd
from tests.acd.house import House, card, queue

RULE = queue(service_level_ns=20 * SECOND, nobody=Nobody(join=(), leave=()))


def abandoned(at: int, name: str = "q") -> Ended:
    return Ended(Ticket("t"), CallId("c"), name, at - SECOND, at, WaitEnd.ABANDONED)


def test_waits_of_before_a_restart_are_known_in_whatever_order_they_are_told() -> None:
    lately, now = Lately(), 100 * MINUTE
    waits = [abandoned(now - minutes * MINUTE) for minutes in (5, 40, 20)]
    lately.restore([*waits, abandoned(now, "gone")], {"q": RULE})
    assert lately.within("q", now, 30 * MINUTE).abandoned == 2
    assert lately.within("gone", now, 30 * MINUTE) == NONE


def test_who_waits_for_too_long_counts_as_having_given_up() -> None:
    house = House(RULE, agents=[card("ada", 1)])
    house.agent("ada", "set_break", reason="break")
    house.call("t1")
    house.wait(15)
    house.call("t2")
    house.wait(6)
    found = with_late(NONE, house.group.queues["q"], house.at)
    assert found == replace(NONE, abandoned=1)


@pytest.mark.parametrize(
    ("variant", "counted", "late"),
    [
        ("F3", Counted(), True),
        ("F2", Counted(), False),
        ("F8", Counted(abandoned=False), False),
        ("F8", Counted(abandoned=True), True),
    ],
)
def test_a_formula_without_those_who_give_up_knows_of_nobody_who_waits_too_long(
    variant: str, counted: Counted, late: bool
) -> None:
    rule = replace(RULE, service_level=variant, service_counted=counted)
    assert counts_late(rule) is late
