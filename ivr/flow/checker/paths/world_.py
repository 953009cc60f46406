"""Checks a flow against the configuration: what it names must serve all its languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.flow.checker.parts import value_place
from ivr.flow.checker.tell import error
from ivr.flow.proof.ways import flows_of, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.domain.problem import Problem
    from ivr.flow.model import Bundle
    from ivr.flow.spec import VerbSpec
    from ivr.flow.world import World


def check_world(bundle: Bundle, _specs: Mapping[str, VerbSpec], world: World) -> Iterator[Problem]:
    """F803: a place that has numbers by language needs one for each language of the call."""
    for flow in flows_of(bundle).values():
        for step in steps_of(flow):
            fields: Any = step.fields
            name = fields.transfer.name if step.verb == "transfer" else ""
            spoken = world.places.get(name, ())
            for language in bundle.root.languages if spoken else ():
                if language not in spoken:
                    at = value_place(step, "transfer")
                    yield error("F803", at, f"place {name} has no number for {language}")
