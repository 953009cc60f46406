"""Whether every called number of the configuration has the flow that shall answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.problem import Problem, Severity
from ivr.domain.scalars import nearest

if TYPE_CHECKING:
    from ivr.config.model import Config
    from ivr.engine.book import Book


def unanswered(config: Config, book: Book) -> list[Problem]:
    """A problem (C120) for each number whose flow is not in the book."""
    found = []
    for number, entry in config.numbers.items():
        if entry.flow not in book.live:
            near = nearest(entry.flow, tuple(book.live))
            hint = f'did you mean "{near}"?' if near else "add it, or take the number out"
            at = config.where("numbers", number, "flow")
            message = f'no flow "{entry.flow}" answers {number}; {hint}'
            found.append(Problem("C120", Severity.ERROR, at, message))
    return found
