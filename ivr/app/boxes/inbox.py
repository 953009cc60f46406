"""Puts together how ticket systems are heard: those that post, and those that are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.cti.adapters import load_ticket_adapter
from ivr.cti.adapters.far import HookIn
from ivr.cti.inbox import figures
from ivr.cti.inbox.worker import InboxWorker, Source
from ivr.store.opening import SqlStore
from ivr.store.outside.far_refs import SqlFarRefs
from ivr.store.outside.inbox import SqlInbox
from ivr.web.gate import GATE
from ivr.web.inbox.door import InboxDoor
from ivr.web.inbox.routes import InboxRoutes, Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.app.server import Server
    from ivr.config.model import Config
    from ivr.cti.adapters.agreement import Agreement
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.far.inbox import Inbox, Message
    from ivr.web.api.parts import ApiParts
    from ivr.web.typed import Route


def open_inbox(server: Server, agreements: Mapping[str, Agreement]) -> InboxWorker | None:
    """Begin to listen to every system that is to be heard; None where there is none."""
    store, ports = server.switch.store, server.switch.ports
    if not agreements or not isinstance(store, SqlStore):
        return None
    inbox = SqlInbox(store.database)
    sources = {name: _source(server.config, name, each) for name, each in agreements.items()}
    worker = InboxWorker(inbox, sources, ports.clock, ports.tasks)
    _add_door(server, inbox, worker)
    worker.start()
    return worker


def inbox_routes(server: Server, parts: ApiParts) -> list[Route]:
    """What the API shows of the inbox."""
    store = server.switch.store
    if not isinstance(store, SqlStore):
        return []
    names = [name for name, one in server.config.ticket_systems.items() if one.inbound]
    kept = Kept(SqlInbox(store.database), SqlFarRefs(store.database), names)
    tickets = server.house.tickets if server.house else None
    return InboxRoutes(parts, kept, tickets).routes() if tickets else []


def _source(config: Config, name: str, agreement: Agreement) -> Source:
    one = config.ticket_systems[name]
    every_s = one.inbound.every if one.inbound and one.adapter == "rt" else 0.0
    keeps = one.inbound is None or one.inbound.unknown == "keep"
    return Source(agreement, agreement.system, every_s, keeps)


def _add_door(server: Server, inbox: Inbox, worker: InboxWorker) -> None:
    clock, gate = server.switch.ports.clock, server.app[GATE]
    takes = {}
    for name, one in server.config.ticket_systems.items():
        hook = load_ticket_adapter(one.adapter).hook
        if hook is not None and one.inbound and one.inbound.secret:
            secret = one.inbound.secret.reveal()
            takes[name] = _Post(name, secret, hook, inbox, worker, clock).take
    door = InboxDoor(
        takes,
        gate.source,
        lambda: clock.now().timestamp(),
        lambda reason: figures.REFUSED.labels(reason).inc(),
    )
    server.app.add_routes(door.routes())


@dataclass(frozen=True, slots=True)
class _Post:
    """Keeps what one system posts."""

    name: str
    secret: str
    hook: Callable[[HookIn], Sequence[Message]]
    inbox: Inbox
    worker: InboxWorker
    clock: Clock

    async def take(self, headers: Mapping[str, str], body: bytes) -> int:
        """See `Take`."""
        now = self.clock.now()
        messages = self.hook(HookIn(headers, body, self.secret, now))
        fresh = await self.inbox.arrive(self.name, messages, now)
        if fresh:
            self.worker.nudge(self.name)
        return fresh
