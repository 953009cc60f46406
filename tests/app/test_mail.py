"""E-mail put together: waiting between looks, stopping, and two machines that answer each other."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from prometheus_client.registry import REGISTRY

from ivr.app.mail import MOST_WAIT_S, Mail, keep_looking, open_mail, pause_s
from ivr.config.load import load_config
from ivr.domain.errors import PortError
from ivr.runtime.clock import SystemClock
from ivr.runtime.memory.clock import START, VirtualClock, settle
from ivr.runtime.ports.mail import MailOut
from ivr.runtime.tasks import Tasks
from ivr.tickets.mail import Fate, decide, may_answer
from tests.fakes.dovecot import PASSWORD, running
from tests.fakes.mail_desk import KeptMail, KeptPositions
from tests.fakes.mail_server import MailServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.config.model import Config
    from ivr.runtime.ports.mail import MailIn
    from tests.fakes.dovecot import Dovecot, Mailbox


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        yield server


@pytest.fixture
def server() -> Iterator[MailServer]:
    made = MailServer()
    made.start()
    yield made
    made.stop()


def config_of(box: Mailbox, server: MailServer) -> Config:
    raw = (
        "zone: Europe/Istanbul\nmail:\n"
        f'  help: {{imap: "imap://127.0.0.1:{box.server.plain}", user: {box.user}, start: all,'
        f' password: "${{env:PASSWORD}}", from: destek@firma.example, poll: 50ms}}\n'
        f'  out: {{smtp: "smtp://127.0.0.1:{server.port}", from: destek@firma.example}}\n'
    )
    return load_config({"config.yaml": raw.encode()}, {"PASSWORD": PASSWORD}, now=START)


class Answering(KeptMail):
    """An intake that answers by itself what may be answered, as the notices do."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: Mail | None = None
        self.answered: Counter[str] = Counter()

    async def accept(self, mail: MailIn) -> None:
        is_new = mail.key not in self.mails
        sender = mail.facts.sender
        if is_new and may_answer(mail.facts, self.answered[sender]) and self.opened is not None:
            self.answered[sender] += 1
            key = f"ob.{len(self.mails)}"
            facts = mail.facts
            await self.opened.mailer.send(
                MailOut(
                    "out", key, sender, f"Alındı: {facts.subject}", "Teşekkürler", automatic=True
                )
            )
        await super().accept(mail)


async def test_two_machines_that_answer_each_other_stop_after_three_mails(
    dovecot: Dovecot, server: MailServer
) -> None:
    box = dovecot.mailbox("loop")
    intake, tasks = Answering(), Tasks()

    def answer(raw: bytes) -> None:
        """The far machine says nothing of being one."""
        ours = message_from_bytes(raw, policy=policy.default)
        reply = EmailMessage()
        reply["From"] = "robot@far.example"
        reply["Subject"] = f"Re: {ours['Subject']}"
        reply["Message-ID"] = f"<{len(server.raws)}@far.example>"
        reply.set_content("Şu an ofis dışındayım.")
        box.put(reply.as_bytes())

    server.heard = answer
    box.put(
        b"From: robot@far.example\r\nSubject: x\r\nMessage-ID: <0@far.example>\r\n\r\nMerhaba\r\n"
    )
    intake.opened = open_mail(config_of(box, server), intake, KeptPositions(), SystemClock(), tasks)
    mails = await intake.wait(4)
    await tasks.close()
    assert len(server.mails) == 3
    assert intake.answered == {"robot@far.example": 3}
    assert all(decide(mail.facts, {}).fate is Fate.NEW for mail in mails)
    assert {mail["Auto-Submitted"] for mail in server.mails} == {"auto-generated"}


async def test_a_machine_that_says_so_gets_no_answer_and_opens_nothing(
    dovecot: Dovecot, server: MailServer
) -> None:
    box = dovecot.mailbox("machine")
    intake, tasks = Answering(), Tasks()
    for number, header in enumerate(
        ("Auto-Submitted: auto-replied", "Precedence: bulk", "Message-ID: <ivr.1@firma.example>")
    ):
        more = "" if header.startswith("M") else f"Message-ID: <{number}@far.example>\r\n"
        box.put(f"From: a@far.example\r\n{more}{header}\r\nSubject: x\r\n\r\ny\r\n".encode())
    intake.opened = opened = open_mail(
        config_of(box, server), intake, KeptPositions(), SystemClock(), tasks
    )
    mails = await intake.wait(3)
    await opened.close()
    assert [decide(mail.facts, {}).reason for mail in mails] == ["auto_submitted", "bulk", "own"]
    assert server.mails == []
    looks = REGISTRY.get_sample_value("ivr_mail_read_total", {"account": "help", "result": "read"})
    assert looks is not None
    assert looks >= 3


async def test_looking_stops_at_once_even_where_the_server_hangs() -> None:
    """A server that takes the connection and says nothing."""
    held: list[asyncio.StreamWriter] = []
    connected = asyncio.Event()

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)
        writer.write(b"* OK hello\r\n")
        connected.set()

    listener = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    raw = (
        f'zone: Europe/Istanbul\nmail: {{a: {{imap: "imap://127.0.0.1:{port}", user: a, '
        'password: "${env:PASSWORD}", from: a@b.example}}\n'
    )
    config = load_config({"config.yaml": raw.encode()}, {"PASSWORD": PASSWORD}, now=START)
    opened = open_mail(config, KeptMail(), KeptPositions(), SystemClock(), Tasks())
    await connected.wait()
    async with asyncio.timeout(5):
        await opened.close()
    for writer in held:
        writer.close()
    listener.close()


class Looker:
    """Looks on a virtual clock; `fails` are the outcomes of the next looks."""

    name = "help"

    def __init__(self, clock: VirtualClock, fails: list[Exception]) -> None:
        self.at: list[float] = []
        self._clock = clock
        self._fails = fails

    async def look(self) -> int:
        self.at.append((self._clock.now() - START) / timedelta(seconds=1))
        if self._fails:
            raise self._fails.pop(0)
        return 0


async def test_after_failures_it_waits_longer_and_then_as_before() -> None:
    clock, tasks = VirtualClock(), Tasks()
    looker = Looker(clock, [PortError("away", retryable=True), ValueError("a bug"), OSError()])
    tasks.start(keep_looking(looker, clock, 30, lambda: 0.0), "mail help")
    await settle()
    await clock.advance(600)
    await tasks.close()
    assert looker.at == [0, 60, 180, 420, 450, 480, 510, 540, 570, 600]


def test_a_pause_is_bounded_and_left_to_chance() -> None:
    assert pause_s(30, 0, 0) == 30
    assert pause_s(30, 0, 1) == 27
    assert pause_s(30, 2, 0) == 120
    assert pause_s(30, 2, 1) == 60
    assert pause_s(30, 1000, 0) == MOST_WAIT_S
    assert pause_s(3600, 3, 0) == 3600
