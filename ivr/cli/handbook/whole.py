"""Everything that can be explained, and how to find one of it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ivr.cli.handbook import commands, flow_files, settings, verbs
from ivr.cli.handbook.entry import Entry
from ivr.domain.scalars import nearest
from ivr.flow.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CODES_KIND = "Codes"
TOPICS = {
    "commands": commands.KIND,
    "verbs": verbs.KIND,
    "flow": flow_files.KIND,
    "codes": CODES_KIND,
    "config": settings.KEYS,
    "metrics": settings.FIGURES,
}
"""Words that list a whole kind."""


def codes() -> Iterator[Entry]:
    """Every code with its meaning and remedy."""
    for code, page in CODES.items():
        lines = (f"  {page.meaning}", f"  What to do: {page.remedy}")
        yield Entry(CODES_KIND, code, page.title, lines)


def every_entry() -> tuple[Entry, ...]:
    """All of it, kind by kind."""
    parts = (commands.entries(), verbs.entries(), flow_files.entries(), codes())
    return tuple(chain(*parts, settings.keys(), settings.figures()))


def found(name: str, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Every entry of this name, small or capital; or all of a topic."""
    wanted = name.strip().removeprefix("ivr ")
    kind = TOPICS.get(wanted.lower())
    if kind is not None:
        return tuple(each for each in entries if each.kind == kind)
    return tuple(each for each in entries if each.name.lower() == wanted.lower())


def near(name: str, entries: Sequence[Entry]) -> str:
    """The name that was probably meant; empty if none is near. Nobody can guess a number."""
    if name[1:].isdigit():
        return ""
    return nearest(name, [*TOPICS, *(each.name for each in entries)]) or ""
