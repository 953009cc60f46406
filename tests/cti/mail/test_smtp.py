"""Sending to a real mail server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ivr.cti.mail.smtp import SmtpLine, SmtpMailer
from ivr.domain.errors import PortError
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.mail import MailOut
from tests.fakes.dovecot import free_port
from tests.fakes.mail_desk import account_of
from tests.fakes.mail_server import MailServer
from tests.fakes.papers import Papers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAIL = MailOut(
    "help", "ob.1", "ayse@ev.example", "[#260042174] Şikâyet: ığdır", "Sayın Ayşe Hanım\n",
    in_reply_to="m1@ev.example", automatic=True,
)  # fmt: skip
FROM = 'from: "Müşteri Hizmetleri <destek@firma.example>"'
LOGIN = 'user: destek, password: "${env:PASSWORD}"'


@pytest.fixture
def server() -> Iterator[MailServer]:
    made = MailServer()
    made.start()
    yield made
    made.stop()


def mailer_to(
    port: int, *, scheme: str = "smtp", host: str = "127.0.0.1", more: str = ""
) -> SmtpMailer:
    text = f'{{smtp: "{scheme}://{host}:{port}", {FROM}{more}}}'
    return SmtpMailer({"help": account_of(text)}, VirtualClock())


async def test_a_mail_arrives_as_it_was_written(server: MailServer) -> None:
    message_id = await mailer_to(server.port).send(MAIL)
    [mail] = server.mails
    assert message_id == "ivr.ob.1@firma.example"
    assert mail["Message-ID"] == f"<{message_id}>"
    assert mail["Subject"] == MAIL.subject
    assert mail["From"] == "Müşteri Hizmetleri <destek@firma.example>"
    assert mail["To"] == "ayse@ev.example"
    assert mail["In-Reply-To"] == mail["References"] == "<m1@ev.example>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail.get_content().strip() == "Sayın Ayşe Hanım"
    assert server.raws[0].isascii()


@pytest.mark.parametrize(
    ("answer", "retryable"),
    [
        ("450 busy", True),
        ("452 full", True),
        ("421 closing", True),
        ("550 never", False),
        ("552 too large", False),
        ("554 refused", False),
    ],
)
async def test_the_code_says_whether_it_may_pass(
    server: MailServer, answer: str, *, retryable: bool
) -> None:
    server.answers = [answer]
    with pytest.raises(PortError) as caught:
        await mailer_to(server.port).send(MAIL)
    assert caught.value.retryable is retryable
    assert answer[:3] in str(caught.value)
    server.rcpt_answers = [answer]
    with pytest.raises(PortError) as caught:
        await mailer_to(server.port).send(MAIL)
    assert caught.value.retryable is retryable


async def test_a_server_that_is_away_may_come_back() -> None:
    with pytest.raises(PortError, match="cannot be reached") as caught:
        await mailer_to(free_port()).send(MAIL)
    assert caught.value.retryable


async def test_an_account_that_does_not_send_is_told(server: MailServer) -> None:
    mailer = SmtpMailer({}, VirtualClock())
    with pytest.raises(PortError, match="no account help") as caught:
        await mailer.send(MAIL)
    assert not caught.value.retryable
    assert server.mails == []


async def test_an_address_that_the_server_cannot_take_never_passes(server: MailServer) -> None:
    odd = MailOut("help", "ob.2", "ayşe@ev.example", "s", "t")
    with pytest.raises(PortError) as caught:
        await mailer_to(server.port).send(odd)
    assert not caught.value.retryable
    assert server.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
async def test_we_sign_in_with_letters_of_any_kind() -> None:
    server = MailServer(login=True)
    server.start()
    try:
        await mailer_to(server.port, more=f", {LOGIN}").send(MAIL)
        with pytest.raises(PortError, match=r"refused \(530\)"):
            await mailer_to(server.port).send(MAIL)
    finally:
        server.stop()
    assert len(server.mails) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
async def test_a_wrong_password_may_be_put_right() -> None:
    server = MailServer(login=True)
    server.start()
    wrong = ', user: destek, password: "${env:WRONG}"'
    try:
        with pytest.raises(PortError, match=r"let us in \(535\)") as caught:
            await mailer_to(server.port, more=wrong).send(MAIL)
    finally:
        server.stop()
    assert caught.value.retryable
    assert server.mails == []


async def test_tls_is_verified(tmp_path: Path) -> None:
    papers = Papers.write(tmp_path, "127.0.0.1")
    server = MailServer(papers.server())
    server.start()
    trust = f', ca: "{papers.certificate}"'
    try:
        await mailer_to(server.port, scheme="smtps", host="localhost", more=trust).send(MAIL)
        with pytest.raises(PortError, match="certificate") as caught:
            await mailer_to(server.port, scheme="smtps", host="localhost").send(MAIL)
    finally:
        server.stop()
    assert caught.value.retryable
    assert len(server.mails) == 1


def test_a_line_that_is_not_open_can_be_cut_and_closed() -> None:
    account = account_of(f'{{smtp: "smtp://127.0.0.1", {FROM}}}')
    assert account.smtp is not None
    line = SmtpLine(account, account.smtp)
    line.abort()
    line.close()


async def test_sending_stops_at_once_even_where_the_server_hangs() -> None:
    """A server that takes the connection and says nothing at all."""
    connected = asyncio.Event()
    held: list[asyncio.StreamWriter] = []

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)
        connected.set()

    listener = await asyncio.start_server(silent, "127.0.0.1", 0)
    mailer = mailer_to(listener.sockets[0].getsockname()[1])
    sending = asyncio.ensure_future(mailer.send(MAIL))  # noqa: TID251 - cancelled here
    await connected.wait()
    sending.cancel()
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await sending
    for writer in held:
        writer.close()
    listener.close()
