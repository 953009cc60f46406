"""What is said on tickets, and which promises it keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.tickets import NewArticle, NewFile

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


async def test_a_public_reply_meets_the_first_response_and_no_resolution(desk: Desk) -> None:
    ticket = await desk.open()
    found = await desk.say(ticket.number, "reply")
    assert (found.fresh, found.asks_agent) == (True, False)
    assert found.ticket.first_response_at == desk.at
    assert (await desk.clock(ticket.number, "first_response")).verdict == "met"
    assert (await desk.clock(ticket.number, "resolution")).state == "running"


async def test_a_note_meets_nothing(desk: Desk) -> None:
    ticket = await desk.open()
    found = await desk.say(ticket.number, "note")
    assert found.article.internal
    await desk.say(ticket.number, "reply", internal=True)
    await desk.say(ticket.number, "reply", "system")
    assert (await desk.clock(ticket.number, "first_response")).state == "running"
    assert (await desk.tickets.get(ticket.number)).first_response_at is None


async def test_a_message_after_our_reply_starts_the_next_response_once_per_burst(
    desk: Desk,
) -> None:
    ticket = await desk.open()
    await desk.say(ticket.number, "message", "customer")
    assert "next_response" not in {each.metric for each in await desk.tickets.clocks(ticket.number)}
    await desk.say(ticket.number, "reply")
    for _ in range(3):
        await desk.later(minutes=1).say(ticket.number, "message", "customer")
    assert (await desk.clock(ticket.number, "next_response")).instance == 1
    await desk.later(minutes=1).say(ticket.number, "reply")
    assert (await desk.clock(ticket.number, "next_response")).verdict == "met"
    await desk.say(ticket.number, "message", "customer")
    assert (await desk.clock(ticket.number, "next_response")).instance == 2


async def test_a_message_takes_a_ticket_that_waits_for_it_up_again(desk: Desk) -> None:
    ticket = await desk.open()
    await desk.change(ticket.number, status="waiting_customer")
    found = await desk.say(ticket.number, "message", "customer")
    assert (found.ticket.state, found.asks_agent) == ("open", False)
    await desk.change(ticket.number, status="waiting_supplier")
    assert (await desk.say(ticket.number, "message", "customer")).ticket.state == "pending_third"


async def test_a_message_on_a_solved_one_asks_a_person(desk: Desk) -> None:
    ticket = await desk.open(category="card")
    await desk.change(ticket.number, status="resolved")
    found = await desk.say(ticket.number, "message", "customer")
    assert (found.asks_agent, found.ticket.state) == (True, "resolved")


async def test_a_second_arrival_of_a_mail_gives_the_first_article(desk: Desk) -> None:
    ticket, other = await desk.open(), await desk.open()
    first = await desk.say(ticket.number, "message", "customer", message_id="a@b")
    again = await desk.say(other.number, "message", "customer", message_id="a@b")
    assert (again.fresh, again.article, again.ticket.id) == (False, first.article, ticket.id)
    assert await desk.tickets.of_messages(["a@b", "c@d"]) == {"a@b": ticket.number}
    assert await desk.tickets.of_messages([]) == {}


async def test_an_article_keeps_its_files_and_its_contact(desk: Desk) -> None:
    ticket = await desk.open()
    call = await desk.add_call("call-9")
    file = NewFile("fiş.jpg", "image/jpeg", 12, "0" * 64, "files/1")
    found = await desk.say(ticket.number, "call", interaction=call, files=(file,))
    assert found.article.interaction == call
    [kept] = found.article.files
    assert (kept.filename, kept.size_bytes, kept.purged) == ("fiş.jpg", 12, False)
    assert found.ticket.contact_count == 1
    assert (await desk.clock(ticket.number, "first_response")).verdict == "met"
    assert await desk.tickets.articles(ticket.number) == [found.article]


async def test_a_reply_counts_from_when_it_was_given_also_if_it_is_told_late(desk: Desk) -> None:
    ticket = await desk.open()
    given = desk.later(minutes=30).at
    article = NewArticle("reply", "agent", "ayşe", "Merhaba", given)
    found = await desk.tickets.append(ticket.number, article, desk.later(hours=3).act())
    assert found.ticket.first_response_at == given
    clock = await desk.clock(ticket.number, "first_response")
    assert (clock.verdict, clock.counted_s) == ("met", 1800)


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "shout"}, {"kind": "message"}, {"author_kind": "robot"}, {"body": "a\0"}],
)
async def test_what_is_no_article_is_refused(desk: Desk, wrong: dict[str, str]) -> None:
    ticket = await desk.open()

    plain = NewArticle("reply", "agent", "ayşe", "x", desk.at)
    article = replace(plain, **wrong)  # type: ignore[arg-type]  # its fields
    with pytest.raises(NotValidError):
        await desk.tickets.append(ticket.number, article, desk.act())
