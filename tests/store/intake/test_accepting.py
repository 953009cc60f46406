"""Taking in what arrives: once each, with guesses at sender, ticket and category."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.intake import APPENDED, NEW, REJECTED
from ivr.runtime.ports.ticket_rows import NewFile

if TYPE_CHECKING:
    from tests.fakes.intake import Pool


async def test_what_arrives_is_kept_as_it_came(pool: Pool) -> None:
    file = NewFile("fatura.pdf", "application/pdf", 12, "a" * 64, "files:aa")
    accepted = await pool.arrival(files=(file,), team="billing", refs={"thread": ["x@y"]})
    item = accepted.item
    assert accepted.fresh
    assert (item.state, item.subject, item.sender_norm) == (NEW, "Fatura yanlış", "ali@example.com")
    assert (item.team, item.refs, item.claimed_by) == ("billing", {"thread": ["x@y"]}, "")
    assert [(each.filename, each.uri) for each in item.files] == [("fatura.pdf", "files:aa")]
    assert await pool.intake.get(item.id) == item


async def test_a_second_arrival_changes_nothing(pool: Pool) -> None:
    first = await pool.arrival(dedupe_key="mail:1")
    again = await pool.arrival(dedupe_key="mail:1", subject="Başka")
    assert (again.fresh, again.item) == (False, first.item)
    assert await pool.intake.known("mail:1") == first.item
    assert await pool.intake.known("mail:2") is None


async def test_one_of_many_at_the_same_moment_is_kept(pool: Pool) -> None:
    found = await asyncio.gather(*(pool.arrival(dedupe_key="same") for _ in range(10)))
    assert sum(each.fresh for each in found) == 1
    assert len({each.item.id for each in found}) == 1


async def test_a_known_address_suggests_its_customer(pool: Pool) -> None:
    whose = await pool.known()
    assert (await pool.arrive()).customer == whose
    assert (await pool.arrive(sender_norm="eve@example.com")).customer == ""
    assert (await pool.arrive(sender_norm="")).customer == ""


async def test_an_address_from_a_text_suggests_nobody(pool: Pool) -> None:
    await pool.known("ali@example.com", "text")
    assert (await pool.arrive()).customer == ""


async def test_the_category_is_that_of_the_last_time(pool: Pool) -> None:
    first = await pool.arrive()
    assert first.category == ""
    await pool.convert(first.id, category="billing")
    assert (await pool.arrive()).category == "billing"


async def test_the_category_of_a_stranger_is_that_of_most_mail(pool: Pool) -> None:
    for name in ("billing", "billing", "C-1"):
        item = await pool.arrive(sender_norm=f"{name}@example.com")
        await pool.convert(item.id, category=name)
    assert (await pool.arrive(sender_norm="new@example.com")).category == "billing"
    assert (await pool.arrive(sender_norm="new@example.com", account="x")).category == ""


async def test_a_mail_of_a_conversation_stands_on_its_ticket_at_once(pool: Pool) -> None:
    number = (await pool.open()).number
    item = await pool.arrive(state=APPENDED, ticket=number)
    assert (item.state, item.ticket, item.suggested) == (APPENDED, number, number)
    [article] = await pool.tickets.articles(number)
    assert (article.kind, article.author, article.message_id) == (
        "message",
        "ali@example.com",
        item.message_id,
    )


async def test_a_mail_about_a_solved_ticket_asks_a_person(pool: Pool) -> None:
    number = (await pool.open(category="billing")).number
    await pool.change(number, status="resolved")
    item = await pool.arrive(state=APPENDED, ticket=number)
    assert (item.state, item.suggested, item.ticket, item.reason) == (NEW, number, "", "solved")
    assert len(await pool.tickets.articles(number)) == 1


async def test_what_is_rejected_is_kept_with_its_reason(pool: Pool) -> None:
    number = (await pool.open()).number
    item = await pool.arrive(state=REJECTED, reason="auto_submitted", ticket=number)
    assert (item.state, item.reason, item.suggested) == (REJECTED, "auto_submitted", number)
    assert item.done_at == pool.at
    assert await pool.tickets.articles(number) == []


@pytest.mark.parametrize(
    "wrong", [{"medium": "owl"}, {"dedupe_key": ""}, {"body": "\0"}, {"state": "claimed"}]
)
async def test_what_cannot_be_kept_is_refused(pool: Pool, wrong: dict[str, str]) -> None:
    with pytest.raises(NotValidError):
        await pool.arrive(**wrong)
