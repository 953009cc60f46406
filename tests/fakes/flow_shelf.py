"""Flows as a server shows them: one that runs, and what is said of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.engine.checking import check_flows
from ivr.runtime.flows.library import Judges, Library
from ivr.runtime.flows.shown import FlowsShown
from ivr.runtime.flows.switching import Switches
from ivr.runtime.memory.store import MemoryShelf
from tests.fakes.house import NUMBER, desk_book, desk_world

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.domain.call import CallId
    from ivr.domain.problem import Problem
    from ivr.engine.book import Book
    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.supervision.switches import HandSwitches


def desk_library(book: Book | None = None) -> Library:
    """A library with the flow `desk`, which takes what checks clean."""
    return Library(
        book or desk_book(), MemoryShelf(), Judges(check=_checked, lacks=_nothing, load=_checked)
    )


def desk_shown(
    library: Library | None = None, calls: Mapping[CallId, LiveCall] | None = None
) -> FlowsShown:
    """What is shown of it; callers of one number begin in it."""
    return FlowsShown(
        library or desk_library(),
        {} if calls is None else calls,  # one that is empty now may be filled
        lambda: {NUMBER: "desk"},
    )


def switches(
    kept: HandSwitches,
    clock: Clock,
    tell: Callable[[dict[str, bool]], object] = dict,
    **configured: bool,
) -> Switches:
    """Switches, with `branch` off in the configuration unless said otherwise."""
    return Switches(kept, clock, lambda: {"branch": False, **configured}, tell)


def _checked(files: Mapping[str, bytes]) -> tuple[Book | None, Sequence[Problem]]:
    return check_flows(files, desk_world())


def _nothing(_book: Book) -> Sequence[Problem]:
    return ()
