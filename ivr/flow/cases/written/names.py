"""The names that a test file may use: what its flow, its prompts and the configuration know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from ivr.domain import scalars
from ivr.domain.call import Outcome
from ivr.flow.cases.exits import exits_of
from ivr.flow.types import Type, parse_literal

if TYPE_CHECKING:
    from ivr.domain.values import Value
    from ivr.flow.model import Bundle, Flow
    from ivr.flow.world import World

ZoneOf = Callable[[str], tzinfo]
EMERGENCY = "emergency"
APOLOGY = "apology"
"""The prompt of the built-in last words."""


@dataclass(frozen=True, slots=True)
class Names:
    """What one flow under test may name."""

    bundle: Bundle
    world: World
    zone_of: ZoneOf

    @property
    def flow(self) -> Flow:
        """The flow under test."""
        return self.bundle.root

    @property
    def prompts(self) -> tuple[str, ...]:
        """Prompts of the flow and its sub-flows."""
        return (APOLOGY, *(name for flow in self.bundle.flows.values() for name in flow.prompts))

    @property
    def switches(self) -> tuple[str, ...]:
        """The emergency switch, and those that close calendars."""
        return (EMERGENCY, *self.world.switches.values())

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Outcomes a call can have."""
        return (*(str(one) for one in Outcome), *self.world.outcomes)

    @property
    def nodes(self) -> tuple[str, ...]:
        """`node` of the flow itself, `flow.node` of its sub-flows."""
        inner = (flow for flow in self.bundle.flows.values() if flow.name != self.flow.name)
        return (*self.flow.nodes, *(f"{flow.name}.{node}" for flow in inner for node in flow.nodes))

    @property
    def exits(self) -> tuple[str, ...]:
        """Exits by full name, those of the flow itself also without `flow.`."""
        full = tuple(place.name for place in exits_of(self.bundle))
        own = f"{self.flow.name}."
        return (*full, *(name.removeprefix(own) for name in full if name.startswith(own)))

    def moment(self, text: str) -> datetime:
        """`2026-11-23 10:30 Europe/Istanbul`, as aware UTC. Raises ValueError."""
        wall, zone = scalars.read_instant(text)
        try:
            found = self.zone_of(zone)
        except (LookupError, OSError, ValueError):
            raise ValueError(f'no time zone "{zone}"') from None
        return wall.replace(tzinfo=found).astimezone(UTC)

    def literal(self, text: str, wanted: Type) -> Value:
        """A written value of a type. Raises ValueError."""
        if wanted.name == "datetime":
            return self.moment(text)
        return parse_literal(text, wanted, zone_of=self.zone_of)


def own_zone(world: World) -> ZoneOf:
    """Knows UTC and the zone of the configuration, by the name it prints."""
    known: Mapping[str, tzinfo] = {"UTC": UTC, "Etc/UTC": UTC, str(world.zone): world.zone}
    return known.__getitem__
