"""What stands behind mail in tests: an intake, positions and addresses of ours."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ivr.config.load import load_config
from ivr.cti.mail.headers import Ours
from ivr.cti.mail.looking import Desk, MailLook
from ivr.domain.errors import PortError
from ivr.runtime.clock import SystemClock
from ivr.runtime.memory.clock import START, VirtualClock
from tests.fakes.dovecot import PASSWORD

if TYPE_CHECKING:
    from ivr.config.mail import MailAccount
    from ivr.runtime.ports.mail import MailIn, MailPosition
    from tests.fakes.dovecot import Mailbox

OURS = Ours(("destek@firma.example",))


class KeptMail:
    """An intake in memory; `refuse` says how often which error comes first."""

    def __init__(self) -> None:
        self.mails: dict[str, MailIn] = {}
        self.offered = 0
        self.refuse: list[Exception] = []
        self.picky = False
        self._news = asyncio.Event()

    async def accept(self, mail: MailIn) -> None:
        """As the port says."""
        self.offered += 1
        if self.refuse:
            raise self.refuse.pop()
        if self.picky and mail.whole_text:
            raise PortError("this cannot be kept")
        self.mails.setdefault(mail.key, mail)
        self._news.set()

    async def wait(self, count: int) -> list[MailIn]:
        """Return when there are so many."""
        async with asyncio.timeout(20):
            while len(self.mails) < count:
                self._news.clear()
                await self._news.wait()
        return self.all

    @property
    def all(self) -> list[MailIn]:
        """In the order of their arrival."""
        return list(self.mails.values())

    @property
    def one(self) -> MailIn:
        """The only one."""
        [mail] = self.all
        return mail


class KeptPositions:
    """Positions in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, MailPosition] = {}

    async def get(self, mailbox: str) -> MailPosition | None:
        """As the port says."""
        return self.kept.get(mailbox)

    async def save(self, mailbox: str, position: MailPosition) -> None:
        """As the port says."""
        self.kept[mailbox] = position


def account_of(text: str) -> MailAccount:
    """An account named `help` of a configuration."""
    raw = f"zone: Europe/Istanbul\nmail: {{help: {text}}}\n".encode()
    environment = {"PASSWORD": PASSWORD, "WRONG": "yanlış"}
    return load_config({"config.yaml": raw}, environment, now=START).mail["help"]


def reader_of(box: Mailbox, *, start: str = "all", tls: bool = False) -> MailAccount:
    """An account that reads a mailbox."""
    server = box.server
    imap = f"imaps://localhost:{server.tls}" if tls else f"imap://127.0.0.1:{server.plain}"
    ca = f', ca: "{server.ca}"' if tls else ""
    return account_of(
        f'{{imap: "{imap}", user: {box.user}, password: "${{env:PASSWORD}}", folder: "{box.folder}"'
        f', from: "Destek <destek@firma.example>", start: {start}, team: billing{ca}}}'
    )


class MailRig:
    """A mailbox, who looks into it, and what he has found."""

    def __init__(self, box: Mailbox, account: MailAccount) -> None:
        self.box = box
        self.account = account
        self.intake = KeptMail()
        self.positions = KeptPositions()
        self.clock = VirtualClock(SystemClock().now())  # the server has no other
        self.looker = self.fresh()

    def fresh(self) -> MailLook:
        """Somebody new who looks, as after a restart."""
        desk = Desk(self.intake, self.positions, self.clock, OURS)
        assert self.account.imap is not None
        self.looker = MailLook("help", self.account, self.account.imap, desk)
        return self.looker
