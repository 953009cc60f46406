"""What the API of the intake is made from, and what of it somebody may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.ticket_rows import Act
from ivr.web.api.intake.shapes import ItemLine, ItemWhole, line_of, whole_of
from ivr.web.permissions import ALL, demand, may

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports.intake import Intake, ItemRow
    from ivr.runtime.ports.tickets import Rules, Tickets
    from ivr.web.api.parts import ApiParts
    from ivr.web.typed import Ask

SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class IntakeParts:
    """The seams behind it. api: what every route is made from. new_id: makes public ids."""

    api: ApiParts
    intake: Intake
    tickets: Tickets
    rules: Rules
    new_id: Callable[[], str]

    def act(self, ask: Ask, reason: str = "") -> Act:
        """Whoever asks does something now."""
        supervisor = SUPERVISOR in ask.who.roles
        return Act(ask.who.name, self.api.clock.now(), reason, supervisor)

    def teams(self, ask: Ask) -> tuple[str, ...] | None:
        """Whose items he sees: those of his teams and of none; None = all."""
        return None if demand(ask.who, "intake", "r") == ALL else ask.who.teams

    async def item(self, ask: Ask, ref: str) -> ItemRow:
        """An item that he may see, also one that was given to him. Raises NotFoundError."""
        row, teams = await self.intake.get(ref), self.teams(ask)
        if row is None or not (
            teams is None or row.team in {"", *teams} or ask.who.name == row.claimed_by
        ):
            raise NotFoundError("there is no such item")
        return row

    def line(self, ask: Ask, row: ItemRow) -> ItemLine:
        """An item as a list shows it to him."""
        return line_of(row, ask.who.name, names=self._names(ask))

    def whole(self, ask: Ask, row: ItemRow) -> ItemWhole:
        """All of an item as he may see it."""
        return whole_of(row, ask.who.name, names=self._names(ask))

    def _names(self, ask: Ask) -> bool:
        return may(ask.who, "name", "r") is not None
