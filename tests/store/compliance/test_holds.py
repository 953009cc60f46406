"""Orders to keep: over one customer with all that was merged into him, or over everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.store.compliance.holds import SqlHolds, is_held
from ivr.store.compliance.subjects import subject_of

if TYPE_CHECKING:
    from tests.fakes.forgotten import Life


async def _held(life: Life, who: str) -> bool:
    return await life.store.database.read(lambda it: is_held(it, 1, subject_of(it, 1, who).ids))


async def test_a_hold_stands_over_one_until_it_is_ended(life: Life) -> None:
    holds = SqlHolds(life.store.database, life.office)
    row = await holds.add(life.she, "dava 2026/1", life.act("boss"))
    assert (row.customer, row.by, row.at, row.ended_at) == (life.she, "boss", life.at, None)
    assert (await _held(life, life.she), await _held(life, life.other)) == (True, False)
    ended = await holds.end(row.id, life.act("ece"))
    assert (ended.ended_by, ended.ended_at) == ("ece", life.at)
    assert not await _held(life, life.she)
    with pytest.raises(IllegalTransitionError):
        await holds.end(row.id, life.act("ece"))
    assert (await holds.list(), len(await holds.list(live=False))) == ([], 1)


async def test_one_over_nobody_in_particular_stands_over_everybody(life: Life) -> None:
    holds = SqlHolds(life.store.database, life.office)
    await holds.add("", "inceleme", life.act("boss"))
    assert (await _held(life, life.she), await _held(life, life.other)) == (True, True)


async def test_an_order_needs_a_reason_and_a_customer_who_is_there(life: Life) -> None:
    holds = SqlHolds(life.store.database, life.office)
    with pytest.raises(NotValidError):
        await holds.add(life.she, " ", life.act("boss"))
    with pytest.raises(NotFoundError):
        await holds.add("nobody", "dava", life.act("boss"))
    with pytest.raises(NotFoundError):
        await holds.end("nothing", life.act("boss"))
