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
        verb, *more = self.flows[flow][node][index]
        out: list[tuple[float, float, str]] = []  # seconds, queued after, target ("" = next)
        if verb == "human":
            return [("human", 0.0, 0.0)]
        if verb == "say":
            out.append((more[0], queued + more[0], ""))
            out += [(0.0, queued, "")] if more[1] else []
        elif verb == "ask":
            out.append((more[1] * (more[0] + FIRST_S), 0.0, more[2]))
        elif verb == "fetch":
            out += [(max(0.0, more[0] - queued), 0.0, target) for target in ("", more[1])]
        elif verb == "go":
            out.append((0.0, queued, more[0]))
        elif verb == "when":
            out += [(0.0, queued, target) for target in visits.taken(more[0])]
        elif verb == "run":
            for end, seconds, left in self._node(more[0], "start", _Visits(), queued, open_now):
                out.append((seconds, left, end if end == "human" else more[1][end]))
        found: list[tuple[str, float, float]] = []
        for seconds, left, target in out:
            if target == "human":
                found.append(("human", seconds, 0.0))
                continue
            rest = (
                self._node(flow, target, visits, left, open_now)
                if target
                else self._steps(flow, node, index + 1, visits, left, open_now)
            )
            found += [(end, seconds + after, last) for end, after, last in rest]
        return list(dict.fromkeys(found))


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


def _step(verb: str, *more: Any) -> list[str]:  # noqa: ANN401 - plain data
    if verb == "say":
        return [f"- say: p{round(more[0] * 2)}", *(["  only: call.test"] if more[1] else [])]
    if verb == "ask":
        what = [f"- ask: p{round(more[0] * 2)}", "  into: x", "  digits: 2"]
        return [*what, f"  tries: {more[1]}", f"  giveup: {more[2]}"]
    if verb == "fetch":
        what = ["- fetch: customer", "  with: {phone: =call.dnis}", f"  limit: {more[0]}s"]
        return [*what, "  missing: next", f"  failed: {more[1] or 'next'}"]
    if verb == "when":
        tests = [(f"visits('{c[0]}') >= {c[1]}" if c else "call.test", t) for c, t in more[0]]
        return ["- when:", *(f"    - {test}: {target}" for test, target in tests)]
    if verb == "run":
        exits = {name.removeprefix("exit."): target for name, target in more[1].items()}
        return [f"- run: {more[0]}", f"  failed: {exits['failed']}"]
    if verb == "go":
        return [f"- go: {more[0]}"]
    return ["- hangup"]


PROMPTS = "".join(f'p{n}: {{tr: "{"x" * (7 * n)}"}}\n' for n in range(1, 9))
"""Prompt pN lasts N / 2 seconds."""
