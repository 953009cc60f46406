"""A house with teams, categories and promises, and a desk in it that tickets are opened at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from ivr.domain.calendar import Calendar
from ivr.flow.expressions import parse
from ivr.runtime.ports.tickets import Act, NewArticle, NewTicket, TicketRules
from ivr.store.tables import METADATA, customer, interaction
from ivr.store.tickets.jobs import Jobs
from ivr.store.tickets.repository import SqlTickets
from ivr.tickets.catalogue.model import Catalogue, Category, Team
from ivr.tickets.checklists import Item
from ivr.tickets.forms import Form, FormField
from ivr.tickets.sla.policies import Policy, Rule, Targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from ivr.domain.calendar import Intervals
    from ivr.runtime.ports.tickets import Opening, TicketRow
    from ivr.store import SqlStore

ISTANBUL = ZoneInfo("Europe/Istanbul")
OFFICE: Intervals = ((540, 750), (810, 1080))
HALF: Intervals = ((540, 750),)
BRANCH = Calendar(
    ISTANBUL,
    (*(OFFICE,) * 5, ((600, 840),), ()),
    {},
    {
        **{date(2026, 5, day): () for day in (27, 28, 29, 30)},
        date(2026, 5, 26): HALF,
        date(2026, 10, 28): HALF,
        date(2026, 10, 29): (),
    },
)
ALWAYS = Calendar(UTC, (((0, 1440),),) * 7)
HOUR = 3600
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, twelve o'clock in Istanbul."""


def category(path: str, **more: Any) -> Category:  # noqa: ANN401 - fields of Category
    """A category with labels."""
    above, _, _ = path.rpartition(".")
    return Category(path, more.pop("code", path), {"en": path}, above, **more)


CATEGORIES = {
    each.path: each
    for each in (
        category("billing", team="billing"),
        category(
            "billing.wrong_amount",
            team="billing",
            kind="complaint",
            priority="high",
            severity="major",
            form=Form(
                {
                    "invoice_no": FormField("invoice_no", "digits", True, length=(10, 10)),
                    "amount": FormField("amount", "money", currency="TRY"),
                }
            ),
            checklist=(Item("Invoice checked", True), Item("Refund opened")),
        ),
        category("card", team="cards", code="C-1"),
        category(
            "card.lost", team="cards", kind="request", checklist=(Item("Card blocked", True),)
        ),
    )
}
LEVELS = (
    Rule(75, tell=("assignee",), by=("desk", "email")),
    Rule(100, tell=("lead",), by=("desk", "sms"), set={"priority": "urgent"}),
    Rule(100, 2 * HOUR, tell=("manager",), by=("call",), repeat_s=4 * HOUR, most=3, any_hour=True),
)
PROMISES = (
    Policy(
        "urgent",
        1,
        "sla",
        parse("priority == 'urgent'"),
        "branch",
        {"first_response": Targets(900), "resolution": Targets(4 * HOUR)},
        {"resolution": LEVELS},
    ),
    Policy(
        "usual",
        2,
        "sla",
        None,
        "branch",
        {
            "accept": Targets(HOUR),
            "first_response": Targets(HOUR),
            "next_response": Targets(2 * HOUR),
            "first_resolution": Targets(8 * HOUR),
            "resolution": Targets(8 * HOUR),
            "callback": Targets(HOUR),
        },
        {"resolution": LEVELS},
    ),
    Policy("inner", 3, "ola", parse("team == 'cards'"), "always", {"resolution": Targets(HOUR)}),
)
CATALOGUE = Catalogue(
    categories=CATEGORIES,
    policies=PROMISES,
    teams={"billing": Team("billing", {}, "office"), "cards": Team("cards", {}, "office")},
    hours="branch",
)
RULES = TicketRules(CATALOGUE, {"branch": BRANCH, "always": ALWAYS}, ISTANBUL)


