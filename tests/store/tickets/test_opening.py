"""Opening tickets: once for each origin key, with numbers that have no gap."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.tickets import NewTicket
from ivr.store.desk.audit import SqlAudit

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


async def test_a_ticket_gets_the_first_number_of_the_year(desk: Desk) -> None:
    opened = await desk.opening(category="billing.wrong_amount")
    assert opened.fresh
    assert opened.ticket.number == "260000019"
    assert (await desk.open()).number == "260000024"


async def test_what_is_not_given_comes_from_the_category(desk: Desk) -> None:
    ticket = await desk.open(category="billing.wrong_amount")
    found = (ticket.kind, ticket.priority, ticket.severity, ticket.team, ticket.status)
    assert found == ("complaint", 3, 2, "billing", "new")
    assert [item.text for item in await desk.tickets.checklist(ticket.number)] == [
        "Invoice checked",
        "Refund opened",
    ]
    bare = await desk.open()
    assert (bare.kind, bare.priority, bare.severity, bare.team) == ("request", 2, 1, "")


async def test_what_is_given_wins(desk: Desk) -> None:
    ticket = await desk.open(
        category="billing.wrong_amount", priority=1, severity=3, team="cards", kind="question"
    )
    assert (ticket.priority, ticket.severity, ticket.team) == (1, 3, "cards")
    assert ticket.kind == "question"


async def test_vip_and_emergency_raise_the_priority(desk: Desk) -> None:
    vip = await desk.add_customer("C" * 26, vip_rank=1)
    assert (await desk.open(category="billing", customer=vip)).priority == 3
    assert (await desk.open(category="billing.wrong_amount", customer=vip)).priority == 4
    assert (await desk.open(category="billing", emergency=True)).priority == 4


async def test_a_repeat_gives_the_same_ticket(desk: Desk) -> None:
    first = await desk.opening(origin_key="call:1:complain:1")
    again = await desk.opening(origin_key="call:1:complain:1", subject="other words")
    assert (again.fresh, again.ticket) == (False, first.ticket)
    assert (await desk.opening(origin_key="call:1:complain:2")).fresh


async def test_many_at_once_have_numbers_without_gap_or_double(desk: Desk) -> None:
    keys = [f"call:{n % 20}:x:1" for n in range(40)]
    opened = await asyncio.gather(*(desk.opening(origin_key=key) for key in keys))
    numbers = sorted({each.ticket.number[2:8] for each in opened})
    assert numbers == [f"{n:06}" for n in range(1, 21)]
    assert sum(each.fresh for each in opened) == 20


async def test_a_ticket_that_is_refused_uses_no_number(desk: Desk) -> None:
    with pytest.raises(NotValidError, match="no category"):
        await desk.open(category="nothing")
    with pytest.raises(NotValidError, match="tag"):
        await desk.open(tags=("",))
    assert (await desk.open()).number == "260000019"


async def test_values_of_the_form_are_checked_but_some_may_follow(desk: Desk) -> None:
    wrong = "billing.wrong_amount"
    with pytest.raises(NotValidError, match="invoice_no has 3 digits"):
        await desk.open(category=wrong, custom={"invoice_no": "123"})
    ticket = await desk.open(category=wrong, custom={"amount": "10.50"})
    assert ticket.custom == {"amount": 1050}
    assert len(ticket.form) == 12


async def test_the_contact_it_came_from_is_linked(desk: Desk) -> None:
    call = await desk.add_call("call-1")
    ticket = await desk.open(interaction=call)
    assert (ticket.interaction, ticket.contact_count) == (call, 1)
    [link] = await desk.rows("ticket_interaction")
    assert link["role"] == "opened"
    assert await desk.tickets.of_interaction(call) == [ticket]


async def test_it_may_stand_below_another_one_and_follow_one_up(desk: Desk) -> None:
    above = await desk.open()
    below = await desk.open(parent=above.number, follows=above.id, blocking=True)
    assert (below.parent, below.blocking) == (above.number, True)
    assert await desk.tickets.children(above.number) == [below]
    [link] = await desk.tickets.links(below.number)
    assert (link.kind, link.other, link.mine) == ("follow_up_of", above.number, True)


async def test_tags_customer_and_words_are_kept(desk: Desk) -> None:
    ali = await desk.add_customer("A" * 26)
    ticket = await desk.open(customer=ali, tags=("b", "a", "a"), description="İade İSTİYORUM")
    assert (ticket.customer, ticket.customer_name) == (ali, "Ali Işık")
    assert ticket.tags == ("a", "b")
    [row] = await desk.rows("ticket")
    assert row["search_fold"] == "260000019 cagri fatura iade istiyorum"


async def test_it_is_told_and_written_down(desk: Desk) -> None:
    ticket = await desk.open(category="card")
    [event] = await desk.rows("outbox_event")
    assert (event["type"], event["aggregate_id"]) == ("ticket.created", ticket.id)
    assert '"category":"card"' in event["payload"]
    [row] = await desk.store.audit.recent()
    assert (row.what, row.about) == ("ticket.open", "ticket:260000019")
    assert await SqlAudit(desk.store.database).broken() is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": " "},
        {"subject": "a\0b"},
        {"kind": "wish"},
        {"customer": "nobody"},
        {"contact": "+905321234567"},
        {"product": "none"},
        {"asset": "none"},
        {"interaction": "none"},
        {"parent": "260000019"},
        {"origin_key": ""},
        {"origin_key": "x" * 201},
    ],
)
async def test_what_is_wrong_is_refused(desk: Desk, wrong: dict[str, str]) -> None:
    new = replace(NewTicket("k", "s", "voice"), **wrong)  # type: ignore[arg-type]  # its fields
    with pytest.raises(NotValidError):
        await desk.tickets.open(new, desk.act())
    assert await desk.rows("ticket") == []
