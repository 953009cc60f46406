"""The part of the configuration that tickets and surveys may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.surveys.files.reading import Around
from ivr.tickets.catalogue.reading import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.config.model import Config


def to_surroundings(config: Config) -> Surroundings:
    """Languages, teams, queues and calendars of the house, as configured."""
    return Surroundings(
        languages=config.languages,
        currency=config.currency,
        teams=teams_of(config),
        queues=config.queue_names,
        calendars=tuple(config.hours),
    )


def around_surveys(config: Config, categories: Iterable[str] | None) -> Around:
    """What surveys may name: queues, and categories of tickets if these could be read; and whether
    people can be called; after which queues nobody winds up."""
    known = None if categories is None else tuple(categories)
    return Around(
        queues=config.queue_names,
        categories=known,
        names=config.surveys,
        unwound=frozenset(
            name for name, queue in config.queues.items() if queue.wrapup.mode == "none"
        ),
        calls=config.survey_calls is not None,
    )


def teams_of(config: Config) -> tuple[str, ...]:
    """The teams that serve queues; a queue that names none is served by the team of its name."""
    found: dict[str, None] = {}
    for name, queue in config.queues.items():
        found |= dict.fromkeys(queue.members.teams or (name,))
    return tuple(found)
