"""An office that writes to customers of the house of `ticket_house`; its mail goes nowhere."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from ivr.config.load import load_config
from ivr.cti.letters.hearer import LetterPost
from ivr.cti.letters.sending import Office
from ivr.flow.prompts import parse_template
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports.deliveries import Delivery
from ivr.runtime.ports.texts import Counted
from ivr.store.intake.files import FileFolder
from ivr.store.texts.repository import SqlTexts
from ivr.store.texts.rows import Desk
from ivr.tickets.catalogue.model import Answer, Wording
from ivr.tickets.consent import YES, Verdict, Wish
from ivr.tickets.mail import our_id
from tests.fakes.fresh_store import open_fresh
from tests.fakes.intake import Pool
from tests.fakes.ticket_house import CATALOGUE, RULES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.domain.errors import PortError
    from ivr.runtime.ports.mail import MailOut
    from ivr.runtime.ports.texts import TextNew

ACCOUNTS = b"""
zone: Europe/Istanbul
mail:
  destek: {imap: "imap://127.0.0.1:1", user: u, password: "${env:P}", from: destek@firma.example}
  out: {smtp: "smtp://127.0.0.1:1", from: destek@firma.example}
  cards: {smtp: "smtp://127.0.0.1:2", from: kart@firma.example, team: cards}
"""


def notice(name: str, words: str) -> Answer:
    """A notice by mail and as a text message, in Turkish."""
    mail = Wording(parse_template(words), parse_template("{ticket.status}: {ticket.subject}"))
    media = {"email": {"tr": mail}, "sms": {"tr": Wording(parse_template(words))}}
    return Answer(name, {}, media, name)


TEXTS = {
    "receipt": notice("receipt", "Merhaba[ {customer.name}], {ticket.number|digits:3}"),
    "waiting": notice("waiting", "Sizden bilgi bekliyoruz"),
    "result": notice("result", "Bitti"),
}
TEXTED = replace(RULES, catalogue=replace(CATALOGUE, answers=TEXTS))


@dataclass
class FakeMailer:
    """Keeps what it is to send; `refuse`: what it says first."""

    mails: list[MailOut] = field(default_factory=list)
    refuse: list[PortError] = field(default_factory=list)

    async def send(self, mail: MailOut) -> str:
        """As the port says."""
        if self.refuse:
            raise self.refuse.pop(0)
        self.mails.append(mail)
        return our_id(mail.key, "firma.example")


@dataclass
class Letters:
    """The office, and the outbox's events before it."""

    pool: Pool
    mailer: FakeMailer
    office: Office
    post: LetterPost
    wishes: list[Wish]
    verdicts: list[Verdict]

    async def events(self) -> list[Delivery]:
        """Every event so far, in order."""
        return [
            Delivery(
                key=row["id"],
                leased_until=START,
                endpoint="customers",
                event=row["event_id"],
                type=row["type"],
                aggregate=row["aggregate"],
                aggregate_id=row["aggregate_id"],
                seq=row["seq"],
                data=row["payload"],
                at=row["at"],
                attempts=1,
            )
            for row in await self.pool.rows("outbox_event")
            if row["type"].startswith("ticket.")
        ]

    async def hear(self) -> None:
        """Everything that happened is told, also what was told before."""
        for event in await self.events():
            await self.post.hear(event)

    async def last(self, kind: str) -> Delivery:
        """The newest event of a kind."""
        return [each for each in await self.events() if each.type == kind][-1]

    async def ticket(self, **how: Any) -> Any:  # noqa: ANN401 - a TicketRow
        """A mail of Ali's becomes a ticket."""
        item = await self.pool.arrive(**how.pop("mail", {}))
        return (await self.pool.convert(item.id, **how)).ticket

    async def articles(self, number: str, kind: str) -> list[Any]:
        """What was said of a kind."""
        return [each for each in await self.pool.tickets.articles(number) if each.kind == kind]

    async def texts(self) -> list[dict[str, Any]]:
        """Text messages that wait."""
        return await self.pool.rows("text_message")

    @staticmethod
    def told(delivery: Delivery, **more: object) -> Delivery:
        """The same event with other facts."""
        return replace(delivery, data=json.dumps({**json.loads(delivery.data), **more}))


@pytest.fixture
async def letters(tmp_path: Path) -> AsyncIterator[Letters]:
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", synchronous="NORMAL", create=True)
    pool, mailer = Pool(store, rules=TEXTED, at=START), FakeMailer()
    config = load_config({"config.yaml": ACCOUNTS}, {"P": "x"}, now=START)
    wishes: list[Wish] = []
    numbers = count(1)
    verdicts: list[Verdict] = []

    desk = Desk(lambda: f"T{next(numbers):025}", lambda _tenant, number: number)
    kept = SqlTexts(store.database, desk, lambda new: (new, Counted(1)))

    async def text(new: TextNew, tenant: int) -> None:
        await kept.queue(new, tenant=tenant)

    async def judge(wish: Wish, _tenant: int) -> Verdict:
        wishes.append(wish)
        return verdicts.pop(0) if verdicts else YES

    office = Office(
        pool.intake,
        pool.tickets,
        pool.customers,
        FileFolder(tmp_path / "files"),
        mailer,
        judge,
        text,
        lambda: replace(TEXTED, zone=ZoneInfo("Europe/Istanbul")),
        VirtualClock(),
        config.mail,
    )
    yield Letters(pool, mailer, office, LetterPost(office), wishes, verdicts)
    await store.close()
