"""Where a ticket came from, and what was sent without a person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.ports.intake import APPENDED
from ivr.store.intake.origins import MOST_THREAD

if TYPE_CHECKING:
    from tests.fakes.intake import Pool


async def test_an_answer_knows_the_item_and_the_conversation(pool: Pool) -> None:
    item = await pool.arrive()
    number = (await pool.convert(item.id)).ticket.number
    said = await pool.later(minutes=1).say(number, "reply")
    await pool.intake.sent(said.article.id, "ivr.1@firma.example", pool.act())
    await pool.intake.sent(said.article.id, "ivr.2@firma.example", pool.act())
    later = await pool.arrive(received_at=pool.later(minutes=1).at, state=APPENDED, ticket=number)
    origin = await pool.intake.origin(number)
    assert origin.item.id == item.id
    assert origin.last_id == later.message_id
    assert origin.thread == (item.message_id, "ivr.1@firma.example", later.message_id)


async def test_a_long_conversation_keeps_its_beginning_and_its_end(pool: Pool) -> None:
    item = await pool.arrive()
    number = (await pool.convert(item.id)).ticket.number
    for _ in range(30):
        last = await pool.arrive(
            received_at=pool.later(minutes=1).at, state=APPENDED, ticket=number
        )
    thread = (await pool.intake.origin(number)).thread
    assert len(thread) == MOST_THREAD
    assert (thread[0], thread[-1]) == (item.message_id, last.message_id)


async def test_a_ticket_of_a_call_came_from_no_item(pool: Pool) -> None:
    assert await pool.intake.origin((await pool.open()).number) is None
    assert await pool.intake.origin("260000019999") is None


async def test_a_mail_without_a_message_id_is_in_no_conversation(pool: Pool) -> None:
    item = await pool.arrive(message_id="", dedupe_key="mail:sha256:abc")
    number = (await pool.convert(item.id)).ticket.number
    origin = await pool.intake.origin(number)
    assert (origin.last_id, origin.thread) == ("", ())


async def test_automatic_answers_are_counted_by_sender_and_time(pool: Pool) -> None:
    for _ in range(2):
        await pool.intake.answered("ali@example.com", pool.later(hours=1).at)
    await pool.intake.answered("eve@example.com", pool.at)
    assert await pool.intake.answers("ali@example.com", pool.at - timedelta(days=1)) == 2
    assert await pool.intake.answers("ali@example.com", pool.at - timedelta(minutes=1)) == 1
