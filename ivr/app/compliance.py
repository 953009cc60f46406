"""Puts consent, erasure, retention and their proof together, and does their work once a day.

Erasures that run go on at once and after every start; what is due is destroyed at night; the end
of the audit chain is written to a file each day, where whoever keeps it can prove a change.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from asyncio import Lock, to_thread
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.app.boxes.outbox import told_of
from ivr.config.calendars import find_zone
from ivr.config.keeping.retention import retention_of
from ivr.domain.errors import IllegalTransitionError, IvrError
from ivr.runtime.ids import Ulids
from ivr.runtime.key_file import master_key
from ivr.runtime.ports.compliance import VOICE
from ivr.runtime.ports.customers import Act
from ivr.runtime.recordings.destroying import WithRecordings
from ivr.store.address import read_address
from ivr.store.compliance.chain import SqlAuditTrail
from ivr.store.compliance.consents import SqlConsents
from ivr.store.compliance.desk import Office
from ivr.store.compliance.destroying import SqlDestroying
from ivr.store.compliance.erasures import SqlErasures
from ivr.store.compliance.exports import SqlExports
from ivr.store.compliance.holds import SqlHolds
from ivr.store.compliance.pseudonyms import Pseudonyms
from ivr.store.compliance.scrubbing import scrubber
from ivr.store.desk.contacts import SqlContacts
from ivr.store.intake.files import FileFolder
from ivr.store.opening import SqlStore
from ivr.tickets.consent import CALLBACK, Wish
from ivr.tickets.forms import CHOICE
from ivr.web.api.compliance import ComplianceParts, compliance_routes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.app.server import Server
    from ivr.config.model import Config
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.compliance import ChainState
    from ivr.runtime.ports.desk import CallbackRow
    from ivr.tickets.catalogue.model import Catalogue
    from ivr.web.api.parts import ApiParts
    from ivr.web.typed import Route

PSEUDONYMS = b"pseudonyms of customers"
"""What the master key is told to make the key for pseudonyms with."""
SYSTEM = "system"
_NIGHT = 3
_ROUND = timedelta(minutes=10)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Compliance:
    """Everything of it on one store."""

    consents: SqlConsents
    erasures: SqlErasures
    holds: SqlHolds
    exports: SqlExports
    destroying: SqlDestroying
    trail: SqlAuditTrail
    hidden: Callable[[int, str], str]
    """The pseudonym of a number, which outlives its customer: tenant, number."""


def compliance_on(
    store: SqlStore, config: Config, catalogue: Callable[[], Catalogue], clock: Clock
) -> Compliance:
    """On a store that is open, for a server as for a command line."""
    database = store.database
    files = WithRecordings(FileFolder(Path(config.files)), Path(config.recordings))
    secret = hmac.new(master_key(Path(config.keys.file)), PSEUDONYMS, hashlib.sha256).digest()
    office = Office(
        Pseudonyms(secret),
        Ulids(clock).new,
        config.country,
        lambda: told_of(config),
        lambda: choices_of(catalogue()),
    )
    clean = scrubber(read_address(config.database.reveal()))
    return Compliance(
        SqlConsents(database, office),
        SqlErasures(database, office, files, clean),
        SqlHolds(database, office),
        SqlExports(database, office),
        SqlDestroying(
            database, office, files, lambda: retention_of(config.retention, config.queues)
        ),
        SqlAuditTrail(database),
        office.pseudonyms.lasting,
    )


def choices_of(catalogue: Catalogue) -> frozenset[str]:
    """Names of the fields that have fixed answers in every form that asks for them."""
    fixed, free = set[str](), set[str]()
    for category in catalogue.categories.values():
        for name, field in category.form.fields.items():
            (fixed if field.type == CHOICE else free).add(name)
    return frozenset(fixed - free)


class Caretaker:
    """Goes on with erasures, destroys what is due each night, and writes the head of the chain."""

    def __init__(self, parts: Compliance, server: Server) -> None:
        self._parts = parts
        self._server = server
        self._clock = server.switch.ports.clock
        self._alone = Lock()

    def begin(self, _request: str) -> None:
        """An erasure may go on now."""
        self._server.tasks.start(self.erase(), "erasure")

    async def keep_going(self) -> None:
        """For ever: erasures every few minutes, the rest at night."""
        last = await self._last_night()
        while True:
            await self.erase()
            now = self._clock.now().astimezone(find_zone(self._server.live.now.zone))
            if now.date() > last and now.hour >= _NIGHT:
                last = now.date()
                await self.nightly()
            await self._clock.sleep_until(self._clock.now() + _ROUND)

    async def _last_night(self) -> date:
        """The day of the last run; of a server that is new, today."""
        last: datetime | None = None
        with suppress(IvrError):
            last = await self._parts.destroying.last_run()
        zone = find_zone(self._server.live.now.zone)
        return (last or self._clock.now()).astimezone(zone).date()

    async def erase(self) -> None:
        """Every erasure that runs goes on as far as it gets."""
        async with self._alone:
            try:
                running = await self._parts.erasures.running()
            except IvrError as error:
                _LOG.warning("erasure_stopped", extra={"facts": {"why": str(error)}})
                return
            for request in running:
                await self._erase(request)

    async def _erase(self, request: str) -> None:
        """One; if it cannot go on now the others do."""
        try:
            await self._parts.erasures.work(request, self._act())
        except IvrError as error:
            facts = {"request": request, "why": str(error)}
            _LOG.warning("erasure_stopped", extra={"facts": facts})

    async def nightly(self) -> None:
        """Destroy what is due, and write down where the chain of the audit log ends."""
        config = self._server.live.now
        try:
            if config.retention.nightly:
                done = await self._parts.destroying.run(self._act())
                _LOG.info("retention_run", extra={"facts": dict(done.counts)})
        except IllegalTransitionError as error:
            _LOG.warning("retention_asks", extra={"facts": {"why": str(error)}})
        except IvrError as error:
            _LOG.warning("retention_stopped", extra={"facts": {"why": str(error)}})
        with suppress(IvrError):
            await to_thread(_write_head, config, await self._parts.trail.verify(), self._clock)

    def _act(self) -> Act:
        return Act(SYSTEM, self._clock.now())


def _write_head(config: Config, state: ChainState, clock: Clock) -> None:
    """One JSON line a day, only ever added."""
    if state.broken is not None:
        _LOG.error("audit_broken", extra={"facts": {"row": state.broken}})
    line = {"at": clock.now().isoformat(), "seq": state.last, "hash": state.head}
    path = Path(config.retention.audit_head)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**line, "broken": state.broken}) + "\n")
    except OSError as error:
        _LOG.warning("audit_head_not_written", extra={"facts": {"why": type(error).__name__}})


def compliance_of(server: Server) -> Compliance | None:
    """On the store of a server; None where all is kept in memory only."""
    house, store = server.house, server.switch.store
    if house is None or not isinstance(store, SqlStore):
        return None
    clock = server.switch.ports.clock
    return compliance_on(store, server.config, lambda: house.rules().catalogue, clock)


def _refusals(
    consents: SqlConsents, clock: Clock, zone: Callable[[], tzinfo]
) -> Callable[[CallbackRow], Awaitable[str]]:
    """Why somebody who was promised a call must not be called; what passes by itself is none."""

    async def refuses(row: CallbackRow) -> str:
        asked = datetime.fromisoformat(row.asked_at) if row.asked_at else None
        wish = Wish(row.promise.number, VOICE, CALLBACK, clock.now(), zone(), asked)
        found = await consents.may_contact(wish)
        return found.refusal.value if found.refusal and found.from_at is None else ""

    return refuses


def add_compliance(server: Server, parts: ApiParts) -> list[Route]:
    """Start its work; gives its routes. None where all is kept in memory only."""
    every, house, store = compliance_of(server), server.house, server.switch.store
    if every is None or house is None or not isinstance(store, SqlStore):
        return []

    def zone() -> tzinfo:
        return find_zone(server.live.now.zone)

    if server.keeper is not None:
        clock = server.switch.ports.clock
        server.keeper.tries.refuses = _refusals(every.consents, clock, zone)
    caretaker = Caretaker(every, server)
    server.tasks.start(caretaker.keep_going(), "compliance")
    return compliance_routes(
        ComplianceParts(
            api=parts,
            customers=house.customers,
            contacts=SqlContacts(store.database),
            consents=every.consents,
            erasures=every.erasures,
            holds=every.holds,
            exports=every.exports,
            destroying=every.destroying,
            trail=every.trail,
            zone=zone,
            begin=caretaker.begin,
        )
    )
