"""Makes the book that calls are decided by from the files of the flow folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from ivr.domain.problem import Problem, Severity
from ivr.engine.book import Book
from ivr.engine.verbs import EVERY, VERBS
from ivr.flow.load.silencing import arranged, silenced
from ivr.flow.loader import Loaded, load
from ivr.flow.world import World

ExtraChecks: TypeAlias = Callable[[Loaded, World], Iterable[Problem]]


def no_extra_checks(_loaded: Loaded, _world: World) -> Iterable[Problem]:
    """Finds nothing."""
    return ()


def load_book(
    files: Mapping[str, bytes], world: World, *, extra_checks: ExtraChecks = no_extra_checks
) -> tuple[Book | None, tuple[Problem, ...]]:
    """The book and what is wrong, sorted by place, at most 200; no book if anything is an error.

    `# ok F406: reason` comments are taken into account. extra_checks: later passes, which see the
    flows that loaded without an error.
    """
    loaded = load(files, EVERY, world)
    found = (*loaded.problems, *extra_checks(loaded, world))
    problems = arranged(silenced(found, loaded.documents))
    if any(problem.severity is Severity.ERROR for problem in problems):
        return None, problems
    bundles = {bundle.hash: bundle for bundle in loaded.bundles.values()}
    live = {name: bundle.hash for name, bundle in loaded.bundles.items()}
    return Book(world=world, bundles=bundles, verbs=VERBS, live=live), problems
