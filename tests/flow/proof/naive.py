"""A second opinion on the longest wait: every way of a small flow is walked, one after the other.

Written from the table of flow-engine.md 2 alone. A flow is plain data: node -> steps, a step being
`(verb, ...)`:  say seconds, ask seconds tries target, fetch limit_s, when [(condition, target)], go
target, run flow {exit: target}, human. A condition is None (may be either) or (node, number): true
from that visit on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

Flow = dict[str, list[tuple[Any, ...]]]
_Key = tuple[str, str, tuple[tuple[str, int], ...], float]
FIRST_S = 5.0
MOST_QUEUED_S = 6.0
MOST_VISITS = 5


@dataclass
class Walker:
    """One walk for a silent caller. flows: by name, each starting at `start`."""

    flows: dict[str, Flow]
    known: dict[_Key, list[tuple[str, float, float]]] = field(default_factory=dict)

    def longest(self) -> float:
        """Seconds until a human step, infinite if some way goes on past every bound."""
        return max(
            (
                s
                for end, s, _q in self._node("root", "start", _Visits(), 0.0, frozenset())
                if end == "human"
            ),
            default=0.0,
        )

    def _node(
        self, flow: str, node: str, visits: _Visits, queued: float, open_now: frozenset[_Key]
    ) -> list[tuple[str, float, float]]:
        queued = min(queued, MOST_QUEUED_S)
        if node.startswith("exit."):
            return [(node, 0.0, queued)]
        entered = visits.entered(node)
        key = (flow, node, tuple(sorted(entered.counts.items())), queued)
        if key in open_now:
            return [("human", math.inf, 0.0)]
        if key not in self.known:
            found = self._steps(flow, node, 0, entered, queued, open_now | {key})
            longest: dict[tuple[str, float], float] = {}
            for end, seconds, left in found:
                longest[end, left] = max(seconds, longest.get((end, left), 0.0))
            self.known[key] = [(end, seconds, left) for (end, left), seconds in longest.items()]
        return self.known[key]

    def _steps(
        self,
        flow: str,
        node: str,
        index: int,
        visits: _Visits,
        queued: float,
        open_now: frozenset[_Key],
    ) -> list[tuple[str, float, float]]:
        step = self.flows[flow][node][index]
        if step[0] == "human":
            return [("human", 0.0, 0.0)]
        out = _out(step, visits, queued)
        if step[0] == "run":
            inner = self._node(step[1], "start", _Visits(), queued, open_now)
            out = [(s, left, {"human": "human", **step[2]}[end]) for end, s, left in inner]
        found: list[tuple[str, float, float]] = []
        for seconds, left, target in out:
            if target == "human":
                rest = [("human", 0.0, 0.0)]
            elif target:
                rest = self._node(flow, target, visits, left, open_now)
            else:
                rest = self._steps(flow, node, index + 1, visits, left, open_now)
            found += [(end, seconds + after, last) for end, after, last in rest]
        return list(dict.fromkeys(found))


def _out(step: tuple[Any, ...], visits: _Visits, queued: float) -> list[tuple[float, float, str]]:
    """The ways out of a step: seconds, seconds queued after it, target ("" = the next step)."""
    match step:
        case ("say", seconds, maybe):
            skipped = [(0.0, queued, "")] if maybe else []
            return [(seconds, queued + seconds, ""), *skipped]
        case ("ask", seconds, tries, target):
            return [(tries * (seconds + FIRST_S), 0.0, target)]
        case ("fetch", limit, failed):
            waited = max(0.0, limit - queued)
            return [(waited, 0.0, ""), (waited, 0.0, failed)]
        case ("when", branches):
            return [(0.0, queued, target) for target in visits.taken(branches)]
        case ("go", target):
            return [(0.0, queued, target)]
    return []


@dataclass(frozen=True)
class _Visits:
    counts: dict[str, int] = field(default_factory=dict)

    def entered(self, node: str) -> _Visits:
        return _Visits({**self.counts, node: min(self.counts.get(node, 0) + 1, MOST_VISITS)})

    def taken(self, branches: list[tuple[Any, str]]) -> list[str]:
        """The branches that may be taken, the next step ("") last."""
        found: list[str] = []
        for condition, target in branches:
            if condition is None:
                found.append(target)
            elif self.counts.get(condition[0], 0) >= condition[1]:
                return [*found, target]
        return [*found, ""]


def written(name: str, flow: Flow, sub: str = "") -> str:
    """The same flow as YAML."""
    lines = [f"flow: {name}", "version: 1", "languages: [tr]", "start: start"]
    if sub:
        lines.append(f"uses: {{flows: [{sub}], sources: [customer]}}")
    else:
        lines.append("uses: {sources: [customer]}")
    lines += ["vars: {x: digits?}", "nodes:"]
    for node, steps in flow.items():
        lines.append(f"  {node}:")
        for step in steps:
            lines += [f"    {line}" for line in _step(*step)]
    return "\n".join(lines) + "\n"


def _step(*step: Any) -> list[str]:  # noqa: ANN401 - plain data
    lines = ["- hangup"]
    match step:
        case ("say", seconds, maybe):
            lines = [f"- say: p{round(seconds * 2)}", *(["  only: call.test"] if maybe else [])]
        case ("ask", seconds, tries, target):
            lines = [f"- ask: p{round(seconds * 2)}", "  into: x", "  digits: 2"]
            lines += [f"  tries: {tries}", f"  giveup: {target}"]
        case ("fetch", limit, failed):
            lines = ["- fetch: customer", "  with: {phone: =call.dnis}", f"  limit: {limit}s"]
            lines += ["  missing: next", f"  failed: {failed or 'next'}"]
        case ("when", branches):
            lines = ["- when:", *(f"    - {_test(test)}: {target}" for test, target in branches)]
        case ("run", name, exits):
            lines = [f"- run: {name}", f"  failed: {exits['exit.failed']}"]
        case ("go", target):
            lines = [f"- go: {target}"]
    return lines


def _test(condition: tuple[str, int] | None) -> str:
    return f"visits('{condition[0]}') >= {condition[1]}" if condition else "call.test"


PROMPTS = "".join(f'p{n}: {{tr: "{"x" * (7 * n)}"}}\n' for n in range(1, 9))
"""Prompt pN lasts N / 2 seconds."""
