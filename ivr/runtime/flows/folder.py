"""Checks a whole flow folder: the flows, and the tickets and surveys that stand beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ivr.config.surroundings import around_surveys, to_surroundings
from ivr.config.world import to_world
from ivr.domain.problem import Severity
from ivr.engine.checking import check_flows
from ivr.surveys.files.loading import Surveys, as_flows, of_callers, read_surveys
from ivr.tickets.catalogue.loading import read_catalogue
from ivr.tickets.catalogue.steps import check_steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ivr.config.model import Config
    from ivr.domain.problem import Problem
    from ivr.engine.book import Book
    from ivr.flow.world import World
    from ivr.tickets.catalogue.model import Catalogue


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of the files. book, catalogue, surveys: None if something of theirs is wrong."""

    book: Book | None
    catalogue: Catalogue | None
    surveys: Surveys | None
    problems: tuple[Problem, ...]


def check_folder(files: Mapping[str, bytes], config: Config, now: datetime) -> Checked:
    """Everything in the files, against the configuration, its holidays counted from `now`.

    Prompts that only forms of tickets use are no longer called unused.
    """
    catalogue, of_tickets = read_catalogue(files, to_surroundings(config))
    asked = frozenset() if catalogue is None else catalogue.asked
    world = replace(to_world(config, now), asked_prompts=asked)
    known = None if catalogue is None else catalogue.categories
    surveys, of_surveys = surveys_of(files, config, known)
    book, of_flows = check_with_surveys(files, world)
    between = () if book is None or catalogue is None else tickets_fit(book, catalogue)
    problems = (*of_flows, *of_tickets, *of_surveys, *between)
    return Checked(None if between else book, catalogue, surveys, problems)


def surveys_of(
    files: Mapping[str, bytes], config: Config, categories: Iterable[str] | None = None
) -> tuple[Surveys | None, tuple[Problem, ...]]:
    """What people are asked; only surveys that `surveys` of the configuration names are asked.

    categories: of tickets, None = not checked.
    """
    found, problems = read_surveys(files, around_surveys(config, categories))
    return None if found is None else found.only(config.surveys), problems


def check_with_surveys(
    files: Mapping[str, bytes], world: World
) -> tuple[Book | None, tuple[Problem, ...]]:
    """Every check of the flows, surveys compiled among them; what agents are asked is no step of a
    call. What is only a warning about text that we have made ourselves concerns nobody."""
    made = as_flows(files, world.surveys)
    world = replace(world, surveys=tuple(of_callers(files, world.surveys)))
    book, problems = check_flows({**files, **made}, world)
    shown = (p for p in problems if p.at.file not in made or p.severity is Severity.ERROR)
    return book, tuple(shown)


def tickets_fit(book: Book, catalogue: Catalogue) -> tuple[Problem, ...]:
    """What the flows that calls can have want of tickets and the catalogue does not have."""
    live = [book.bundles[flow_hash] for flow_hash in book.live.values()]
    flows = {name: flow for bundle in live for name, flow in bundle.flows.items()}
    return check_steps(flows.values(), catalogue)
