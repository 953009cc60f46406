"""What the server does by itself on many tickets: one that fails holds no other up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.errors import StoreError
from ivr.store.tickets.due import ticking

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.ticket_house import Desk


def _failing(error: Exception, row: int) -> Callable[..., str]:
    close = ticking.close

    def job(operation: Any, ticket_id: int) -> str:  # noqa: ANN401 - an Operation
        if ticket_id == row:
            raise error
        return close(operation, ticket_id)

    return job


async def _two_to_close(desk: Desk) -> tuple[int, str]:
    """The row of the one that will fail, and the number of the other."""
    first, second = await desk.open(category="card"), await desk.open(category="card")
    for each in (first, second):
        await desk.change(each.number, status="resolved")
    rows = {row["number"]: row["id"] for row in await desk.rows("ticket")}
    desk.later(days=30)
    return rows[first.number], second.number


@pytest.mark.parametrize("error", [ZeroDivisionError(), StoreError("refused")])
async def test_a_fault_of_one_ticket_costs_only_that_one(
    desk: Desk, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await _two_to_close(desk)
    monkeypatch.setattr(ticking, "close", _failing(error, bad))
    assert await desk.tickets.close_due(desk.at) == [good]


async def test_a_store_that_is_away_is_told_to_who_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await _two_to_close(desk)
    away = StoreError("away", retryable=True)
    with monkeypatch.context() as patch:
        patch.setattr(ticking, "close", _failing(away, bad))
        with pytest.raises(StoreError, match="away"):
            await desk.tickets.close_due(desk.at)
    assert good in await desk.tickets.close_due(desk.at)
