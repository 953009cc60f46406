"""Puts the intake together: mail in and out, claims that run over, the public pages."""

from __future__ import annotations

import hashlib
import hmac
import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.app.mail import open_mail
from ivr.app.uploads import taking_of
from ivr.cti.letters.hearer import ENDPOINT, TYPES, LetterPost
from ivr.cti.letters.sending import Office
from ivr.cti.outbox.lane import Lane, Post
from ivr.cti.outbox.worker import Worker
from ivr.domain.errors import StoreError
from ivr.flow.own.own_sources import TICKET_STATUS
from ivr.runtime.callbacks.promised import Booking
from ivr.runtime.groups.times import from_ns
from ivr.runtime.key_file import master_key
from ivr.runtime.texts.choosing import options_of
from ivr.runtime.tickets import figures
from ivr.runtime.tickets.call_back import FormCallbacks
from ivr.runtime.tickets.mail_in import MailPool
from ivr.store.intake.files import FileFolder
from ivr.store.intake.positions import SqlMailPositions
from ivr.store.opening import SqlStore
from ivr.store.outbox_events import Receiver
from ivr.store.outside.deliveries import SqlDeliveries
from ivr.web.gate import GATE
from ivr.web.help.forms import FormPages
from ivr.web.help.knowledge import KnowledgePages
from ivr.web.help.parts import HelpParts
from ivr.web.help.status import StatusPage
from ivr.web.help.tokens import FormTokens

if TYPE_CHECKING:
    import asyncio
    from datetime import datetime

    from ivr.app.mail import Mail
    from ivr.app.server import Server
    from ivr.app.tickets import TicketHouse
    from ivr.config.model import Config
    from ivr.cti.mail.smtp import SmtpMailer
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.intake import Intake
    from ivr.runtime.tickets.call_back import Book

EXPIRE_S = 20.0
FORMS = b"public forms"
"""What the master key is told to make the key of form tokens with."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenIntake:
    """The intake of a running server."""

    mail: Mail
    letters: Worker | None
    expiring: asyncio.Task[None]

    async def close(self) -> None:
        """End; what is not sent yet is sent by the next run."""
        await self.mail.close()
        self.expiring.cancel()
        if self.letters is not None:
            await self.letters.close()


def add_help(server: Server) -> None:
    """The public pages, where the configuration wants them."""
    house, config = server.house, server.config
    if config.help is None or house is None:
        return
    ports, gate = server.switch.ports, server.app[GATE]
    key = hmac.digest(master_key(Path(config.keys.file)), FORMS, hashlib.sha256)
    calls = FormCallbacks(house.intake, house.tickets, ports.clock, _booking(server))
    parts = HelpParts(
        intake=house.intake,
        taking=taking_of(config),
        status=house.sources[TICKET_STATUS.name],
        rules=house.rules,
        clock=ports.clock,
        tokens=FormTokens(key),
        source=gate.source,
        origins=gate.place.origins,
        secure=gate.place.secure,
        forms=config.help.forms,
        call_back=calls.promise if config.help.callback else None,
    )
    known = KnowledgePages(
        house.knowledge, house.search, house.rules, ports.clock, gate.source, gate.place.origins
    )
    server.app.add_routes(
        [*FormPages(parts).routes(), *StatusPage(parts).routes(), *known.routes()]
    )


def _booking(server: Server) -> Book | None:
    keeper, options = server.keeper, server.config.help
    queue = options.callback if options else None
    if keeper is None or queue is None:
        return None

    async def book(number: str, language: str) -> datetime:
        wanted = Booking(number, queue, "", keeper.now_ns(), language=language, by="web")
        row, _again = await keeper.book(wanted)
        return from_ns(row.promise.next_ns)

    return book


def receivers_of(config: Config) -> tuple[Receiver, ...]:
    """Customers hear of their tickets where one of our accounts sends mail, or a trunk texts."""
    sends = bool(options_of(config)) or any(one.smtp for one in config.mail.values())
    return (Receiver(ENDPOINT, TYPES),) if sends else ()


def open_intake(server: Server) -> OpenIntake | None:
    """Start to take in and to answer; None where all is kept in memory only."""
    house, store = server.house, server.switch.store
    if house is None or not isinstance(store, SqlStore):
        return None
    ports, config = server.switch.ports, server.config
    clock, tasks = ports.clock, ports.tasks
    files = FileFolder(Path(config.files))
    pool = MailPool(house.intake, house.tickets, house.customers, files, clock)
    mail = open_mail(config, pool, SqlMailPositions(store.database), clock, tasks)
    letters = _letters(server, house, store, mail.mailer) if receivers_of(config) else None
    if letters is not None:
        letters.start()
    expiring = tasks.start(_keep_expiring(house.intake, clock), "intake claims")
    return OpenIntake(mail, letters, expiring)


def _letters(server: Server, house: TicketHouse, store: SqlStore, mailer: SmtpMailer) -> Worker:
    ports, config, texts = server.switch.ports, server.config, server.texts
    assert texts is not None  # noqa: S101 - a store on a database has them

    office = Office(
        intake=house.intake,
        tickets=house.tickets,
        customers=house.customers,
        files=FileFolder(Path(config.files)),
        mailer=mailer,
        may_contact=texts.consents.may_contact,
        text=texts.send,
        rules=house.rules,
        clock=ports.clock,
        accounts=config.mail,
        language=config.languages[0],
    )
    post = Post(SqlDeliveries(store.database), ports.clock)
    return Worker(post, {ENDPOINT: Lane(ENDPOINT, LetterPost(office), post)}, ports.tasks)


async def _keep_expiring(intake: Intake, clock: Clock) -> None:
    while True:
        try:
            await intake.expire(clock.now())
            many, oldest = await intake.backlog()
            figures.NEW_ITEMS.set(many)
            age_s = (clock.now() - oldest).total_seconds() if oldest else 0.0
            figures.OLDEST.set(max(0.0, age_s))
        except StoreError as error:
            _LOG.warning("intake_not_expired", extra={"facts": {"why": str(error)}})
        await clock.sleep_until(clock.now() + timedelta(seconds=EXPIRE_S))
