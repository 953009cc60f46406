"""Who is who in the house, as far as escalations ask: leads, teams above, roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ivr.store.tables import person, team

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from ivr.store.tickets.operation import Operation


class HousePeople:
    """Implements `People` of ivr/tickets/escalation.py over one transaction."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation

    def leads(self, name: str) -> Sequence[str]:
        """The active leads of a team, in the order written there."""
        question = select(team.c.leads).where(*self._its(name))
        written = self._operation.connection.scalar(question) or []
        active = set(self._active(person.c.name.in_(written))) if written else set()
        return [each for each in written if each in active]

    def parent(self, name: str) -> str | None:
        """The team above one; what is published wins over what the table has."""
        published = self._operation.catalogue.teams.get(name)
        if published is not None and published.parent:
            return published.parent
        question = select(team.c.parent).where(*self._its(name))
        return self._operation.connection.scalar(question) or None

    def with_role(self, role: str) -> Sequence[str]:
        """The active people of a role, by name."""
        everybody = select(person.c.name, person.c.roles).where(person.c.disabled.is_(False))
        rows = self._operation.connection.execute(everybody)
        return sorted(row.name for row in rows if role in row.roles)

    def _its(self, name: str) -> tuple[ColumnElement[bool], ...]:
        return team.c.tenant_id == self._operation.tenant, team.c.name == name

    def _active(self, which: ColumnElement[bool]) -> Sequence[str]:
        question = select(person.c.name).where(person.c.disabled.is_(False), which)
        return list(self._operation.connection.scalars(question))
