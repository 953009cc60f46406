"""The flows that calls walk: every pinned version, and the world they are checked against."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.flow.model import Bundle, Flow, Step
    from ivr.flow.world import World

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Bundles by hash, immutable. What follows from a flow alone is worked out once and kept."""

    world: World
    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    _kept: dict[tuple[object, ...], Any] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )

    def flow(self, flow_hash: str, name: str) -> Flow:
        """A flow of a pinned version."""
        return self.bundles[flow_hash].flows[name]

    def root(self, flow_hash: str) -> Flow:
        """The flow a call of this version starts in."""
        return self.bundles[flow_hash].root

    def step(self, flow_hash: str, flow: str, node: str, index: int) -> Step:
        """One step of a pinned version."""
        return self.flow(flow_hash, flow).nodes[node].steps[index]

    def once(self, make: Callable[[], T], *key: str | bool) -> T:
        """What `make` gives; the second time it is remembered.

        key: what it is, then everything it depends on: version, flow, step, language and so on.
        """
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found
