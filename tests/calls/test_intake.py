"""Mail comes in by a real IMAP server, becomes a ticket, is answered by a real SMTP server, and the
customer's answer finds the ticket."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from ivr.app.compliance import compliance_on
from ivr.domain.errors import StoreError
from ivr.runtime.ports.compliance import ConsentNew
from ivr.runtime.ports.customers import Act as CustomerAct
from ivr.runtime.ports.intake import APPENDED, NEW, REJECTED, Conversion, ItemFilter
from ivr.runtime.ports.ticket_rows import AGENT, MESSAGE, REPLY, SYSTEM, Act, NewArticle
from ivr.store import SqlStore
from tests.fakes.dovecot import PASSWORD, running
from tests.fakes.mail_server import MailServer
from tests.fakes.served import Served, shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    from ivr.app.tickets import TicketHouse
    from ivr.runtime.ports.intake import ItemRow
    from ivr.runtime.ports.ticket_rows import ArticleRow, TicketRow
    from tests.fakes.dovecot import Dovecot, Mailbox

HIM = "ali@example.com"
US = "destek@firma.example"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        yield server


@pytest.fixture
def sending() -> Iterator[MailServer]:
    made = MailServer()
    made.start()
    yield made
    made.stop()


@dataclass
class Desk:
    """A server with its mailbox, and an agent before it."""

    served: Served
    house: TicketHouse
    box: Mailbox
    sending: MailServer

    def act(self, reason: str = "") -> Act:
        return Act("ayse", self.served.server.switch.ports.clock.now(), reason)

    async def items(self, *states: str) -> list[ItemRow]:
        return list((await self.house.intake.list(ItemFilter(states=states))).rows)

    async def until(self, what: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401
        """What it gives, once it gives something."""
        async with asyncio.timeout(20):
            while not (found := await what()):
                clock = self.served.server.switch.ports.clock
                await clock.sleep_until(clock.now() + timedelta(milliseconds=20))
            return found

    async def mails(self, count: int) -> list[EmailMessage]:
        """What we have sent, once there are so many."""

        async def there() -> bool:
            return len(self.sending.mails) >= count

        await self.until(there)
        return self.sending.mails

    async def ticket(self, **how: Any) -> TicketRow:  # noqa: ANN401 - of Conversion
        """The oldest new item, claimed and made a ticket."""
        [item, *_] = await self.until(lambda: self.items(NEW))
        await self.house.intake.claim(item.id, self.act())
        settled = await self.house.intake.convert(item.id, Conversion(**how), self.act())
        return settled.ticket

    async def said(self, number: str, kind: str, count: int = 1) -> list[ArticleRow]:
        """The articles of a kind, once there are so many."""

        async def there() -> list[ArticleRow]:
            rows = [each for each in await self.house.tickets.articles(number) if each.kind == kind]
            return rows if len(rows) >= count else []

        found: list[ArticleRow] = await self.until(there)
        return found

    async def reply(self, number: str, text: str) -> ArticleRow:
        now = self.act().at
        article = NewArticle(REPLY, AGENT, "ayse", text, now)
        return (await self.house.tickets.append(number, article, self.act())).article


def mail(subject: str, text: str, **headers: str) -> bytes:
    """A mail of his."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Ali Işık <{HIM}>", US, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


