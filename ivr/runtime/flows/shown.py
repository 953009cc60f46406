"""The flows of the running server as people look at them: versions, maps, who is inside, faults."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.errors import NotFoundError
from ivr.engine.state import LIVE
from ivr.flow.checker.outline import outline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ivr.domain.call import CallId
    from ivr.engine.book import Book
    from ivr.engine.state import State
    from ivr.flow.checker.outline import Station
    from ivr.flow.model import Bundle, Flow
    from ivr.runtime.flows.library import Library, Verdict
    from ivr.runtime.live import LiveCall


@dataclass(frozen=True, slots=True)
class FlowNow:
    """A flow that new calls get. bundle: the version it is part of. numbers: whose callers begin in
    it. calls: that are in it now, or in one that it runs; older: how many of them are on a version
    of before."""

    flow: Flow
    bundle: Bundle
    numbers: tuple[str, ...]
    calls: int
    older: int


@dataclass(frozen=True, slots=True)
class FlowMap:
    """A flow with its nodes. text: the file. inside: node -> calls in it now, older versions left
    out."""

    now: FlowNow
    text: str
    stations: tuple[Station, ...]
    inside: Mapping[str, int]


class FlowsShown:
    """What is shown of flows; changes nothing.

    calls: those that go on. numbers: number -> flow, as the configuration has it now.
    """

    def __init__(
        self,
        library: Library,
        calls: Mapping[CallId, LiveCall],
        numbers: Callable[[], Mapping[str, str]],
    ) -> None:
        self._library = library
        self._calls = calls
        self._numbers = numbers

    @property
    def verdict(self) -> Verdict:
        """What was said of the files when they were read last."""
        return self._library.verdict

    def all(self) -> list[FlowNow]:
        """Every flow that new calls may come to, by name; first those in which they begin."""
        book = self._library.current()
        homes = _homes(book)
        return [self._now(name, homes[name], book) for name in homes]

    def one(self, name: str) -> FlowMap:
        """One flow. Raises NotFoundError."""
        book = self._library.current()
        bundle = _homes(book).get(name)
        if bundle is None:
            raise NotFoundError("there is no such flow")
        now = self._now(name, bundle, book)
        text = bundle.sources.get(now.flow.file, b"").decode()
        current = set(book.live.values())
        states = [state for state in self._states() if state.flow_hash in current]
        inside = Counter(one.node for state in states for one in state.frames if one.flow == name)
        return FlowMap(now, text, outline(now.flow), inside)

    def _now(self, name: str, bundle: Bundle, book: Book) -> FlowNow:
        current = set(book.live.values())
        inside = [s for s in self._states() if any(frame.flow == name for frame in s.frames)]
        numbers = tuple(sorted(one for one, flow in self._numbers().items() if flow == name))
        older = sum(state.flow_hash not in current for state in inside)
        return FlowNow(bundle.flows[name], bundle, numbers, len(inside), older)

    def _states(self) -> Iterator[State]:
        for call in self._calls.values():
            if call.state is not None and call.state.region == LIVE:
                yield call.state


def _homes(book: Book) -> dict[str, Bundle]:
    """Flow -> a bundle of now that has it; roots first, then what only other flows run."""
    bundles = [book.bundles[book.live[name]] for name in sorted(book.live)]
    homes = {bundle.root.name: bundle for bundle in bundles}
    inner = {name: bundle for bundle in bundles for name in bundle.flows}
    return homes | {name: inner[name] for name in sorted(inner) if name not in homes}
