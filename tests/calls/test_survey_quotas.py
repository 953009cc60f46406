"""A quota and a pause hold for real calls: the whole server on a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ivr.runtime.ports.customers import Act, NewCustomer, NewPoint
from ivr.store.tables import survey_invitation
from tests.fakes.customer_ports import open_customers
from tests.fakes.surveyed import ANI, Surveyed
from tests.surveys.files.house import changed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.domain.call import CallId

QUOTA = "    year_cap: 4\n    quota: {segment: {corporate: 1}}\n"
SURVEY = (
    changed("    year_cap: 4\n", QUOTA)
    .replace("rate: 50%", "rate: 100%")
    .replace("min_talk: 10s", "min_talk: 0s")
    .replace("media: [voice, sms]", "media: [voice]")
)
ARMED, FULL = ("armed", ""), ("suppressed", "quota_full")


@pytest.fixture
async def surveyed(
    tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Surveyed]:
    monkeypatch.chdir(tmp_path)
    made = await Surveyed.open(tmp_path, sqlite_address, SURVEY)
    act = Act("ece", made.centre.clock.now())
    desk = open_customers(made.store.database).customers
    row = await desk.add(NewCustomer("Ali", segment="corporate"), act)
    await desk.add_point(row.id, NewPoint("phone", ANI), act)
    yield made
    await made.centre.close()


async def states(surveyed: Surveyed) -> list[tuple[str, str]]:
    question = select(survey_invitation.c.state, survey_invitation.c.reason).order_by(
        survey_invitation.c.id
    )
    rows = await surveyed.store.database.read(lambda it: it.execute(question).all())
    return [(row.state, row.reason) for row in rows]


async def leaves_first(surveyed: Surveyed, call: CallId) -> None:
    await surveyed.centre.leaves(call)
    await surveyed.is_over(call)


async def test_a_call_that_ends_unasked_leaves_its_place_and_an_answer_keeps_it(
    surveyed: Surveyed,
) -> None:
    await leaves_first(surveyed, await surveyed.talks())
    assert await states(surveyed) == [("missed", "caller_left_first")]
    call = await surveyed.talks()
    assert (await states(surveyed))[1] == ARMED, "the place is free again"
    await surveyed.answers(call, ("csat", "nps"), "5", "9")
    await leaves_first(surveyed, await surveyed.talks())
    assert (await states(surveyed))[1:] == [("completed", ""), FULL]


async def test_a_paused_plan_asks_nobody_and_says_so(surveyed: Surveyed) -> None:
    surveyor = surveyed.centre.served.server.switch.ports.surveyor
    assert surveyor is not None
    await surveyor.pauses.halt("support", "after_call", halted=True)
    await leaves_first(surveyed, await surveyed.talks())
    await surveyor.pauses.halt("support", "after_call", halted=False)
    await leaves_first(surveyed, await surveyed.talks())
    assert await states(surveyed) == [
        ("suppressed", "plan_inactive"), ("missed", "caller_left_first"),
    ]  # fmt: skip
