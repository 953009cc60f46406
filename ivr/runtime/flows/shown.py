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
        inside, older = self._counts(book)
        return [
            FlowNow(bundle.flows[name], bundle, self._numbers_of(name), inside[name], older[name])
            for name, bundle in _homes(book).items()
        ]

    def one(self, name: str) -> FlowMap:
        """One flow. Raises NotFoundError."""
        now = next((each for each in self.all() if each.flow.name == name), None)
        if now is None:
            raise NotFoundError("there is no such flow")
        book, bundle = self._library.current(), now.bundle
        text = bundle.sources.get(now.flow.file, b"").decode()
        stations = book.once(lambda: outline(now.flow), "outline", bundle.hash, name)
        current = set(book.live.values())
        states = [state for state in self._states() if state.flow_hash in current]
        inside = Counter(one.node for state in states for one in state.frames if one.flow == name)
        return FlowMap(now, text, stations, inside)

    def _counts(self, book: Book) -> tuple[Counter[str], Counter[str]]:
        """Flow -> calls in it now, and those of them on a version of before; in one look, for there
        may be thousands of calls."""
        current = set(book.live.values())
        inside: Counter[str] = Counter()
        older: Counter[str] = Counter()
        for state in self._states():
            flows = {frame.flow for frame in state.frames}
            inside.update(flows)
            if state.flow_hash not in current:
                older.update(flows)
        return inside, older

    def _numbers_of(self, name: str) -> tuple[str, ...]:
        return tuple(sorted(one for one, flow in self._numbers().items() if flow == name))

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
