"""The API of customers, tickets and contacts, on the ticket store of a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ivr.app.uploads import links_of, taking_of
from ivr.runtime.definitions.files import Definitions
from ivr.runtime.ids import Ulids
from ivr.runtime.memory.answers import MemoryAnswers
from ivr.store.desk.answers import SqlAnswers
from ivr.store.desk.contacts import SqlContacts
from ivr.store.intake.files import FileFolder
from ivr.store.opening import SqlStore
from ivr.store.recorded.listing import SqlRecordingLists
from ivr.web.api.customers import CustomerParts, customer_routes
from ivr.web.api.filing import filing_routes
from ivr.web.api.intake import IntakeParts, intake_routes
from ivr.web.api.intake.files import FilePages
from ivr.web.api.knowledge import KnowledgeParts, knowledge_routes
from ivr.web.api.recordings import recording_routes
from ivr.web.api.recordings.parts import RecordingParts
from ivr.web.api.recordings.passes import Passes
from ivr.web.api.recordings.playing import Playing
from ivr.web.api.tickets import TicketParts, ticket_routes
from ivr.web.api.tickets.definitions import DefinitionRoutes
from ivr.web.api.tickets.files import TicketFiles

if TYPE_CHECKING:
    from ivr.app.server import Server
    from ivr.runtime.ports import Store
    from ivr.runtime.ports.answers import Answers
    from ivr.web.api.parts import ApiParts
    from ivr.web.typed import Route


def kept_answers(store: Store) -> Answers:
    """Where answers are kept for requests that a client may repeat."""
    return SqlAnswers(store.database) if isinstance(store, SqlStore) else MemoryAnswers()


def record_routes(server: Server, parts: ApiParts) -> list[Route]:
    """Every operation on them; none where all is kept in memory only."""
    house, store = server.house, server.switch.store
    if house is None or not isinstance(store, SqlStore):
        return []
    contacts = SqlContacts(store.database)
    of_tickets = TicketParts(
        api=parts,
        tickets=house.tickets,
        contacts=contacts,
        callers=house.callers,
        rules=house.rules,
        new_id=Ulids(parts.clock).new,
    )
    of_customers = CustomerParts(
        api=parts,
        customers=house.customers,
        merges=house.merges,
        products=house.products,
        contacts=contacts,
        tickets=house.tickets,
        rules=house.rules,
    )
    new_id = Ulids(parts.clock).new
    of_intake = IntakeParts(parts, house.intake, house.tickets, house.rules, new_id)
    files = FileFolder(Path(server.config.files))
    pages = FilePages(of_intake, of_tickets, files)
    taking = TicketFiles(of_tickets, taking_of(server.config))
    server.app.add_routes([*pages.routes(), *taking.routes()])
    recordings = _recordings(server, of_tickets)
    return [
        *ticket_routes(of_tickets, links_of(server.config, server.texts)),
        *DefinitionRoutes(parts, _definitions(server)).routes(),
        *customer_routes(of_customers),
        *filing_routes(of_tickets, house.customers),
        *intake_routes(of_intake),
        *knowledge_routes(KnowledgeParts(of_tickets, house.knowledge, house.search)),
        *recordings,
    ]


def _recordings(server: Server, of_tickets: TicketParts) -> list[Route]:
    """What was recorded; nothing where nothing can be kept."""
    ports, store = server.switch.ports, server.switch.store
    if ports.recorder is None or not isinstance(store, SqlStore):
        return []
    keeper, lists = ports.recorder.keeper, SqlRecordingLists(store.database)
    parts = RecordingParts(of_tickets, keeper.rows, lists, keeper.folder, Passes(ports.clock))
    server.app.add_routes(Playing(parts).routes())
    return recording_routes(parts)


def _definitions(server: Server) -> Definitions:
    folder = Path(server.config.flows.folder)
    return Definitions(folder, server.library, server.switch.store.shelf)
