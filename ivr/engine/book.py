"""Everything a decision may read besides state and event: flows, verbs, calendars."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.engine.flows import Flows
from ivr.flow.own.built_in import built_in, is_built_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.engine.verb import Verb
    from ivr.flow.model import Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class Book(Flows):
    """Immutable. live: flow name -> hash that new calls get. limit_s: the longest a call lasts."""

    verbs: Mapping[str, Verb]
    live: Mapping[str, str] = field(default_factory=dict)
    limit_s: float = 7200.0

    def flow(self, flow_hash: str, name: str) -> Flow:
        """A flow of a pinned version, or one that is built in."""
        if not is_built_in(name):
            return Flows.flow(self, flow_hash, name)
        specs = {verb: known.spec for verb, known in self.verbs.items()}
        return self.once(lambda: built_in(name, specs, self.world), "built in", name)
