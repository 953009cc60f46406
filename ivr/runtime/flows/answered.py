"""Whether the flows have what the configuration names: who answers a number, what agents hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.problem import Problem, Severity
from ivr.domain.scalars import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.config.model import Config
    from ivr.config.queues.options import QueueOptions
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
    return [*found, *_no_words(config, book)]


def _no_words(config: Config, book: Book) -> list[Problem]:
    """A problem (C120) for each prompt that a queue wants said and no flow has."""
    known = sorted({name for one in book.live for name in book.flow(book.live[one], one).prompts})
    found = []
    for queue, options in config.queues.items():
        for path, name, otherwise in _words(options):
            if name is not None and name not in known:
                near = nearest(name, known)
                hint = f'did you mean "{near}"?' if near else otherwise
                at = config.where("queues", queue, *path)
                message = f'no flow has the prompt "{name}"; {hint}'
                found.append(Problem("C120", Severity.ERROR, at, message))
    return found


def _words(queue: QueueOptions) -> Iterator[tuple[tuple[str, ...], str | None, str]]:
    """What a queue wants said: where that is written, the prompt, and what if there is none."""
    yield ("agent_whisper",), queue.agent_whisper, "agents would hear nothing"
    if queue.recording is not None:
        path = ("recording", "notice")
        yield path, queue.recording.notice, "callers would not be told of the recording"
