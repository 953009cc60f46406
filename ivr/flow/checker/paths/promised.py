"""Holds the proven figures against what a flow promises: `promises:` and its `rules`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from ivr.flow.checker.paths.endless import endless_nodes
from ivr.flow.checker.tell import error
from ivr.flow.load.findings import find, meant
from ivr.flow.promises import RULES, Proven, Worst, prove, worst
from ivr.flow.proof.depth import menus_of
from ivr.flow.types import nearest, write_duration

if TYPE_CHECKING:
    from ivr.domain.problem import Position, Problem
    from ivr.flow.model import Bundle, Flow
    from ivr.flow.proof.depth import Menu
    from ivr.flow.spec import CallerKind, VerbSpec
    from ivr.flow.world import World

Measured = Mapping[str, Proven]
EXACT = 1e-6


class _Found(NamedTuple):
    """The worst of all languages."""

    language: str
    worst: Worst


def check_promises(
    bundle: Bundle, specs: Mapping[str, VerbSpec], world: World
) -> Iterator[Problem]:
    """F604, F605, F606, F609 and unknown rules (F203) of the flow that calls begin in."""
    promises = bundle.root.promises
    if promises.menu_depth is not None:
        yield from _depth(bundle, specs, promises.menu_depth)
    times = (promises.human_within, promises.stuck_within, promises.agent_key_within)
    if not promises.rules and times == (None, None, None):
        return
    proven = prove(bundle, specs, world)
    endless = frozenset(endless_nodes(bundle, bundle.root, specs))
    yield from _human(bundle.root, proven, endless)
    yield from _stuck(bundle.root, proven, endless)
    yield from _agent_key(bundle.root, proven, endless)
    yield from _rules(bundle.root, proven, endless)


def place(flow: Flow, *path: str | int) -> Position:
    """Where a promise is written."""
    assert flow.raw is not None  # noqa: S101 - a flow with promises was read from a file
    return find(flow.raw, ("promises", *path)).at


def _human(flow: Flow, proven: Measured, endless: frozenset[str]) -> Iterator[Problem]:
    limit_s = flow.promises.human_within
    for entry in ("start", "error", "emergency") if limit_s is not None else ():
        found = _worst_of({name: each.worst_human(entry) for name, each in proven.items()})
        if found is not None and limit_s is not None and _breaks(found.worst, limit_s, endless):
            told = f"human_within {_short(limit_s)} broken: {_caller(found, limit_s)}"
            since = "" if entry == "start" else f" from rescue.{entry}"
            yield error("F604", place(flow, "human_within"), f"{told}{since}{_by(found.worst)}")


def _stuck(flow: Flow, proven: Measured, endless: frozenset[str]) -> Iterator[Problem]:
    limit_s = flow.promises.stuck_within
    found = _worst_of({name: each.worst_stuck() for name, each in proven.items()})
    if limit_s is None or found is None or not _breaks(found.worst, limit_s, endless):
        return
    told = (
        f"stuck_within {_short(limit_s)} broken: {_caller(found, limit_s)} from {found.worst.point}"
    )
    more = _by(found.worst) if math.isinf(found.worst.seconds) else ""
    yield error("F605", place(flow, "stuck_within"), told + more)


def _agent_key(flow: Flow, proven: Measured, endless: frozenset[str]) -> Iterator[Problem]:
    limit_s = flow.promises.agent_key_within
    found = _worst_of({name: each.worst_agent_key() for name, each in proven.items()})
    if limit_s is not None and found is not None and _breaks(found.worst, limit_s, endless):
        told = f"agent_key_within {_short(limit_s)} broken: {found.language}, "
        at = place(flow, "agent_key_within")
        yield error("F609", at, f"{told}{_seconds(found.worst, limit_s)}{_by(found.worst)}")


def _rules(flow: Flow, proven: Measured, endless: frozenset[str]) -> Iterator[Problem]:
    for count, name in enumerate(flow.promises.rules):
        at = place(flow, "rules", count)
        rule = RULES.get(name)
        if rule is None:
            message = f'there is no rule "{name}"'
            yield error("F203", at, message, meant(nearest(name, RULES)))
            continue
        key = _worst_of({lang: _among(each.agent_key, rule.kinds) for lang, each in proven.items()})
        if key is not None and _breaks(key.worst, rule.agent_key_s, endless):
            told = f"{name}: agent_key_within {_short(rule.agent_key_s)} broken: {key.language}, "
            yield error(
                "F609", at, f"{told}{_seconds(key.worst, rule.agent_key_s)}{_by(key.worst)}"
            )
        human = _worst_of({lang: _among(each.person, rule.kinds) for lang, each in proven.items()})
        if human is not None and _breaks(human.worst, rule.human_s, endless):
            told = f"{name}: human_within {_short(rule.human_s)} broken: "
            told += _caller(human, rule.human_s)
            yield error("F604", at, told + _by(human.worst))


def _among(found: Mapping[CallerKind, Worst], kinds: tuple[CallerKind, ...]) -> Worst | None:
    return worst({kind: each for kind, each in found.items() if kind in kinds})


def _worst_of(found: Mapping[str, Worst | None]) -> _Found | None:
    known = [_Found(name, each) for name, each in found.items() if each is not None]
    return max(known, key=lambda each: each.worst.seconds, default=None)


def _breaks(found: Worst, limit_s: float, endless: frozenset[str]) -> bool:
    """Whether a promise is broken; a loop that is told of as F603 is not told of again."""
    if found.circle and endless.issuperset(found.circle):
        return False
    return found.seconds > limit_s + EXACT


def _caller(found: _Found, limit_s: float) -> str:
    return f"{found.worst.kind} caller, {found.language}, {_seconds(found.worst, limit_s)}"


def _seconds(found: Worst, limit_s: float) -> str:
    """To a tenth, or finer where that would read as a kept promise."""
    if math.isinf(found.seconds):
        return "never"
    shown = f"{found.seconds:.1f}"
    return f"{shown} s" if float(shown) > limit_s else f"{found.seconds:.3f} s"


def _by(found: Worst) -> str:
    if found.circle:
        return f": {' > '.join(found.circle)} goes round for ever"
    return f" by {' > '.join(found.nodes)}"


def _short(seconds: float) -> str:
    return f"{seconds:g}s" if seconds < 600 else write_duration(timedelta(seconds=seconds))


def _depth(bundle: Bundle, specs: Mapping[str, VerbSpec], limit: int) -> Iterator[Problem]:
    menus = menus_of(bundle, specs)
    deepest: Menu | None = max(menus, key=lambda menu: menu.level, default=None)
    if deepest is not None and deepest.level > limit:
        told = f'menu_depth {limit} broken: the menu in "{deepest.by[-1]}" is on level'
        way = " > ".join(deepest.by)
        message = f"{told} {deepest.level} by {way}"
        yield error("F606", place(bundle.root, "menu_depth"), message)
