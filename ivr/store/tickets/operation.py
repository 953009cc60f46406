"""What one operation on tickets has at hand: its transaction, its tenant, the rules of now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.runtime.ports.desk import AuditRow
from ivr.runtime.ports.tickets import Touched
from ivr.store.desk.audit_in import audit
from ivr.store.outbox_events import Telling, tell
from ivr.store.tickets.revisions import Revisions, key_of
from ivr.tickets.sla.following import House

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from ivr.domain.calendar import Calendar
    from ivr.runtime.ports.tickets import Act, TicketRules
    from ivr.store.outbox_events import Receiver
    from ivr.tickets.catalogue.model import Catalogue


_PEOPLE = ("assignee", "opened_by")


@dataclass(frozen=True, slots=True)
class Published:
    """What the house has published, with the keys of its calendars. calendars: also older ones."""

    rules: TicketRules
    keys: Mapping[str, str]
    calendars: dict[str, Calendar] = field(compare=False)


def publish(rules: TicketRules, before: Published | None = None) -> Published:
    """The rules ready to be used; the same object as before while they are the same."""
    if before is not None and before.rules is rules:
        return before
    keys = {name: key_of(name, calendar) for name, calendar in rules.calendars.items()}
    calendars = dict(before.calendars) if before else {}
    calendars.update({keys[name]: calendar for name, calendar in rules.calendars.items()})
    return Published(rules, keys, calendars)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. new_id: makes public ids. receivers: systems that are told of changes.
    touched: what it has changed so far."""

    connection: Connection
    tenant: int
    published: Published
    act: Act
    new_id: Callable[[], str]
    receivers: Sequence[Receiver] = ()
    touched: list[Touched] = field(default_factory=list, compare=False)

    @property
    def catalogue(self) -> Catalogue:
        """Categories, statuses and so on."""
        return self.published.rules.catalogue

    @property
    def revisions(self) -> Revisions:
        """Every calendar that a ledger may name."""
        return Revisions(self.connection, self.tenant, self.published.calendars)

    @property
    def house(self) -> House:
        """What clocks are measured by."""
        return House(self.catalogue.policies, self.revisions, self.published.keys)

    def path(self, code: str) -> str:
        """Where a category stands now; what a ticket remembers of it if it is gone."""
        found = self.catalogue.category(code) if code else None
        return found.path if found else code

    def tell(self, kind: str, ticket: str, data: Mapping[str, object]) -> None:
        """Tell other systems about a ticket (public id)."""
        telling = Telling(self.receivers, self.tenant, self.act.system)
        tell(self.connection, kind, "ticket", ticket, data, self.act.at, telling=telling)

    def touch(self, after: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> None:
        """A ticket was changed; rows: columns of `ticket`."""
        rows = (after, before or after)
        self.touched.append(
            Touched(
                what="ticket",
                thing=after["number"],
                teams=frozenset(row["team"] for row in rows),
                people=frozenset(row[name] for row in rows for name in _PEOPLE if row[name]),
                tenant=self.tenant,
            )
        )

    def touch_item(self, item: str, team: str, *people: str) -> None:
        """An item of the intake (public id) was changed. people: who had it, and who has it."""
        teams, holders = frozenset({team}), frozenset(filter(None, people))
        self.touched.append(Touched("intake", item, teams, holders, self.tenant))

    def audit(self, what: str, number: str, fields: Sequence[str]) -> None:
        """Write down what was done to a ticket: names of fields only, no values and no reasons.

        People write names into reasons, and nobody can take them out of this log again when their
        owner asks to be forgotten; the history of the ticket has them.
        """
        facts: dict[str, object] = {"fields": list(fields)}
        if self.tenant != 1:
            facts["tenant"] = self.tenant
        about = f"ticket:{number}"
        row = AuditRow(self.act.at, self.act.by, what, about, facts=facts)
        audit(self.connection, row)
