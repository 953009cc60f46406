"""A flow as a map: its nodes, the steps in them, and where every way out of each leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.flow.model import ERROR, EXIT_PREFIX, NEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ivr.flow.model import Flow, Step


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a step. exit: its name; of a menu the key. to: a node, `exit.NAME` out of the
    flow, or `next`, the step after this one; a way that nobody wrote leads to `rescue.error`, ""
    where there is none. says: the condition of `when`. words: language -> what may be said instead
    of the key."""

    exit: str
    to: str
    says: str = ""
    words: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One step. about: its main value, as the prompt of `say`. line: where it stands, from 1."""

    verb: str
    about: str
    line: int
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Station:
    """One node. entered_by: `start`, `rescue.error` and the like, `key 0` of `always`. reached:
    whether any caller can come here."""

    node: str
    line: int
    stages: tuple[Stage, ...]
    entered_by: tuple[str, ...]
    reached: bool


def outline(flow: Flow) -> tuple[Station, ...]:
    """All nodes of a flow, as they are written."""
    entries = dict(_entries(flow))
    stages = {
        name: tuple(_stage(flow, step) for step in node.steps) for name, node in flow.nodes.items()
    }
    reached = _reached(entries.values(), stages)
    return tuple(
        Station(
            name,
            node.at.line,
            stages[name],
            tuple(label for label, to in entries.items() if to == name),
            name in reached,
        )
        for name, node in flow.nodes.items()
    )


def _entries(flow: Flow) -> Iterator[tuple[str, str]]:
    yield "start", flow.start
    rescue = flow.rescue
    for label, node in (
        ("rescue.error", rescue.error),
        ("rescue.hangup", rescue.hangup),
        ("rescue.emergency", rescue.emergency),
    ):
        if node:
            yield label, node
    for key, chosen in (flow.always or {}).items():
        if chosen.go:
            yield f"key {key}", chosen.go


def _stage(flow: Flow, step: Step) -> Stage:
    about = step.id.partition("#")[2].partition(":")[2].partition("~")[0]
    ways = tuple(_way(flow, step, name, to) for name, to in step.exits.targets.items())
    return Stage(step.verb, about, step.at.line, ways)


def _way(flow: Flow, step: Step, name: str, to: str) -> Way:
    keys = getattr(step.fields, "keys", None)
    chosen = keys.get(name) if isinstance(keys, Mapping) else None
    said = getattr(chosen, "words", None)
    return Way(
        exit=name,
        to=flow.rescue.error if to == ERROR else to,
        says=_condition(step, name),
        words={language: each[0] for language, each in said.items() if each} if said else None,
    )


def _condition(step: Step, name: str) -> str:
    """What a branch of `when` asks, as written; "" for `else` and for other steps."""
    branches = getattr(step.fields, "when", None)
    if not branches or not name.isdigit():
        return ""
    condition, _target = branches[int(name) - 1]
    return "" if condition is None else str(condition.text)


def _reached(starts: Iterable[str], stages: Mapping[str, tuple[Stage, ...]]) -> set[str]:
    seen, work = set(starts), list(starts)
    while work:
        for stage in stages.get(work.pop(), ()):
            for way in stage.ways:
                inside = way.to and way.to != NEXT and not way.to.startswith(EXIT_PREFIX)
                if inside and way.to not in seen:
                    seen.add(way.to)
                    work.append(way.to)
    return seen
