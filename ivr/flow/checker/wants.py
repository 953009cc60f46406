"""Which type each place of a step wants, and what a message calls that place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ivr.flow.fields import Valued
from ivr.flow.types import LANGUAGE, UNKNOWN, Type, parse_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.flow.checker.parts import Part
    from ivr.flow.checker.study import Study
    from ivr.flow.model import Step

SPOKEN_LANGUAGE = "call.language"
"""The one standard name that `set` may write."""


@dataclass(frozen=True, slots=True)
class Wants:
    """What a place takes. type: None = anything that is not sealed. subject: the place by its name.

    sealed_noun: the same place in `sealed "card" would be written into ...`. by_post: the source
    whose input it is. posted: whether a sealed value may travel there (F703).
    """

    type: Type | None
    subject: str
    sealed_noun: str
    by_post: str = ""
    posted: bool = True


def inputs_of(step: Step, study: Study) -> Mapping[str, Type] | None:
    """The inputs that a step's `with` may give, by name; None where they are not known."""
    fields: Any = step.fields
    if step.verb == "fetch":
        source = study.world.sources.get(fields.fetch.name)
        return None if source is None else source.takes
    if step.verb == "run":
        flow = study.bundle.flows.get(fields.run.name)
        return None if flow is None else {name: v.type for name, v in flow.inputs.items()}
    if step.verb == "transfer":
        place = fields.transfer.name
        known = place in study.world.places or place in study.world.place_takes
        return study.world.place_takes.get(place, {}) if known else None
    return None


def main_name(step: Step) -> str:
    """The name of what a `fetch`, `run` or `transfer` leads to."""
    return str(getattr(step.fields, step.verb).name)


def wants(part: Part, study: Study) -> Wants:
    """What the place of a `Valued` takes."""
    assert isinstance(part.value, Valued)  # noqa: S101 - the only callers look at these
    if part.step.verb == "set":
        return _variable(part, study)
    if part.path[0] == "with":
        return _input(part, study)
    kind = None
    if part.value.wants:
        kind = parse_type(part.value.wants, currency=study.world.currency, records={})
        kind = replace(kind, optional=part.value.optional)
    return Wants(kind, part.field, _NOUNS.get(_kind(part), f"the {part.step.verb} step"))


def _variable(part: Part, study: Study) -> Wants:
    name = part.field
    if name == SPOKEN_LANGUAGE:
        return Wants(LANGUAGE, name, name)
    variable = study.names.variables.get(name)
    kind = UNKNOWN if variable is None else variable.type
    return Wants(kind, name, f'"{name}", which is not sealed')


def _input(part: Part, study: Study) -> Wants:
    kind = (inputs_of(part.step, study) or {}).get(part.field, UNKNOWN)
    target = main_name(part.step)
    noun = f'"{part.field}" of {target}, which is not sealed'
    source = study.world.sources.get(target) if part.step.verb == "fetch" else None
    if source is None:
        return Wants(kind, part.field, noun)
    return Wants(kind, part.field, noun, source.name, source.takes_sealed)


def _kind(part: Part) -> str:
    """The part of the step that a message names: a pop stands in several verbs."""
    first = str(part.path[0])
    return first if first in _NOUNS else part.step.verb


_NOUNS: Mapping[str, str] = {
    "pop": "a screen pop",
    "ticket": "a ticket",
    "sms": "an SMS",
    "split": "a split",
    "outcome": "a note",
    "skills": "a queue",
    "queue": "a queue",
    "callback": "a callback",
    "pay": "a payment",
}
