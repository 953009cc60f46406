"""Proves how long the worst caller waits: for a person, from any menu, for the key to an agent.

Normative: flow-engine.md 2. Computed for each language and for callers who say nothing, always err,
or err at the last moment. `prove` is pure; `ivr check` compares its figures with what the flow
promises, `ivr check -v` prints them, and no simulated call may take longer.

The time until the agent key, and rules that count only queue and transfer, are measured while all
hours are open: a closed line has no agent to offer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.flow.proof.goals import AgentKey, HumanStep, PersonStep
from ivr.flow.proof.reach import OVER, End, Question, Reach
from ivr.flow.proof.stuck import Stuck, longest_stuck
from ivr.flow.proof.times import Clock
from ivr.flow.proof.ways import always_in_force
from ivr.flow.spec import CallerKind

if TYPE_CHECKING:
    from ivr.flow.model import Bundle
    from ivr.flow.proof.goals import Goal, Specs
    from ivr.flow.world import World

ENTRIES = ("start", "error", "emergency")
"""Where a caller comes in: the start, and the targets of `rescue` that speak."""


@dataclass(frozen=True, slots=True)
class Worst:
    """The longest wait of one kind of caller. nodes: the way; circle: what is gone round for ever.

    seconds: infinite if the caller never gets there. point: where the wait begins, if not at an
    entry: `lost_card.ask`, in a sub-flow `identify.ask_pin.ask`.
    """

    seconds: float
    kind: CallerKind
    nodes: tuple[str, ...] = ()
    circle: tuple[str, ...] = ()
    point: str = ""


@dataclass(frozen=True, slots=True)
class Proven:
    """The figures of one language. None where there is nothing to measure.

    human: entry (`start`, `error`, `emergency`) -> kind -> the wait for a person, voicemail,
    callback or goodbye. stuck: kind -> the same from the worst menu or ask. person: kind -> the
    wait for a queue or transfer alone, while open. agent_key: kind -> the time until a key to an
    agent was named, while open.
    """

    human: Mapping[str, Mapping[CallerKind, Worst]]
    stuck: Mapping[CallerKind, Worst]
    person: Mapping[CallerKind, Worst]
    agent_key: Mapping[CallerKind, Worst]

    def worst_human(self, entry: str = "start") -> Worst | None:
        """The longest wait for a human step over all callers."""
        return worst(self.human.get(entry, {}))

    def worst_stuck(self) -> Worst | None:
        """The longest wait from any menu or ask over all callers."""
        return worst(self.stuck)

    def worst_agent_key(self) -> Worst | None:
        """The longest time until a key to an agent was named."""
        return worst(self.agent_key)


def worst(found: Mapping[CallerKind, Worst]) -> Worst | None:
    """The longest of all; the first of equals."""
    return max(found.values(), key=lambda each: each.seconds, default=None)


@dataclass(frozen=True, slots=True)
class Rule:
    """A preset of promises. Times in seconds; human: only queue and transfer count."""

    agent_key_s: float
    human_s: float
    kinds: tuple[CallerKind, ...]


RULES: Mapping[str, Rule] = MappingProxyType(
    {"tr_epdk": Rule(agent_key_s=45.0, human_s=120.0, kinds=(CallerKind.SILENT,))}
)
"""Presets by name. tr_epdk: figures from press reports; verify them in the official text."""


def prove(bundle: Bundle, specs: Specs, world: World) -> Mapping[str, Proven]:
    """The figures of each language of a flow. Names that do not exist are passed over."""
    return {language: _proven(bundle, specs, world, language) for language in bundle.root.languages}


def _proven(bundle: Bundle, specs: Specs, world: World, language: str) -> Proven:
    def clocks(goal: Goal, *, open_hours: bool = False, lost_s: float = 0.0) -> Clocks:
        return {
            kind: Clock(Question(bundle, specs, world, kind, language, goal, open_hours, lost_s))
            for kind in CallerKind
        }

    human = clocks(HumanStep(specs))
    person = clocks(PersonStep(specs), open_hours=True, lost_s=float("inf"))
    agent_key = clocks(AgentKey(specs, language, always_in_force(bundle)), open_hours=True)
    stuck = {kind: longest_stuck(clock) for kind, clock in human.items()}
    return Proven(
        {entry: found for entry in ENTRIES if (found := _waits(human, _node(bundle, entry)))},
        {kind: _stuck(kind, found) for kind, found in stuck.items() if found is not None},
        _waits(person, bundle.root.start),
        _waits(agent_key, bundle.root.start),
    )


Clocks = Mapping[CallerKind, Clock]


def _node(bundle: Bundle, entry: str) -> str:
    rescue = bundle.root.rescue
    return {"start": bundle.root.start, "error": rescue.error}.get(entry, rescue.emergency)


def _waits(clocks: Clocks, node: str) -> dict[CallerKind, Worst]:
    return {kind: _worst(kind, reach) for kind, reach in _reaches(clocks, node)}


def _reaches(clocks: Clocks, node: str) -> Iterator[tuple[CallerKind, Reach]]:
    for kind, clock in clocks.items():
        reach = clock.root().from_node(node).get(End(OVER))
        if reach is not None:
            yield kind, reach


def _worst(kind: CallerKind, reach: Reach, point: str = "") -> Worst:
    return Worst(reach.seconds, kind, reach.way(), reach.round(), point)


def _stuck(kind: CallerKind, found: Stuck) -> Worst:
    return _worst(kind, found.reach, found.point)
