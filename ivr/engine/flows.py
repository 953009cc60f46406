"""The flows that calls walk: every pinned version, and the world they are checked against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.flow.model import Bundle, Flow, Step
from ivr.flow.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Bundles by hash, immutable."""

    world: World
    bundles: Mapping[str, Bundle] = field(default_factory=dict)

    def flow(self, flow_hash: str, name: str) -> Flow:
        """A flow of a pinned version."""
        return self.bundles[flow_hash].flows[name]

    def root(self, flow_hash: str) -> Flow:
        """The flow a call of this version starts in."""
        return self.bundles[flow_hash].root

    def step(self, flow_hash: str, flow: str, node: str, index: int) -> Step:
        """One step of a pinned version."""
        return self.flow(flow_hash, flow).nodes[node].steps[index]
