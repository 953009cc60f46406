"""What becomes of an item: a ticket, a message on one, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.ports.intake import (
    APPENDED,
    CONVERTED,
    REJECTED,
    SPAM,
    Conversion,
    NotClaimedError,
)
from ivr.runtime.ports.ticket_rows import NewFile

if TYPE_CHECKING:
    from tests.fakes.intake import Pool


async def test_an_item_becomes_a_ticket_with_its_message(pool: Pool) -> None:
    file = NewFile("a.pdf", "application/pdf", 1, "a" * 64, "files:a")
    item = await pool.arrive(files=(file,))
    settled = await pool.convert(item.id, category="billing.wrong_amount")
    ticket = settled.ticket
    assert (ticket.subject, ticket.source, ticket.team) == ("Fatura yanlış", "email", "billing")
    assert (ticket.opened_by, ticket.kind) == ("ayşe", "complaint")
    assert (settled.item.state, settled.item.ticket) == (CONVERTED, ticket.number)
    [article] = await pool.tickets.articles(ticket.number)
    assert (article.body, article.message_id) == (item.body, item.message_id)
    assert [each.filename for each in article.files] == ["a.pdf"]
    assert await pool.tickets.of_messages([item.message_id]) == {item.message_id: ticket.number}


async def test_pressing_the_button_twice_opens_one_ticket(pool: Pool) -> None:
    item = await pool.arrive()
    first = await pool.convert(item.id)
    again = await pool.intake.convert(item.id, Conversion(subject="x"), pool.act())
    assert again.ticket == first.ticket


async def test_only_what_is_claimed_becomes_a_ticket(pool: Pool) -> None:
    item = await pool.arrive()
    with pytest.raises(NotClaimedError):
        await pool.intake.convert(item.id, Conversion(), pool.act())
    with pytest.raises(NotFoundError):
        await pool.intake.convert("0" * 26, Conversion(), pool.act())


async def test_a_known_sender_is_the_customer_and_is_reached_where_he_wrote_from(
    pool: Pool,
) -> None:
    whose = await pool.known()
    item = await pool.arrive()
    ticket = (await pool.convert(item.id)).ticket
    assert (ticket.customer, ticket.contact) == (whose, "ali@example.com")
    assert len(await pool.customers.points(whose)) == 1


async def test_a_stranger_becomes_a_customer_if_somebody_says_so(pool: Pool) -> None:
    item = await pool.arrive()
    ticket = (await pool.convert(item.id, new_customer="Ali Işık")).ticket
    assert (ticket.customer_name, ticket.contact) == ("Ali Işık", "ali@example.com")
    [point] = await pool.customers.points(ticket.customer)
    assert (point.confidence, point.verified_at) == (20, None)
    other = await pool.arrive(sender_norm="eve@example.com")
    assert (await pool.convert(other.id)).ticket.customer == ""


async def test_another_address_of_a_customer_is_kept_as_hardly_sure(pool: Pool) -> None:
    whose = await pool.known()
    item = await pool.arrive(sender_norm="ali.isik@example.net")
    ticket = (await pool.convert(item.id, customer=whose)).ticket
    assert ticket.contact == "ali.isik@example.net"
    assert len(await pool.customers.points(whose)) == 2


async def test_the_values_of_a_form_stand_on_the_ticket(pool: Pool) -> None:
    values = {"invoice_no": "1234567890"}
    item = await pool.arrive(medium="web", form={"values": values}, category="billing.wrong_amount")
    ticket = (await pool.convert(item.id)).ticket
    assert (ticket.category, ticket.custom) == ("billing.wrong_amount", values)


async def test_what_the_ticket_cannot_be_leaves_the_item_as_it_was(pool: Pool) -> None:
    item = await pool.arrive()
    with pytest.raises(NotValidError):
        await pool.convert(item.id, category="nothing.such")
    assert (await pool.intake.get(item.id)).state == "claimed"
    assert await pool.rows("ticket") == []


async def test_a_message_is_put_on_a_ticket(pool: Pool) -> None:
    number = (await pool.open()).number
    item = await pool.arrive()
    await pool.intake.claim(item.id, pool.act())
    settled = await pool.intake.append(item.id, number, pool.act())
    assert (settled.item.state, settled.item.ticket) == (APPENDED, number)
    assert (await pool.intake.append(item.id, number, pool.act())).item == settled.item
    assert len(await pool.tickets.articles(number)) == 1


async def test_a_solved_ticket_is_opened_again_with_one_key(pool: Pool) -> None:
    number = (await pool.open(category="billing")).number
    await pool.change(number, status="resolved")
    item = await pool.arrive(state=APPENDED, ticket=number)
    await pool.intake.claim(item.id, pool.act())
    settled = await pool.intake.append(item.id, number, pool.act(), reopen=True)
    assert (settled.ticket.status, settled.ticket.reopen_count) == ("open", 1)
    assert len(await pool.tickets.articles(number)) == 1


async def test_appending_to_no_ticket_is_refused(pool: Pool) -> None:
    item = await pool.arrive()
    await pool.intake.claim(item.id, pool.act())
    with pytest.raises(NotValidError, match="260000019"):
        await pool.intake.append(item.id, "260000019", pool.act())


async def test_rejecting_needs_a_reason_and_spam_none(pool: Pool) -> None:
    one, two = [(await pool.arrive()).id for _ in range(2)]
    for item in (one, two):
        await pool.intake.claim(item, pool.act())
    with pytest.raises(NotValidError, match="reason"):
        await pool.intake.reject(one, pool.act())
    row = await pool.intake.reject(one, pool.act(reason="not ours"))
    assert (row.state, row.reason, row.done_at) == (REJECTED, "not ours", pool.at)
    assert (await pool.intake.reject(two, pool.act(), spam=True)).state == SPAM


async def test_what_is_done_is_audited_without_words_of_the_customer(pool: Pool) -> None:
    item = await pool.arrive()
    await pool.convert(item.id, new_customer="Ali Işık")
    rows = await pool.rows("audit_log")
    assert "intake.convert" in [row["what"] for row in rows]
    assert "Ali" not in str([row["body"] for row in rows])
    assert "ali@" not in str([row["body"] for row in rows])
