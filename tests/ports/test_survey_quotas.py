"""What quotas of surveys after calls promise: never more answers than wanted, however many calls
are decided on at once; whoever is not asked after all leaves his place to the next."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CallId
from ivr.runtime.ports.asking.surveys import ByText, Chosen, Gone, Moved
from ivr.surveys.quotas import Standing, is_full
from tests.ports.conftest import NOON
from tests.ports.test_surveys import answered
from tests.surveys.files.house import changed, loaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import Entry, Store
    from ivr.runtime.ports.asking.surveys import SurveyWrite
    from ivr.surveys.model import Survey

CORPORATE = {"segment": "corporate"}
_IDS = count(1)
LEFT = Gone("caller_left_first")


def new_id() -> str:
    return f"{next(_IDS):026d}"


def limited(quota: str = "{segment: {corporate: 2}}", seed: str = "tr-cc-2026") -> Survey:
    text = changed("    year_cap: 4\n", f"    year_cap: 4\n    quota: {quota}\n")
    return loaded(text.replace("seed: tr-cc-2026", f"seed: {seed}"))


class Calls:
    """Calls that take places of a quota. survey: in force."""

    def __init__(self, store: Store, step: Callable[..., Entry], survey: Survey) -> None:
        self._store, self._step, self.survey = store, step, survey
        self._seqs: dict[str, int] = {}
        self._edits = count(1)

    async def writes(self, call: str, *surveys: SurveyWrite) -> None:
        seq = self._seqs[call] = self._seqs.get(call, 0) + 1
        entry = replace(self._step(seq, call=call), surveys=surveys)
        await self._store.journal.append(entry)

    async def enters(self, call: str, segment: str = "corporate") -> tuple[str, str]:
        """A call that its server has just decided to ask; how it stands then."""
        plan = self.survey.plans["after_call"]
        one = Chosen(new_id(), "support", plan.name, self.survey.hash, "armed", "", 0.5)
        await self.writes(call, replace(one, cell={"segment": segment}, quota=plan.quota))
        return await self.state(call)

    async def state(self, call: str) -> tuple[str, str]:
        (one,) = await self._store.surveys.of_call(CallId(call))
        return one.state, one.reason

    async def is_full(self) -> bool:
        """As whoever decides about the next call sees it."""
        plan = self.survey.plans["after_call"]
        filled = await self._store.surveys.filled([(self.survey, plan)])
        return is_full(plan.quota, Standing(CORPORATE, filled["support", "after_call"]))

    async def publish(self, survey: Survey) -> None:
        self.survey = survey
        at = NOON + timedelta(hours=next(self._edits))
        await self._store.surveys.publish([survey], at, new_id)


@pytest.fixture
async def calls(store: Store, step: Callable[..., Entry]) -> Calls:
    survey = limited()
    await store.calls.claim()
    await store.surveys.publish([survey], NOON, new_id)
    return Calls(store, step, survey)


ARMED, FULL = ("armed", ""), ("suppressed", "quota_full")
OFFERED, DONE = Moved("support", "offered"), Moved("support", "completed")


async def test_as_many_are_chosen_as_answers_are_wanted(calls: Calls) -> None:
    assert not await calls.is_full()
    assert [await calls.enters(each) for each in ("c1", "c2", "c3")] == [ARMED, ARMED, FULL]
    assert await calls.is_full()


async def test_calls_that_are_decided_on_at_once_share_the_last_place(calls: Calls) -> None:
    found = await asyncio.gather(*(calls.enters(f"c{n}") for n in range(6)))
    assert sorted(found) == [ARMED] * 2 + [FULL] * 4


async def test_whoever_belongs_to_another_part_is_not_limited(calls: Calls) -> None:
    await calls.publish(limited("{segment: {corporate: 1, private: 1}}"))
    assert [await calls.enters(each) for each in ("c1", "c2")] == [ARMED, FULL]
    assert await calls.enters("c3", "private") == ARMED


@pytest.mark.parametrize(
    "end",
    [
        (LEFT,),
        (Moved("support", "suppressed", "too_short"),),
        (OFFERED, Moved("support", "declined")),
        (OFFERED, Moved("support", "opted_out")),
        (OFFERED, answered(), LEFT),
    ],
)
async def test_a_call_that_ends_unasked_or_half_answered_leaves_its_place(
    calls: Calls, end: tuple[SurveyWrite, ...]
) -> None:
    await calls.enters("c1")
    await calls.enters("c2")
    for one in end:
        await calls.writes("c1", one)
    assert not await calls.is_full()
    assert await calls.enters("c3") == ARMED


@pytest.mark.parametrize(
    "course",
    [
        (OFFERED,),
        (OFFERED, answered()),
        (OFFERED, answered(), DONE, LEFT),
        (ByText("support", "+905321112233", NOON, NOON), LEFT),
    ],
)
async def test_whoever_may_still_answer_or_has_answered_keeps_it(
    calls: Calls, course: tuple[SurveyWrite, ...]
) -> None:
    await calls.enters("c1")
    await calls.enters("c2")
    for one in course:
        await calls.writes("c1", one)
    assert await calls.enters("c3") == FULL


async def test_half_an_answer_keeps_its_place_where_those_count(calls: Calls) -> None:
    await calls.publish(limited("{segment: {corporate: 1}, count_partials: true}"))
    await calls.enters("c1")
    for one in (OFFERED, answered(), LEFT):
        await calls.writes("c1", one)
    assert await calls.state("c1") == ("partial", "")
    assert await calls.is_full()
    assert await calls.enters("c2") == FULL


async def test_an_edited_plan_goes_on_counting_and_a_new_seed_begins_anew(calls: Calls) -> None:
    await calls.enters("c1")
    await calls.enters("c2")
    await calls.publish(limited("{segment: {corporate: 3}}"))
    assert [await calls.enters(each) for each in ("c3", "c4")] == [ARMED, FULL]
    await calls.publish(limited("{segment: {corporate: 1}}", seed="next"))
    assert not await calls.is_full()
    assert await calls.enters("c5") == ARMED


async def test_a_value_is_not_taken_for_one_that_looks_like_it(calls: Calls) -> None:
    await calls.publish(limited('{segment: {Gold: 1, gold: 1, "g%": 1}}'))
    for number, segment in enumerate(("Gold", "gold", "g%")):
        assert await calls.enters(f"c{number}", segment) == ARMED
        assert await calls.enters(f"d{number}", segment) == FULL
