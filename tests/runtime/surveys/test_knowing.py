"""What is known of a caller, and that nothing is read that no plan looks at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.call import CallId
from ivr.engine.state import State
from ivr.flow.expressions import parse
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.surveys import MemorySurveys
from ivr.runtime.ports import Entry
from ivr.runtime.ports.asking.surveys import Chosen, Moved
from ivr.runtime.surveys.knowing import Knowing, flat
from tests.surveys.files.house import loaded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.domain.values import Value

SHOWN, NORMAL, EXTENSION = "0532 111 22 33", "+905321112233", "201"
NOW = VirtualClock().now()


class Ledger:
    """Keeps what people with a number of their own said."""

    def __init__(self, *out: str) -> None:
        self.out = set(out)

    def normal(self, number: str) -> str:
        return "" if number == EXTENSION else NORMAL

    async def is_out(self, number: str, now: datetime) -> bool:
        return self.normal(number) in self.out

    async def opt_out(self, number: str, call: str) -> bool:
        raise NotImplementedError


class Before:
    """Earlier calls: one, an hour ago."""

    def __init__(self) -> None:
        self.asked = 0

    async def by_number(self, number: str, limit: int = 5) -> list[Any]:
        self.asked += 1

        class Row:
            public_id, started_at = "c0", NOW - timedelta(hours=1)

        return [Row()]


class Rows(MemorySurveys):
    """Everybody is a corporate customer."""

    def __init__(self) -> None:
        super().__init__(lambda _: None)
        self.asked = 0

    async def customer(self, call: CallId) -> Mapping[str, Value]:
        self.asked += 1
        return {"segment": "corporate"}


def state() -> State:
    return State(CallId("c1"), "h", "+908502220000", NOW, ani=SHOWN, language="tr")


@pytest.mark.parametrize(
    ("condition", "reads"),
    [
        ("interaction.queue == 'cards'", (0, 0)),
        ("not interaction.repeat", (1, 0)),
        ("customer.segment == 'corporate'", (0, 1)),
    ],
)
async def test_only_what_a_condition_names_is_looked_up(
    condition: str, reads: tuple[int, int]
) -> None:
    rows, before = Rows(), Before()
    knowing = Knowing(rows)
    knowing.interactions = before  # type: ignore[assignment]
    facts = await knowing.facts(state(), "cards", [parse(condition), None])
    assert (before.asked, rows.asked) == reads
    assert flat(facts)["interaction_queue"] == "cards"
    assert flat(facts)["interaction_repeat"] is bool(reads[0])
    assert flat(facts)["customer_segment"] == ("corporate" if reads[1] else "")


async def test_the_customer_is_read_once_it_is_known_whose_call_it_is() -> None:
    rows = Rows()
    knowing, done = Knowing(rows), list[int]()

    async def looked_up(_call: CallId) -> None:
        done.append(rows.asked)

    knowing.looked_up = looked_up
    await knowing.facts(state(), "cards", [parse("interaction.queue == 'cards'")])
    assert done == []
    await knowing.facts(state(), "cards", [parse("customer.segment == 'corporate'")])
    assert done == [0]


async def asked_before(number: str, state: str) -> Knowing:
    rows = MemorySurveys(lambda _: number)
    survey = loaded()
    await rows.publish([survey], NOW, str)
    chosen = Chosen("1" * 26, "support", "after_call", survey.hash, "armed", "", 1.0)
    writes = (chosen, Moved("support", "offered"), Moved("support", state))
    rows.write(Entry(CallId("c0"), 1, 1, NOW, "", surveys=writes))
    knowing = Knowing(rows)
    knowing.wishes = Ledger()
    return knowing


async def test_a_number_is_the_same_in_each_form_it_is_shown_in() -> None:
    knowing = await asked_before(NORMAL, "declined")
    assert (await knowing.history(SHOWN, NOW)).invited == (NOW,)
    assert (await knowing.history("", NOW)).invited == ()


async def test_the_ledger_decides_for_whoever_can_be_kept_in_it() -> None:
    knowing = await asked_before(NORMAL, "opted_out")
    assert not (await knowing.history(SHOWN, NOW)).opted_out
    knowing.wishes = Ledger(NORMAL)
    assert (await knowing.history(SHOWN, NOW)).opted_out


async def test_an_extension_that_wanted_no_more_is_left_alone_for_good() -> None:
    knowing = await asked_before(EXTENSION, "opted_out")
    assert (await knowing.history(EXTENSION, NOW)).opted_out
