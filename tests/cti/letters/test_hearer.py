"""Customers hear of their tickets, once, in the right words and in the right conversation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.cti.letters.hearer import LetterPost, answering
from ivr.cti.outbox.retrying import NotTakenError
from ivr.domain.errors import StoreError
from ivr.runtime.ports.mail import MailFile
from tests.cti.letters.conftest import TEXTED, notice

if TYPE_CHECKING:
    from tests.cti.letters.conftest import Letters


async def test_a_receipt_goes_out_once_and_stands_on_the_ticket(letters: Letters) -> None:
    ticket = await letters.ticket(new_customer="Ali Işık")
    await letters.hear()
    await letters.hear()
    [mail] = letters.mailer.mails
    shown = f"{ticket.number[:3]} {ticket.number[3:6]} {ticket.number[6:]}"
    assert (mail.to, mail.text, mail.automatic) == (
        "ali@example.com",
        f"Merhaba Ali Işık, {shown}",
        True,
    )
    assert mail.subject == f"[#{ticket.number}] Talebiniz alındı: Fatura yanlış"
    [note] = await letters.articles(ticket.number, "system")
    assert (note.internal, note.body) == (False, mail.text)
    assert note.message_id == f"ivr.{mail.key}@firma.example"
    assert (
        await letters.pool.intake.answers(
            "ali@example.com", letters.pool.at.min.replace(tzinfo=letters.pool.at.tzinfo)
        )
        == 1
    )


async def test_a_reply_goes_out_once_in_the_conversation(letters: Letters) -> None:
    ticket = await letters.ticket()
    kept = await letters.office.files.keep("a.pdf", "application/pdf", b"%PDF")
    said = await letters.pool.say(ticket.number, "reply", files=(kept,))
    event = await letters.last("ticket.updated")
    for _ in range(2):
        await letters.post.hear(event)
    [mail] = letters.mailer.mails
    assert (mail.subject, mail.text) == (f"[#{ticket.number}] Re: Fatura yanlış", "Merhaba")
    assert (mail.in_reply_to, list(mail.references)) == ("1@example.com", ["1@example.com"])
    assert list(mail.files) == [MailFile("a.pdf", "application/pdf", b"%PDF")]
    assert not mail.automatic
    [article] = await letters.articles(ticket.number, "reply")
    assert (article.id, article.message_id) == (said.article.id, f"ivr.{mail.key}@firma.example")
    assert letters.wishes[-1].in_contact


async def test_a_reply_of_a_request_that_may_be_repeated_goes_out_too(letters: Letters) -> None:
    ticket = await letters.ticket()
    await letters.pool.say(ticket.number, "reply", message_id="api:ayse:k@1")
    event = await letters.last("ticket.updated")
    for _ in range(2):
        await letters.post.hear(event)
    [mail] = letters.mailer.mails
    assert list(mail.references) == ["1@example.com"]
    [article] = await letters.articles(ticket.number, "reply")
    assert article.message_id == f"ivr.{mail.key}@firma.example"


async def test_a_note_and_what_the_customer_says_go_nowhere(letters: Letters) -> None:
    ticket = await letters.ticket()
    await letters.pool.say(ticket.number, "note")
    await letters.post.hear(await letters.last("ticket.updated"))
    await letters.pool.say(ticket.number, "message", "customer")
    await letters.post.hear(await letters.last("ticket.updated"))
    assert letters.mailer.mails == []


async def test_waiting_and_the_result_are_told(letters: Letters) -> None:
    ticket = await letters.ticket(category="billing")
    await letters.pool.change(ticket.number, status="waiting_customer")
    await letters.pool.change(ticket.number, status="resolved")
    await letters.hear()
    found = [mail.text for mail in letters.mailer.mails]
    assert found[1:] == ["Sizden bilgi bekliyoruz", "Bitti"]
    assert "Talebiniz çözüldü" in letters.mailer.mails[-1].subject


async def test_a_call_gets_a_text_message_that_waits(letters: Letters) -> None:
    item = {"medium": "sms", "sender_norm": "+905321112233", "sender_kind": "phone"}
    ticket = await letters.ticket(mail=item)
    await letters.hear()
    await letters.pool.say(ticket.number, "reply")
    await letters.post.hear(await letters.last("ticket.updated"))
    assert [row["to_norm"] for row in await letters.texts()] == ["+905321112233"] * 2
    assert [row["body"] for row in await letters.texts()][1] == "Merhaba"


async def test_who_is_a_machine_or_was_merged_away_gets_nothing(letters: Letters) -> None:
    await letters.ticket(mail={"refs": {"answerable": False}})
    other, into = await letters.ticket(), await letters.ticket()
    await letters.pool.tickets.merge(other.number, into.number, letters.pool.act())
    await letters.hear()
    assert [into.number in mail.subject for mail in letters.mailer.mails] == [True]


async def test_without_a_text_or_a_ticket_nothing_is_sent(letters: Letters) -> None:
    await letters.ticket()
    event = await letters.last("ticket.created")
    await letters.post.hear(replace(event, aggregate_id="0" * 26))
    bare = replace(TEXTED.catalogue, answers={})
    office = replace(letters.office, rules=lambda: replace(TEXTED, catalogue=bare))
    await LetterPost(office).hear(event)
    await letters.post.close()
    assert letters.mailer.mails == []


async def test_a_text_that_cannot_be_filled_is_given_up(letters: Letters) -> None:
    await letters.ticket()
    broken = notice("receipt", "{ticket.promised|datetime}")
    catalogue = replace(TEXTED.catalogue, answers={"receipt": broken}, policies=())
    office = replace(letters.office, rules=lambda: replace(TEXTED, catalogue=catalogue))
    event = await letters.last("ticket.created")
    ticket = await letters.pool.tickets.get(event.aggregate_id)
    if ticket.due_at is None:
        with pytest.raises(NotTakenError) as raised:
            await LetterPost(office).hear(event)
        assert raised.value.fate == "dead"


async def test_a_database_that_is_away_is_tried_again(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    await letters.ticket()

    async def away(*_args: object, **_more: object) -> None:
        raise StoreError("away", retryable=True)

    monkeypatch.setattr(letters.pool.tickets, "get", away)
    with pytest.raises(NotTakenError) as raised:
        await letters.post.hear(await letters.last("ticket.created"))
    assert raised.value.fate == "later"


async def test_a_file_that_was_destroyed_stops_the_reply(letters: Letters) -> None:
    ticket = await letters.ticket()
    kept = await letters.office.files.keep("a.pdf", "application/pdf", b"%PDF")
    await letters.pool.say(ticket.number, "reply", files=(kept,))
    await letters.office.files.drop(kept.uri)
    with pytest.raises(NotTakenError, match="a file of the reply"):
        await letters.post.hear(await letters.last("ticket.updated"))


def test_an_answer_says_so_once() -> None:
    assert answering("Fatura") == "Re: Fatura"
    assert answering("RE: Fatura") == "RE: Fatura"
