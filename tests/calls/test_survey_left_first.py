"""Who leaves before the agent does is asked by text: the whole server on a real database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from ivr.runtime.ports.compliance import SMS, ConsentNew
from ivr.runtime.ports.customers import Act
from ivr.store.tables import METADATA
from tests.fakes.pause import pause
from tests.fakes.surveyed import AGENT, ANI, Surveyed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PATIENCE_S = 20.0


@pytest.fixture
async def surveyed(
    tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Surveyed]:
    monkeypatch.chdir(tmp_path)
    made = await Surveyed.open(tmp_path, sqlite_address)
    yield made
    await made.centre.close()


async def agreed(surveyed: Surveyed) -> None:
    """The caller said yes to surveys by text."""
    texts = surveyed.centre.served.server.texts
    assert texts is not None
    said = ConsentNew(ANI, SMS, "survey", "opt_in", "web_form")
    await texts.consents.say(said, Act("test", surveyed.centre.clock.now()))


async def rows(surveyed: Surveyed, table: str) -> list[Any]:
    question = select(METADATA.tables[table])
    return list(await surveyed.store.database.read(lambda it: it.execute(question).all()))


async def becomes(surveyed: Surveyed, *states: str, step_s: float = 0.25) -> Any:  # noqa: ANN401
    """The one invitation, once it is in one of these states."""
    for _look in range(1_000):
        found = await rows(surveyed, "survey_invitation")
        if found and found[0].state in states:
            return found[0]
        await surveyed.centre.clock.advance(step_s)
        await pause(0.005)
    raise AssertionError(f"it is {found[0].state}, never {states}")


async def test_the_caller_leaves_first_and_gets_one_text(surveyed: Surveyed) -> None:
    await agreed(surveyed)
    call = await surveyed.talks(for_s=12)
    await surveyed.centre.leaves(call)
    await surveyed.is_over(call)
    scheduled = await becomes(surveyed, "scheduled")
    assert scheduled.value_norm == ANI
    assert (scheduled.due_at - surveyed.centre.clock.now()).total_seconds() > 240
    await becomes(surveyed, "sent", "delivered", step_s=5)
    await surveyed.centre.clock.advance(60)
    texts = await rows(surveyed, "text_message")
    assert [each.origin_key for each in texts] == [f"survey:{scheduled.public_id}:1"]
    assert not surveyed.heard(call, "survey_support_offer"), "never both"


async def test_who_answered_on_the_line_gets_none(surveyed: Surveyed) -> None:
    await agreed(surveyed)
    call = await surveyed.talks(for_s=12)
    await surveyed.answers(call, ("csat", "nps"), "5", "9")
    await becomes(surveyed, "completed")
    for _look in range(40):
        await surveyed.centre.clock.advance(15)
        await pause(0.005)
    assert await rows(surveyed, "text_message") == []


async def test_never_again_said_on_the_line_ends_what_was_to_be_asked_by_text(
    surveyed: Surveyed,
) -> None:
    await agreed(surveyed)
    call = await surveyed.talks(for_s=12)
    surveyed.centre.phones[AGENT].hang_up()
    await surveyed.until(partial(surveyed.heard, call, "survey_support_offer"), 0.1)
    (armed,) = await rows(surveyed, "survey_invitation")
    table = METADATA.tables["survey_invitation"]
    other = {**armed._mapping, "public_id": "OTHER", "wave": "1", "value_norm": ANI}
    other |= {"state": "scheduled", "due_at": surveyed.centre.clock.now() + timedelta(days=1)}
    for name in ("id", "interaction_id"):
        del other[name]
    await surveyed.store.database.change(lambda it: it.execute(insert(table).values(other)))
    await surveyed.centre.trunk.press(call, "9")
    await surveyed.is_over(call)
    states: list[str] = []
    async with asyncio.timeout(PATIENCE_S):
        while states != ["opted_out", "opted_out"]:
            states = [each.state for each in await rows(surveyed, "survey_invitation")]
            await pause(0.005)
    said = [(each.medium, each.status) for each in await rows(surveyed, "consent_event")]
    assert said[-2:] == [("voice", "opt_out"), ("sms", "opt_out")]
    assert surveyed.heard(call, "survey_support_opted_out")
    assert await rows(surveyed, "text_message") == [], "it was confirmed on the line"
