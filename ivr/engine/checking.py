"""Everything `ivr check` does to a folder of flows: load, then every check on every version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.engine.load import load_book
from ivr.engine.verbs import EVERY
from ivr.flow.checker import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.domain.problem import Problem
    from ivr.engine.book import Book
    from ivr.flow.loader import Loaded
    from ivr.flow.world import World


def check_flows(
    files: Mapping[str, bytes], world: World
) -> tuple[Book | None, tuple[Problem, ...]]:
    """The book, None if anything is an error, and every problem found."""
    return load_book(files, world, extra_checks=_every_check)


def _every_check(loaded: Loaded, world: World) -> Iterable[Problem]:
    found: dict[Problem, None] = {}
    for bundle in loaded.bundles.values():
        found |= dict.fromkeys(check(bundle, EVERY, world))
    return found
