"""What is asked about a flow's times, and the shape of the answer: so many seconds, by this way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ivr.flow.spec import CallerKind, Timing

if TYPE_CHECKING:
    from ivr.flow.model import Bundle, Flow
    from ivr.flow.proof.goals import Goal, Specs
    from ivr.flow.world import World

OVER = "@over"
"""The name of the end at which the wait is over."""


class Stand(NamedTuple):
    """Entering a node. counts: visits of the counted nodes in its loop, this visit included.
    queued_s: seconds of prompts said but not yet heard."""

    node: str
    counts: tuple[int, ...] = ()
    queued_s: float = 0.0


class End(NamedTuple):
    """Where a walk through a flow ends: `OVER`, or an exit with what is still queued then."""

    name: str
    queued_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Reach:
    """The longest way to an end. names: nodes on its first part. circle: what is gone round for
    ever; seconds may be infinite without one, at an end that counts as never."""

    seconds: float
    names: tuple[str, ...] = ()
    rest: Reach | None = None
    circle: tuple[str, ...] = ()

    def way(self) -> tuple[str, ...]:
        """The nodes passed, in order."""
        return tuple(name for part in self._parts() for name in part.names)

    def round(self) -> tuple[str, ...]:
        """The nodes of the circle at its end; empty if there is none."""
        return next((part.circle for part in self._parts() if part.circle), ())

    def _parts(self) -> list[Reach]:
        found = [self]
        while found[-1].rest is not None:
            found.append(found[-1].rest)
        return found


class Leap(NamedTuple):
    """One way on. target: as written, or `OVER`. inside: nodes of sub-flows passed on the way.
    circle: set where a sub-flow never ends."""

    target: str
    seconds: float
    queued_s: float = 0.0
    inside: tuple[str, ...] = ()
    circle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: for which caller, in which language, and when the wait is over.

    open_hours: all hours are taken as open. lost_s: seconds counted where a call ends by a fault.
    """

    bundle: Bundle
    specs: Specs
    world: World
    kind: CallerKind
    language: str
    goal: Goal
    open_hours: bool = False
    lost_s: float = 0.0

    def timing(self, flow: Flow, queued_s: float = 0.0) -> Timing:
        """What verbs need to bound their time."""

        def prompt_s(names: tuple[str, ...]) -> float:
            texts = (flow.prompts.get(name, {}).get(self.language) for name in names)
            return sum(text.longest_s for text in texts if text is not None)

        def source_limit_s(name: str) -> float:
            source = self.world.sources.get(name)
            return 1.5 if source is None else source.limit_s

        return Timing(self.kind, prompt_s, queued_s, source_limit_s)
