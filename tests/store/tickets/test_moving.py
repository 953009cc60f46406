"""The life of a ticket: what may follow, what must be done first, and when it closes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotAllowedError
from ivr.runtime.ports.tickets import NotResolvableError
from ivr.tickets.states import TicketStateError

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


async def test_an_illegal_move_names_what_is_allowed(desk: Desk) -> None:
    ticket = await desk.open()
    with pytest.raises(TicketStateError) as refused:
        await desk.change(ticket.number, status="closed")
    assert refused.value.allowed[:2] == ("open", "waiting_customer")


async def test_everything_that_is_missing_is_told_at_once(desk: Desk) -> None:
    ticket = await desk.open(category="billing.wrong_amount")
    child = await desk.open(parent=ticket.number, blocking=True)
    with pytest.raises(NotResolvableError) as refused:
        await desk.change(ticket.number, status="resolved")
    found = {each.code: each.details for each in refused.value.failures}
    assert found["form"] == ("invoice_no",)
    assert found["checklist"] == ("Invoice checked",)
    assert found["children"] == (child.number,)
    assert "defect" in found["root-cause"]
    bare = await desk.open()
    with pytest.raises(NotResolvableError, match="no category"):
        await desk.change(bare.number, status="resolved")


async def test_with_all_of_it_done_it_is_resolved(desk: Desk) -> None:
    ticket = await desk.open(category="billing.wrong_amount")
    child = await desk.open(parent=ticket.number, blocking=True, category="card")
    await desk.tickets.check(ticket.number, 1, True, desk.act())
    await desk.change(child.number, status="resolved")
    after = await desk.change(
        ticket.number, status="resolved", root_cause="defect", custom={"invoice_no": "1234567890"}
    )
    assert (after.state, after.resolved_at, after.due_at) == ("resolved", desk.at, None)
    events = [row["type"] for row in await desk.rows("outbox_event")]
    assert events[-2:] == ["ticket.updated", "ticket.resolved"]


async def test_a_later_change_of_the_form_does_not_hold_an_old_ticket_up(desk: Desk) -> None:
    ticket = await desk.open(category="card")
    await desk.store.database.change(
        lambda it: it.exec_driver_sql("UPDATE ticket SET form_sha256 = 'older'")
    )
    assert (await desk.change(ticket.number, status="resolved")).state == "resolved"


async def test_only_a_supervisor_with_a_reason_takes_a_cancelled_one_up(desk: Desk) -> None:
    ticket = await desk.open()
    await desk.change(ticket.number, status="cancelled")
    change = desk.tickets.change
    for act in (desk.act(reason="wrong"), desk.act(supervisor=True)):
        with pytest.raises(NotAllowedError):
            await change(ticket.number, {"status": "open"}, act)
    act = desk.act(reason="it was a mistake", supervisor=True)
    assert (await change(ticket.number, {"status": "open"}, act)).state == "open"


async def test_nobody_moves_a_ticket_into_a_merge(desk: Desk) -> None:
    ticket = await desk.open()
    with pytest.raises(TicketStateError, match="merged and unmerged"):
        await desk.change(ticket.number, status="merged")


async def test_a_resolved_one_closes_after_three_business_days(desk: Desk) -> None:
    ticket = await desk.open(category="card")
    await desk.change(ticket.number, status="resolved")
    due = datetime(2026, 11, 26, 21, tzinfo=UTC)  # midnight after Thursday in Istanbul
    assert await desk.tickets.next_due() == due
    assert await desk.tickets.close_due(due.replace(hour=20)) == []
    assert await desk.tickets.close_due(due) == [ticket.number]
    assert await desk.tickets.close_due(due) == []
    after = await desk.tickets.get(ticket.number)
    assert (after.state, after.closed_at) == ("closed", due)
    assert await desk.tickets.next_due() is None


async def test_one_that_was_opened_again_does_not_close(desk: Desk) -> None:
    ticket = await desk.open(category="card")
    await desk.change(ticket.number, status="resolved")
    await desk.tickets.reopen(ticket.number, desk.later(hours=1).act())
    assert await desk.tickets.close_due(desk.later(days=30).at) == []