@dataclass
class Desk:
    """Somebody at work on tickets. `at` is the clock on the wall; `rules` what is published."""

    store: SqlStore
    rules: TicketRules = RULES
    at: datetime = NOON
    _numbers: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.tickets: Any = SqlTickets(Jobs(self.store.database, lambda: self.rules))

    def act(self, by: str = "ayşe", reason: str = "", **more: Any) -> Act:  # noqa: ANN401
        """Something done now."""
        return Act(by, self.at, reason, **more)

    def later(self, **span: float) -> Desk:
        """The clock goes on."""
        self.at += timedelta(**span)
        return self

    async def opening(self, tenant: int = 1, **fields: Any) -> Opening:  # noqa: ANN401
        """Open a ticket; what is not named is made up."""
        new = NewTicket(f"test:{next(self._numbers)}", "Çağrı: fatura", "voice")
        by = fields.pop("by", "ayşe")
        found: Opening = await self.tickets.open(
            replace(new, **fields), self.act(by), tenant=tenant
        )
        return found

    async def open(self, tenant: int = 1, **fields: Any) -> TicketRow:  # noqa: ANN401
        """The same, the ticket alone."""
        return (await self.opening(tenant, **fields)).ticket

    async def change(self, ref: str, reason: str = "", **changes: object) -> TicketRow:
        """Change fields now."""
        found: TicketRow = await self.tickets.change(ref, changes, self.act(reason=reason))
        return found

    async def say(self, ref: str, kind: str, author_kind: str = "agent", **more: Any) -> Any:  # noqa: ANN401
        """Something is said on a ticket now."""
        article = NewArticle(kind, author_kind, "someone", "Merhaba", self.at, **more)
        return await self.tickets.append(ref, article, self.act())

    async def clock(self, ref: str, metric: str) -> Any:  # noqa: ANN401 - a ClockRow
        """The newest clock of a metric."""
        return [each for each in await self.tickets.clocks(ref) if each.metric == metric][-1]

    async def ledger(self, ref: str, metric: str) -> list[str]:
        """The lines of the newest clock of a metric: `pause customer` and so on."""
        newest = (await self.clock(ref, metric)).id
        return [
            f"{each.what.kind} {each.what.reason}".strip()
            for each in await self.tickets.timeline(ref)
            if getattr(each.what, "clock", "") == newest and each.ticket == ref
        ]

    async def rows(self, name: str) -> list[dict[str, Any]]:
        """Every row of a table."""
        table = METADATA.tables[name]
        question = select(table).order_by(*table.primary_key.columns)
        return await self.store.database.read(
            lambda it: [dict(row) for row in it.execute(question).mappings()]
        )

    async def add(self, name: str, /, **columns: Any) -> None:  # noqa: ANN401
        """A row in another table."""
        table = METADATA.tables[name]

        def job(connection: Connection) -> None:
            connection.execute(insert(table).values(columns))

        await self.store.database.change(job)

    async def add_customer(self, public_id: str, tenant: int = 1, **more: Any) -> str:  # noqa: ANN401
        """A customer."""
        row = {
            **dict.fromkeys(("segment", "locale", "pref_medium", "pref_window"), ""),
            "tenant_id": tenant,
            "public_id": public_id,
            "customer_no": public_id[-4:],
            "kind": "person",
            "full_name": "Ali Işık",
            "name_fold": "ali isik",
            "attrs": {},
            "created_at": self.at,
            "updated_at": self.at,
        }
        await self.add(customer.name, **{**row, **more})
        return public_id

    async def add_call(self, public_id: str, tenant: int = 1, **more: Any) -> str:  # noqa: ANN401
        """A contact by telephone."""
        row = {
            **dict.fromkeys(("trunk", "channel", "provider_ref", "to_norm", "flow"), "x"),
            **dict.fromkeys(("flow_version", "locale", "outcome", "note"), "x"),
            "tenant_id": tenant,
            "public_id": public_id,
            "started_at": self.at,
            "path": [],
            "is_test": False,
            **more,
        }
        await self.add(interaction.name, **row)
        return public_id

    async def add_person(self, name: str, *roles: str, teams: Sequence[str] = ()) -> None:
        """Somebody who works here."""
        row = {"name": name, "display": name, "roles": list(roles), "language": "tr"}
        more = {"teams": list(teams), "totp_step": 0, "disabled": False, "version": 1}
        await self.add("person", **row, **more)

    async def add_lead(self, name: str, *teams: str) -> None:
        """Whoever leads these teams."""
        await self.add_person(name, "supervisor", teams=teams)