@pytest.fixture
async def desk(
    tmp_path: Path, dovecot: Dovecot, sending: MailServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    box = dovecot.mailbox(f"u{tmp_path.name}")
    secret = tmp_path / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    secret.chmod(0o600)
    account = (
        f'mail:\n  destek: {{imap: "imap://127.0.0.1:{dovecot.plain}", user: {box.user},'
        f' password: "${{file:{secret}}}", from: "Destek <{US}>", poll: 50ms, start: all}}\n'
        f'  out: {{smtp: "smtp://127.0.0.1:{sending.port}", from: "Destek <{US}>"}}\n'
    )
    path = shipped(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + account, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = await Served.start(path)
    assert made.server.house is not None
    yield Desk(made, made.server.house, box, sending)
    await made.close()


async def test_a_mail_becomes_a_ticket_and_the_answer_to_our_answer_finds_it(desk: Desk) -> None:
    desk.box.put(mail("Fatura yanlış", "Faturam yanlış, ığüşöç.", Message_ID="<a1@example.com>"))
    ticket = await desk.ticket(category="cards.renewal", new_customer="Ali Işık")
    assert (ticket.subject, ticket.source, ticket.contact) == ("Fatura yanlış", "email", HIM)

    [receipt] = await desk.mails(1)
    mark = f"[#{ticket.number}]"
    assert receipt["To"] == HIM
    assert receipt["Auto-Submitted"] == "auto-replied"
    assert mark in receipt["Subject"]
    assert receipt["In-Reply-To"] == "<a1@example.com>"
    assert "Merhaba Ali Işık" in receipt.get_content()
    [notice] = await desk.said(ticket.number, SYSTEM)
    assert f"<{notice.message_id}>" == receipt["Message-ID"]

    await desk.reply(ticket.number, "Düzelttik, iyi günler. Ayşe")
    [_, answer] = await desk.mails(2)
    assert (answer["Subject"], answer["Auto-Submitted"]) == (f"{mark} Re: Fatura yanlış", None)
    assert "Düzelttik" in answer.get_content()
    assert "<a1@example.com>" in answer["References"]

    desk.box.put(mail("Teşekkürler", "Sağ olun.\n\n> Düzelttik", In_Reply_To=answer["Message-ID"]))
    [_, thanks] = await desk.said(ticket.number, MESSAGE, 2)
    assert (thanks.author, thanks.body.strip()) == (HIM, "Sağ olun.")
    [item] = await desk.items(APPENDED)
    assert item.ticket == ticket.number
    assert len(desk.sending.mails) == 2


async def test_what_a_machine_sends_is_kept_and_never_answered(desk: Desk) -> None:
    desk.box.put(mail("Out of office", "x", Message_ID="<b1@e.com>", Auto_Submitted="auto-replied"))
    desk.box.put(mail("Bülten", "x", Message_ID="<b2@e.com>", List_Id="<news.e.com>"))
    ticket = await desk.ticket()
    assert ticket.subject == "Bülten"
    [rejected] = await desk.items(REJECTED)
    assert (rejected.subject, rejected.reason) == ("Out of office", "auto_submitted")
    await desk.reply(ticket.number, "Merhaba")
    [only] = await desk.mails(1)
    assert only["Auto-Submitted"] is None


async def test_a_number_in_the_subject_needs_somebody_of_that_ticket(desk: Desk) -> None:
    desk.box.put(mail("Soru", "x", Message_ID="<c1@e.com>"))
    ticket = await desk.ticket()
    await desk.mails(1)
    subject = f"Re: [#{ticket.number}] Soru"
    desk.box.put(mail(subject, "benim", Message_ID="<c2@e.com>"))
    await desk.said(ticket.number, MESSAGE, 2)
    stranger = mail(subject, "gizli", Message_ID="<c3@e.com>").replace(b"ali@", b"eve@")
    desk.box.put(stranger)
    [item] = await desk.until(lambda: desk.items(NEW))
    assert (item.sender, item.suggested) == ("eve@example.com", ticket.number)
    assert len(await desk.said(ticket.number, MESSAGE)) == 2


async def test_a_mail_that_cannot_be_delivered_is_told_to_the_agent(desk: Desk) -> None:
    desk.sending.rcpt_answers = ["550 no such user"]
    desk.box.put(mail("Soru", "x", Message_ID="<d1@e.com>"))
    ticket = await desk.ticket()
    [note] = await desk.said(ticket.number, SYSTEM)
    assert note.internal
    assert "550" in note.body
    assert not desk.sending.mails


async def test_a_mail_server_that_is_away_for_a_while_costs_no_mail(desk: Desk) -> None:
    desk.sending.answers = ["451 later", "451 later"]
    desk.box.put(mail("Soru", "x", Message_ID="<e1@e.com>"))
    ticket = await desk.ticket()
    [receipt] = await desk.mails(1)
    assert ticket.number in receipt["Subject"]


async def test_a_database_that_is_away_for_a_while_costs_no_mail(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = desk.house.intake.accept, [3]

    async def away(*args: Any, **more: Any) -> Any:  # noqa: ANN401
        if left[0]:
            left[0] -= 1
            raise StoreError("away", retryable=True)
        return await real(*args, **more)

    monkeypatch.setattr(desk.house.intake, "accept", away)
    desk.box.put(mail("Soru", "x", Message_ID="<f1@e.com>"))
    [item] = await desk.until(lambda: desk.items(NEW))
    assert (item.subject, left) == ("Soru", [0])


async def test_who_does_not_want_mail_gets_none_and_the_agent_sees_why(desk: Desk) -> None:
    server = desk.served.server
    store, house, clock = server.switch.store, desk.house, server.switch.ports.clock
    assert isinstance(store, SqlStore)
    parts = compliance_on(store, server.config, lambda: house.rules().catalogue, clock)
    no = ConsentNew(HIM, "email", "service", "opt_out", "agent")
    await parts.consents.say(no, CustomerAct("ayse", clock.now()))
    desk.box.put(mail("Soru", "x", Message_ID="<g1@e.com>"))
    ticket = await desk.ticket()
    [note] = await desk.said(ticket.number, SYSTEM)
    assert (note.internal, "opted_out" in note.body) == (True, True)
    assert not desk.sending.mails
