"""Whether the flows have what the configuration names: who answers a number, what agents hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.problem import Problem, Severity
from ivr.domain.scalars import nearest

if TYPE_CHECKING:
    from ivr.config.model import Config
    from ivr.engine.book import Book


def unanswered(config: Config, book: Book) -> list[Problem]:
    """A problem (C120) for each number whose flow is not in the book, and each missing whisper."""
    found = []
    for number, entry in config.numbers.items():
        if entry.flow not in book.live:
            near = nearest(entry.flow, tuple(book.live))
            hint = f'did you mean "{near}"?' if near else "add it, or take the number out"
            at = config.where("numbers", number, "flow")
            message = f'no flow "{entry.flow}" answers {number}; {hint}'
            found.append(Problem("C120", Severity.ERROR, at, message))
    return [*found, *_no_whisper(config, book)]


def _no_whisper(config: Config, book: Book) -> list[Problem]:
    """A problem (C120) for each queue whose whisper is a prompt of no flow."""
    known = sorted({name for one in book.live for name in book.flow(book.live[one], one).prompts})
    found = []
    for queue, options in config.queues.items():
        name = options.agent_whisper
        if name is not None and name not in known:
            near = nearest(name, known)
            hint = f'did you mean "{near}"?' if near else "agents would hear nothing"
            at = config.where("queues", queue, "agent_whisper")
            message = f'no flow has the prompt "{name}"; {hint}'
            found.append(Problem("C120", Severity.ERROR, at, message))
    return found
