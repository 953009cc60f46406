"""Who is who in the house, as far as escalations ask: leads, teams above, roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ivr.store.tables import person

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sqlalchemy import Row

    from ivr.store.tickets.operation import Operation

LEAD = "supervisor"
"""The role by which somebody leads the teams that he belongs to."""
_EVERYBODY = select(person.c.name, person.c.roles, person.c.teams).where(
    person.c.disabled.is_(False)
)


class HousePeople:
    """Implements `People` of ivr/tickets/escalation.py over one transaction."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation

    def leads(self, name: str) -> Sequence[str]:
        """Whoever leads a team and may sign in, by name."""
        rows = self._people()
        return sorted(row.name for row in rows if LEAD in row.roles and name in row.teams)

    def parent(self, name: str) -> str | None:
        """The team above one."""
        team = self._operation.catalogue.teams.get(name)
        return (team.parent or None) if team is not None else None

    def with_role(self, role: str) -> Sequence[str]:
        """Whoever has a role and may sign in, by name."""
        return sorted(row.name for row in self._people() if role in row.roles)

    def _people(self) -> Sequence[Row[Any, Any, Any]]:
        return self._operation.connection.execute(_EVERYBODY).all()
