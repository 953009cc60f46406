"""Whether the flows have what the configuration names: who answers a number, what agents hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.problem import Problem, Severity
from ivr.domain.scalars import nearest
from ivr.engine.verbs.overflowing import RETURNS
from ivr.flow.load.leaves import queues_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.config.model import Config
    from ivr.config.queues.options import QueueOptions
    from ivr.engine.book import Book
    from ivr.flow.model import Flow


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
    return [*found, *_no_words(config, book), *_not_walked(config, book)]


def _not_walked(config: Config, book: Book) -> Iterator[Problem]:
    """C120, ACD-E10: flows that queues would send callers to in vain, of queues that some flow lets
    callers wait in."""
    flows = {name: flow for one in book.bundles.values() for name, flow in one.flows.items()}
    waited = {shape.name for flow in flows.values() for shape in queues_of(flow, book.world)}
    for queue, options in config.queues.items():
        for place, way in enumerate(options.overflow):
            if way.to.flow is None or queue not in waited:
                continue
            code, message = _wrong(way.to.flow, flows)
            if message:
                at = config.where("queues", queue, "overflow", place, "to", "flow")
                yield Problem(code, Severity.ERROR, at, f"queues.{queue}.overflow: {message}")


def _wrong(name: str, flows: Mapping[str, Flow]) -> tuple[str, str]:
    """Why callers cannot be sent to a flow: code and message, "" if they can."""
    flow = flows.get(name)
    if flow is None:
        near = nearest(name, tuple(flows))
        return "C120", f'no flow "{name}"; ' + (f'did you mean "{near}"?' if near else "add it")
    for one, variable in flow.inputs.items():
        if variable.default is None and not variable.type.optional:
            return "ACD-E10", f'{name} needs the input "{one}", which a queue does not have'
    for one in flow.exits:
        if one not in (*RETURNS, "done", "failed"):
            known = ", ".join(("done", "failed", *RETURNS))
            return "ACD-E10", f'{name} has the exit "{one}"; from here it can only take {known}'
    return "", ""


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
    yield ("monitor", "notice"), queue.monitor.notice, "words of ours would be said"
    if queue.recording is not None:
        path = ("recording", "notice")
        yield path, queue.recording.notice, "callers would not be told of the recording"
