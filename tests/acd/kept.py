"""What a store would have kept of a house, and the house after a restart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ivr.acd.group import Group, restore
from ivr.acd.words import Row
from tests.acd.house import House, only

if TYPE_CHECKING:
    from ivr.acd.words import Command, Event


class Kept:
    """Rows as a store keeps them, of everything that a house says."""

    def __init__(self, house: House) -> None:
        self.house, self.rows = house, dict[tuple[str, str], Row]()
        self._give = house.give
        house.give = self.give  # type: ignore[method-assign]

    def give(self, event: Event) -> list[Command]:
        """One event, and its rows kept."""
        out = self._give(event)
        for row in only(out, Row):
            columns = json.loads(json.dumps(row.columns))
            self.rows[row.kind, row.key] = Row(kind=row.kind, key=row.key, columns=columns)
        return out

    def again(self) -> Group:
        """The group after a restart; waits that are over come first."""
        rows = sorted(self.rows.values(), key=lambda row: row.columns.get("live", True))
        group = Group("g", self.house.group.epoch + 1)
        restore(group, self.house.rules, self.house.cards, rows)
        return group

    def restart(self) -> None:
        """Go on with what was stored."""
        self.house.group = self.again()

    def was_refused(self, ticket: str) -> bool:
        """Whether this wait was over before it began."""
        row = self.rows.get(("waiting", ticket))
        return row is None or row.columns["state"] == "refused"
