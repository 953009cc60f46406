"""Everything a decision may read besides state and event: flows, verbs, calendars."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.engine.flows import Flows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.engine.verb import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Book(Flows):
    """Immutable. live: flow name -> hash that new calls get. limit_s: the longest a call lasts."""

    verbs: Mapping[str, Verb]
    live: Mapping[str, str] = field(default_factory=dict)
    limit_s: float = 7200.0
