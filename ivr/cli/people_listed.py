"""Who may sign in, as lines of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.desk import AgentRow, Agents, People, Person

HEAD = ("name", "roles", "teams", "number", "telephone", "")
NOBODY = "nobody can sign in; ivr user add NAME --role admin makes somebody who can"


async def people_rows(people: People, agents: Agents) -> list[str]:
    """Everybody, a line each, agents with number and telephones."""
    cards = {card.name: card for card in await agents.all()}
    every = await people.all()
    if not every:
        return [NOBODY]
    return columns([HEAD, *(_row(person, cards.get(person.name)) for person in every)])


def _row(person: Person, card: AgentRow | None) -> tuple[str, ...]:
    teams = dict.fromkeys((*person.teams, *(card.teams if card else ())))
    return (
        person.name,
        " ".join(person.roles),
        " ".join(teams) or "-",
        str(card.number) if card else "-",
        " ".join(sorted(set(card.endpoints.values()))) if card and card.endpoints else "-",
        _state(person),
    )


def _state(person: Person) -> str:
    if person.disabled:
        return "disabled"
    return "" if person.password else "no password yet"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Cells under each other; no blanks at the end of a line."""
    wide = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, wide, strict=True)).rstrip()
        for row in rows
    ]
