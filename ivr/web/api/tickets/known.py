"""Whether the people and teams that a ticket is given to exist, so that none gets lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.web.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.web.api.tickets.parts import TicketParts


async def check_names(parts: TicketParts, values: Mapping[str, object]) -> None:
    """Assignee and team of new values. Raises InvalidError."""
    assignee, team = str(values.get("assignee") or ""), str(values.get("team") or "")
    mistakes = []
    if assignee:
        person = await parts.api.people.get(assignee)
        if person is None or person.disabled:
            mistakes.append(_unknown("assignee", "There is no such person"))
    known = await _teams(parts)
    if team and known and team not in known:
        mistakes.append(_unknown("team", "There is no such team"))
    if mistakes:
        raise InvalidError(mistakes)


async def _teams(parts: TicketParts) -> set[str]:
    """Every team that the catalogue or somebody in the house names."""
    catalogue = parts.rules().catalogue
    found = {*catalogue.teams, *(each.team for each in catalogue.categories.values())}
    for person in await parts.api.people.all():
        found.update(person.teams)
    for agent in await parts.api.agents.all():
        found.update(agent.teams)
    return found - {""}


def _unknown(name: str, message: str) -> dict[str, object]:
    return {
        "in": "body",
        "pointer": f"/{name}",
        "code": "unknown",
        "params": {},
        "message": message,
    }
