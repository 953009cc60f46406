"""Whose tickets somebody reads: his own, and those of his teams and the teams below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.tickets import Scope
from ivr.web.permissions import ALL, TEAM, may

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.tickets.catalogue.model import Catalogue, Team
    from ivr.web.permissions import Who

_NOBODY = "\x00"
"""A name that nobody has."""


def with_below(teams: tuple[str, ...], known: Mapping[str, Team]) -> tuple[str, ...]:
    """Teams and all below them."""
    found = dict.fromkeys(teams)
    for _level in range(len(known)):
        below = {team.name for team in known.values() if team.parent in found}
        if found.keys() >= below:
            break
        found |= dict.fromkeys(sorted(below))
    return tuple(found)


def ticket_scope(who: Who, catalogue: Catalogue) -> Scope | None:
    """The tickets that somebody reads, None = all of them."""
    reach = may(who, "ticket", "r")
    if reach == ALL:
        return None
    teams = with_below(who.teams, catalogue.teams) if reach == TEAM else ()
    return Scope(who.name if reach else _NOBODY, teams)
