"""What becomes of a letter: refused, undeliverable, too many, later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.cti.outbox.retrying import NotTakenError
from ivr.domain.errors import PortError
from ivr.tickets.consent import Refusal, Verdict

if TYPE_CHECKING:
    from tests.cti.letters.conftest import Letters


async def test_who_wants_nothing_gets_nothing_and_agents_see_why(letters: Letters) -> None:
    ticket = await letters.ticket()
    letters.verdicts[:] = [Verdict(Refusal.OPTED_OUT)] * 2
    event = await letters.last("ticket.created")
    for _ in range(2):
        await letters.post.hear(event)
    assert letters.mailer.mails == []
    [note] = await letters.articles(ticket.number, "system")
    assert (note.internal, "opted_out" in note.body) == (True, True)
    [wish, _] = letters.wishes
    assert (wish.value, wish.medium, wish.purpose) == ("ali@example.com", "email", "service")


async def test_quiet_hours_keep_nothing_from_being_written(letters: Letters) -> None:
    item = {"medium": "sms", "sender_norm": "+905321112233", "sender_kind": "phone"}
    await letters.ticket(mail=item)
    letters.verdicts.append(Verdict(Refusal.QUIET_HOURS))
    await letters.hear()
    assert len(await letters.texts()) == 1


async def test_two_machines_stop_after_three_mails_a_day(letters: Letters) -> None:
    for _ in range(5):
        await letters.ticket()
        await letters.hear()
    assert len(letters.mailer.mails) == 3


async def test_a_mail_that_was_sent_before_the_worker_died_is_not_sent_again(
    letters: Letters,
) -> None:
    ticket = await letters.ticket()
    event = await letters.last("ticket.created")
    sent = f"ivr.{event.event}@firma.example"
    await letters.pool.say(ticket.number, "system", "system", message_id=sent)
    await letters.post.hear(event)
    assert letters.mailer.mails == []


async def test_a_server_that_is_away_is_tried_again(letters: Letters) -> None:
    await letters.ticket()
    letters.mailer.refuse.append(PortError("away", retryable=True))
    event = await letters.last("ticket.created")
    with pytest.raises(NotTakenError) as raised:
        await letters.post.hear(event)
    assert (raised.value.fate, raised.value.sick) == ("later", True)
    await letters.post.hear(event)
    assert len(letters.mailer.mails) == 1


async def test_an_address_that_is_refused_is_told_to_agents(letters: Letters) -> None:
    ticket = await letters.ticket()
    letters.mailer.refuse.append(PortError("the address is refused (550)"))
    with pytest.raises(NotTakenError) as raised:
        await letters.post.hear(await letters.last("ticket.created"))
    assert raised.value.fate == "dead"
    [note] = await letters.articles(ticket.number, "system")
    assert (note.internal, "550" in note.body) == (True, True)
