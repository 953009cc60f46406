"""The API of tickets and customers on an SQLite file, with people in front of it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.runtime.clock import SystemClock
from ivr.runtime.ids import Ulids
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.recordings.folder import RecordingFolder
from ivr.runtime.survey_waves.starting import start_now
from ivr.runtime.survey_waves.waving import next_begin
from ivr.runtime.tasks import Tasks
from ivr.store import open_store
from ivr.store.customers.callers import SqlCallers
from ivr.store.customers.repository import SqlCustomers, SqlMerges, SqlProducts
from ivr.store.customers.work import House
from ivr.store.desk.contacts import SqlContacts
from ivr.store.intake.repository import SqlIntake
from ivr.store.knowledge.repository import SqlKnowledge
from ivr.store.outside.deliveries import SqlDeliveries
from ivr.store.outside.far_refs import SqlFarRefs
from ivr.store.outside.inbox import SqlInbox
from ivr.store.recorded.listing import SqlRecordingLists
from ivr.store.recorded.repository import SqlRecordings
from ivr.store.reports.repository import SqlReports
from ivr.store.reports.saved import SqlSavedReports
from ivr.store.search.repository import SqlSearch
from ivr.store.surveyed.repository import SqlOpinions
from ivr.store.tickets.jobs import Jobs
from ivr.store.tickets.repository import SqlTickets
from ivr.store.waves.repository import SqlWaves
from ivr.surveys.files.loading import read_surveys
from ivr.web.api.alarms.routes import AlarmRoutes
from ivr.web.api.compliance import compliance_routes
from ivr.web.api.customers import CustomerParts, customer_routes
from ivr.web.api.filing import filing_routes
from ivr.web.api.flows.routes import FlowRoutes
from ivr.web.api.flows.switches import SwitchRoutes
from ivr.web.api.intake import IntakeParts, intake_routes
from ivr.web.api.knowledge import KnowledgeParts, knowledge_routes
from ivr.web.api.recordings import recording_routes
from ivr.web.api.recordings.parts import RecordingParts
from ivr.web.api.recordings.passes import Passes
from ivr.web.api.reports import ReportParts, report_routes
from ivr.web.api.surveys import SurveyParts, survey_routes
from ivr.web.api.tickets import TicketParts, ticket_routes
from ivr.web.api.tickets.definitions import DefinitionRoutes
from ivr.web.api.tickets.upload_links import LinkMaking
from ivr.web.api.webhooks import Outbox, WebhookRoutes
from ivr.web.help.upload_links import UploadLinks
from ivr.web.inbox.routes import InboxRoutes, Kept
from ivr.web.screens.routes import ScreenRoutes
from ivr.web.screens.stream import ScreenStream
from tests.fakes.alarmed import firing
from tests.fakes.compliance import compliance_parts
from tests.fakes.definitions import NOWHERE, definitions_in
from tests.fakes.door import Door, opened
from tests.fakes.flow_shelf import desk_shown, switches
from tests.fakes.ticket_house import RULES, Desk
from tests.fakes.wave_house import previewer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from ivr.domain.problem import Problem
    from ivr.reports.goals import Goal
    from ivr.runtime.ports.texts import TextNew
    from ivr.store import SqlStore
    from ivr.web.api import ApiParts
    from ivr.web.typed import Route

PEOPLE = {
    "ayse": (("agent",), ("cards",)),
    "ali": (("agent",), ("billing",)),
    "sule": (("supervisor",), ("cards",)),
    "kemal": (("quality",), ()),
    "deniz": (("admin",), ()),
    "orhan": (("auditor",), ()),
}
"""Somebody of each role; two agents of different teams."""


TEXTED: list[TextNew] = []


async def _text(new: TextNew) -> None:
    TEXTED.append(new)


GOALS: list[Goal] = []
"""Of the configuration; a test that adds some takes them out again."""
LINKS = LinkMaking(UploadLinks(b"k" * 32).make, 3600.0, 5, 10, _text)


@dataclass(slots=True)
class TicketDoor:
    """The server and what stands behind it. desk: opens tickets without the API."""

    door: Door
    desk: Desk
    customers: SqlCustomers

    async def send(
        self,
        method: str,
        path: str,
        who: str = "",
        body: object = None,
        **headers: str,
    ) -> Any:  # noqa: ANN401 - an Answer
        """A request of somebody, who signs in before his first one."""
        if who in PEOPLE and who not in self.door.tokens:
            roles, teams = PEOPLE[who]
            await self.door.add(who, *roles, teams=teams)
            await self.door.sign_in(who)
        return await self.door.send(method, path, who, body, **headers)

    async def good(
        self, method: str, path: str, who: str, body: object = None, **headers: str
    ) -> Any:  # noqa: ANN401 - any JSON
        """The same, which must not be refused; gives the body."""
        answer = await self.send(method, path, who, body, **headers)
        assert answer.status < 300, (answer.status, answer.body)
        return answer.body

    async def ticket(self, who: str = "ayse", **fields: object) -> dict[str, Any]:
        """A ticket that somebody opens by the API."""
        made: dict[str, Any] = await self.good(
            "POST", "/tickets", who, {"subject": "Kart çalışmıyor", **fields}
        )
        return made

    async def customer(self, who: str = "ayse", **fields: object) -> dict[str, Any]:
        """A customer that somebody adds by the API."""
        made: dict[str, Any] = await self.good(
            "POST", "/customers", who, {"full_name": "Işık Çelik", **fields}
        )
        return made


def house_routes(store: SqlStore, parts: ApiParts, folder: Path = NOWHERE) -> list[Route]:
    """Every route of the ticket store, on this database."""
    database, house = store.database, House("TR", b"key")
    rules, new_id = (lambda: RULES), Ulids(SystemClock()).new
    contacts, tickets = SqlContacts(database), SqlTickets(Jobs(database, rules))
    of_tickets = TicketParts(parts, tickets, contacts, SqlCallers(database, house), rules, new_id)
    of_customers = CustomerParts(
        api=parts,
        customers=SqlCustomers(database, house),
        rules=rules,
        merges=SqlMerges(database, house),
        products=SqlProducts(database, house),
        contacts=contacts,
        tickets=tickets,
    )
    filing = filing_routes(of_tickets, of_customers.customers)
    knowledge = SqlKnowledge(Jobs(database, rules, new_id=new_id))
    of_knowledge = KnowledgeParts(of_tickets, knowledge, SqlSearch(database, rules))
    known = knowledge_routes(of_knowledge)
    intake = SqlIntake(database, Jobs(database, rules), house)
    pool = intake_routes(IntakeParts(parts, intake, tickets, rules, new_id))
    outbox = Outbox(SqlDeliveries(database), SqlFarRefs(database), ("hook:ops", "system:rt"))
    hooks = WebhookRoutes(parts, outbox).routes()
    inbox = Kept(SqlInbox(database), SqlFarRefs(database), ("rt",))
    hooks += InboxRoutes(parts, inbox, tickets).routes()
    own = [*ticket_routes(of_tickets, LINKS), *customer_routes(of_customers)]
    own += DefinitionRoutes(parts, definitions_in(folder, store.shelf)).routes()
    kept = compliance_routes(compliance_parts(store, parts, of_customers))
    saved = SqlSavedReports(database)
    of_reports = ReportParts(parts, SqlReports(database), rules, lambda: GOALS, saved, new_id)
    reports = report_routes(of_reports)
    surveys = survey_routes(
        SurveyParts(
            api=parts,
            opinions=SqlOpinions(database),
            rules=rules,
            check=_checked,
            waves=SqlWaves(database),
            preview=previewer(store, parts.clock).of,
            next_at=partial(next_begin, previewer(store, parts.clock).calendar),
            start=partial(start_now, previewer(store, parts.clock).calendar),
            halt=lambda survey, plan, halted: store.surveys.halt(survey, plan, halted=halted),
        )
    )
    spoken = recording_routes(recording_parts(store, of_tickets, folder))
    walls = ScreenStream(store.screens, parts.floor.queues, dict, parts.clock, Tasks())
    spoken += ScreenRoutes(parts, store.screens, walls).routes()
    spoken += FlowRoutes(desk_shown()).routes()
    spoken += AlarmRoutes(parts, firing(parts.clock)).routes()
    spoken += SwitchRoutes(parts, switches(store.switches, parts.clock)).routes()
    return [*own, *filing, *known, *pool, *hooks, *kept, *reports, *surveys, *spoken]


def recording_parts(store: SqlStore, of_tickets: TicketParts, folder: Path) -> RecordingParts:
    """What hearing messages is made from; their files are below `folder`."""
    sound = RecordingFolder(folder / "recordings", PlainKeys())
    passes = Passes(of_tickets.api.clock)
    database = store.database
    rows, lists = SqlRecordings(database), SqlRecordingLists(database)
    return RecordingParts(of_tickets, rows, lists, sound, passes)


def _checked(code: str, text: str) -> Sequence[Problem]:
    return read_surveys({f"surveys/{code}.yaml": text.encode()})[1]


@asynccontextmanager
async def ticket_door(
    path: Path,
    folder: Path = NOWHERE,
    **more: Any,  # noqa: ANN401
) -> AsyncIterator[TicketDoor]:
    """A server with everybody of PEOPLE before it. path: an SQLite file with tables in it."""
    store = open_store(f"sqlite:///{path}", synchronous="NORMAL")
    try:
        async with opened(
            store=store, more=partial(house_routes, store, folder=folder), **more
        ) as door:
            desk = Desk(store, at=door.clock.now())
            yield TicketDoor(door, desk, SqlCustomers(store.database, House("TR", b"key")))
    finally:
        await store.close()
