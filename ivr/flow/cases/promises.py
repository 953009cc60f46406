"""Watches a virtual call for what the flow promises: how long until a person, from where.

`human_within` counts from the answer as long as the caller has given no valid input,
`stuck_within` from the first listen after the last valid one. A human step is one whose verb says
so: `queue transfer voicemail callback hangup`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.commands import Collect, Command, HangUp, Note
from ivr.domain.events import Event, KeysCollected

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.flow.cases.stage import CallSeen
    from ivr.flow.model import Bundle, Step
    from ivr.flow.spec import VerbSpec

GIVEUP = "giveup"
MATCH = "match"
LIVE = "live"


class Watch:
    """Looks at every step of one call.

    human_ms: when the first human step was reached, None = not yet. waits: (promise, seconds) for
    each way to a human step that a promise speaks of.
    """

    def __init__(self, bundle: Bundle, specs: Mapping[str, VerbSpec]) -> None:
        self._bundle = bundle
        self._specs = specs
        self._since_ms: int | None = 0
        self._promise = "human_within"
        self.human_ms: int | None = None
        self.waits: list[tuple[str, float]] = []

    def look(self, state: CallSeen, event: Event, commands: Sequence[Command], now_ms: int) -> None:
        """One event and what came of it."""
        if state.region != LIVE and not any(isinstance(one, HangUp) for one in commands):
            return
        if self._was_valid(state, event, commands):
            self._since_ms, self._promise = None, "stuck_within"
        if self._reaches_human(state, commands):
            self._reached(now_ms)
        elif self._since_ms is None and any(isinstance(one, Collect) for one in commands):
            self._since_ms = now_ms

    def broken(self) -> str:
        """Which promise of the flow does not hold for this call, "" if none."""
        promised = self._bundle.root.promises
        limits = {"human_within": promised.human_within, "stuck_within": promised.stuck_within}
        for name, waited_s in self.waits:
            limit = limits[name]
            if limit is not None and waited_s > limit:
                return f"{name} {limit:g}s broken, {waited_s:.1f} s"
        return ""

    def _reached(self, now_ms: int) -> None:
        if self.human_ms is None:
            self.human_ms = now_ms
        if self._since_ms is not None:
            self.waits.append((self._promise, (now_ms - self._since_ms) / 1000))
            self._since_ms, self._promise = None, "stuck_within"

    def _was_valid(self, state: CallSeen, event: Event, commands: Sequence[Command]) -> bool:
        """Whether the caller gave valid input, or a fault made the flow begin somewhere else."""
        for command in commands:
            if isinstance(command, Note) and self._is_input(command):
                return True
        repeats = isinstance(event, KeysCollected) and event.reason == MATCH
        step = self._step(state) if repeats else None
        return step is not None and step.verb == "menu"

    def _is_input(self, note: Note) -> bool:
        if note.what in {"always", "error"}:
            return True
        if note.what != "exit" or note.facts["exit"] == GIVEUP:
            return False
        return self._specs[_verb(note)].listens

    def _reaches_human(self, state: CallSeen, commands: Sequence[Command]) -> bool:
        for command in commands:
            if isinstance(command, HangUp):
                return True
            is_unbuilt = isinstance(command, Note) and command.what == "unbuilt"
            if is_unbuilt and self._specs[str(command.facts["verb"])].human:  # type: ignore[attr-defined]
                return True
        step = self._step(state)
        return step is not None and self._specs[step.verb].human

    def _step(self, state: CallSeen) -> Step | None:
        """The step the call stands at; None in the built-in apology."""
        frame = state.frames[-1]
        node = self._bundle.flows[frame.flow].nodes.get(frame.node)
        if node is None or frame.step >= len(node.steps):
            return None
        return node.steps[frame.step]


def _verb(note: Note) -> str:
    """The verb in a step id `node#verb:main value`."""
    return str(note.facts["step"]).partition("#")[2].partition(":")[0]
