"""Checks single steps: how digits are asked for, how long lookups are silent, how long messages
may be, sums of shares."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ivr.flow.checker.parts import value_place
from ivr.flow.checker.tell import error, warning
from ivr.flow.proof.ways import flows_of, live_roots, reached, running
from ivr.flow.spec import MOST_MESSAGE_S, CallerKind, Timing
from ivr.flow.types import write_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.domain.problem import Problem
    from ivr.flow.model import Bundle, Flow, Step
    from ivr.flow.spec import VerbSpec
    from ivr.flow.world import World

WHOLE = 100
MOST_SILENCE_S = 2.0
OPEN_TYPES = frozenset({"digits", "text", "number", "money", "phone"})
"""Types whose entries have no fixed length."""


def check_entries(bundle: Bundle, specs: Mapping[str, VerbSpec], world: World) -> Iterator[Problem]:
    """F407, F412, F413 and F607 of every flow of a bundle."""
    for flow in flows_of(bundle).values():
        live = reached(flow, live_roots(flow))
        for name in live:
            for step in running(flow.nodes[name]):
                yield from _open_length(flow, step)
                yield from _silence(step, specs, world)
                yield from _message(step)
                yield from _shares(step)


def _open_length(flow: Flow, step: Step) -> Iterator[Problem]:
    """F407: nobody can tell that such an entry is complete, so each caller waits `between`."""
    fields: Any = step.fields
    if step.verb != "ask" or step.listening is None or step.listening.end_key:
        return
    least, most = fields.digits or (1, 1)
    what = f"digits {least}-{most}"
    if fields.digits is None:
        known = {**flow.inputs, **flow.outputs, **flow.variables}.get(fields.into)
        if known is None or known.type.name not in OPEN_TYPES:
            return
        what = f"a {known.type.name}"
    elif least == most:
        return
    waits = _span(step.listening.between)
    yield warning("F407", step.at, f"{what} without end_key: every caller waits {waits}")


def _silence(step: Step, specs: Mapping[str, VerbSpec], world: World) -> Iterator[Problem]:
    """F412: a lookup that may take long must say something meanwhile."""
    fields: Any = step.fields
    if step.verb != "fetch" or fields.meanwhile:
        return

    def limit_s(name: str) -> float:
        return world.sources[name].limit_s if name in world.sources else 0.0

    timing = Timing(CallerKind.SILENT, lambda _names: 0.0, 0.0, limit_s)
    longest_s = max(specs[step.verb].bounds(step, timing).values(), default=0.0)
    if longest_s > MOST_SILENCE_S:
        message = f"fetch may take {longest_s:g}s in silence"
        yield warning("F412", step.at, message, "add meanwhile")


def _message(step: Step) -> Iterator[Problem]:
    """F413: not every trunk could keep such a message."""
    fields: Any = step.fields
    if step.verb == "voicemail" and fields.longest > MOST_MESSAGE_S:
        message = f"the message may last {_span(fields.longest)}, at most {_span(MOST_MESSAGE_S)}"
        yield error("F413", value_place(step, "longest"), message)


def _span(seconds: float) -> str:
    return write_duration(timedelta(seconds=seconds))


def _shares(step: Step) -> Iterator[Problem]:
    fields: Any = step.fields
    total = sum(fields.split.values()) if step.verb == "split" else WHOLE
    if total != WHOLE:
        at = value_place(step, "split")
        yield error("F607", at, f"shares sum to {total}, must be {WHOLE}")
