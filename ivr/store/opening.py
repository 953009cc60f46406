"""Opening the store: one call that gives every repository, or says in a sentence why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.errors import StoreError
from ivr.store.address import read_address
from ivr.store.database import Database, connect
from ivr.store.desk.agents import SqlAgents
from ivr.store.desk.audit import SqlAudit
from ivr.store.desk.callbacks import SqlCallbacks
from ivr.store.desk.groups import SqlGroupLog
from ivr.store.desk.machine_keys import SqlMachineKeys
from ivr.store.desk.people import SqlPeople
from ivr.store.desk.pops import SqlPops
from ivr.store.desk.queue_alarms import SqlQueueAlarms
from ivr.store.desk.screens import SqlScreens
from ivr.store.desk.switches import SqlSwitches
from ivr.store.desk.wrapups import SqlWrapups
from ivr.store.interactions import SqlInteractions
from ivr.store.journal import SqlCalls, SqlJournal
from ivr.store.outbox import SqlOutbox
from ivr.store.phones import SqlPhones
from ivr.store.shelf import SqlShelf
from ivr.store.surveys.agent_scores import SqlAgentScores
from ivr.store.surveys.repository import SqlSurveys
from ivr.store.upgrade import open_at_head
from ivr.store.writer import PATIENCE_S

if TYPE_CHECKING:
    from ivr.runtime.ports import Calls, Interactions, Journal, Outbox, Phones, Shelf
    from ivr.runtime.ports.asking.agent_scores import AgentScores
    from ivr.runtime.ports.asking.surveys import Surveys
    from ivr.runtime.ports.desk import (
        Agents,
        Audit,
        Callbacks,
        GroupLog,
        KeyRows,
        People,
        Pops,
        Screens,
        Wrapups,
    )
    from ivr.runtime.ports.supervision.queue_alarms import KeptAlarms
    from ivr.runtime.ports.supervision.switches import HandSwitches

_SYNCHRONOUS = ("FULL", "NORMAL")


class SqlStore:
    """The port `Store` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.journal: Journal = SqlJournal(database)
        self.calls: Calls = SqlCalls(database)
        self.interactions: Interactions = SqlInteractions(database)
        self.outbox: Outbox = SqlOutbox(database)
        self.shelf: Shelf = SqlShelf(database)
        self.phones: Phones = SqlPhones(database)
        self.people: People = SqlPeople(database)
        self.agents: Agents = SqlAgents(database)
        self.groups: GroupLog = SqlGroupLog(database)
        self.pops: Pops = SqlPops(database)
        self.audit: Audit = SqlAudit(database)
        self.machine_keys: KeyRows = SqlMachineKeys(database)
        self.screens: Screens = SqlScreens(database)
        self.switches: HandSwitches = SqlSwitches(database)
        self.queue_alarms: KeptAlarms = SqlQueueAlarms(database)
        self.wrapups: Wrapups = SqlWrapups(database)
        self.callbacks: Callbacks = SqlCallbacks(database)
        self.surveys: Surveys = SqlSurveys(database)
        self.agent_scores: AgentScores = SqlAgentScores(database)

    @property
    def load(self) -> float:
        """Share of the write queue in use, 0 to 1: new calls are refused above one half."""
        return self.database.load

    async def ready(self) -> bool:
        """Whether the database reads and writes now, within a second."""
        return await self.database.ready()

    async def close(self) -> None:
        """Write what is queued, then release everything."""
        await self.database.close()


def open_store(
    url: str, *, synchronous: str = "FULL", create: bool = False, patience_s: float = PATIENCE_S
) -> SqlStore:
    """Open `sqlite:///path` or `postgresql://user:password@host/name`.

    synchronous: SQLite only; NORMAL may lose the last commits in a power cut, for tests.
    create: set up a database that is empty or not there. patience_s: how long a write waits for a
    locked or failing database. Blocks until the revision was seen. Raises StoreError.
    """
    if synchronous not in _SYNCHRONOUS:
        raise StoreError(f"synchronous is one of {', '.join(_SYNCHRONOUS)}")
    address = read_address(url)
    open_at_head(address, create=create)
    return SqlStore(connect(address, synchronous=synchronous, patience_s=patience_s))
