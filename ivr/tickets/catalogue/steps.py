"""Checks the steps of flows that open tickets against the catalogue: a caller must not be the first
to find out that a category is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.problem import Problem, Severity
from ivr.domain.scalars import nearest
from ivr.flow.load.findings import meant
from ivr.flow.reader_tree import Map, Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ivr.flow.model import Flow
    from ivr.tickets.catalogue.model import Catalogue

OPENERS = frozenset({"ticket", "voicemail"})
"""Verbs that open tickets: by their own fields, or by a map under `ticket`."""
ALWAYS = ("product", "asset")
"""Values of `body` that belong to the ticket and to no form."""


def check_steps(flows: Iterable[Flow], catalogue: Catalogue) -> tuple[Problem, ...]:
    """F920 for categories and form fields that flows name and the catalogue does not have.

    Nothing is said in a house without a catalogue: there is nothing to compare with.
    """
    if not catalogue.hash:
        return ()
    steps = (step for flow in flows for node in flow.nodes.values() for step in node.steps)
    maps = (step.raw for step in steps if step.verb in OPENERS and step.raw is not None)
    return tuple(each for raw in maps for each in _problems(_opening(raw), catalogue))


def _opening(step: Map) -> Map:
    """The map that says what the ticket is: that of the step, or the one under `ticket`."""
    inner = step.get("ticket")
    return inner if isinstance(inner, Map) else step


def _problems(opening: Map, catalogue: Catalogue) -> Iterator[Problem]:
    written = opening.get("category")
    if not isinstance(written, Text) or not written.value:
        return
    category = catalogue.category(written.value)
    if category is None:
        yield _missing(written, "category", catalogue.categories)
        return
    body = opening.get("body")
    known = (*category.form.fields, *ALWAYS)
    for entry in body.entries if isinstance(body, Map) else ():
        if entry.key.value not in known:
            yield _missing(entry.key, f"field of {category.path}", known)


def _missing(text: Text, what: str, known: Collection[str]) -> Problem:
    hint = meant(nearest(text.value, known))
    return Problem("F920", Severity.ERROR, text.at, f'no {what} "{text.value}"', hint)
