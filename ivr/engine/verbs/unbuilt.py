"""Verbs that flows may already use and that this version cannot carry out yet.

They are loaded and checked like any other. At run time they take the exit for a failure and leave a
note `unbuilt` with what the flow asked for; `ivr check` warns of each (F121).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ivr.domain.commands import Note
from ivr.domain.values import Value
from ivr.engine.verb import Begin, Leave, Move
from ivr.engine.view import View
from ivr.flow.model import Step

if TYPE_CHECKING:
    from ivr.flow.fields import Valued

Asked = Callable[[Step, View], Mapping[str, Value]]


def unbuilt(exit_name: str, asked: Asked) -> Begin:
    """A `begin` that leaves by `exit_name` and notes what `asked` says."""

    def begin(step: Step, view: View) -> Move:
        facts: dict[str, Value] = {"verb": step.verb, "step": step.id, "exit": exit_name}
        note = Note(what="unbuilt", facts={**facts, "pii": dict(asked(step, view))})
        return Leave(exit_name, (note,))

    return begin


def worth(view: View, given: Mapping[str, Valued]) -> dict[str, Value]:
    """A map of values, those that are missing left out."""
    values = {name: view.value(one) for name, one in given.items()}
    return {name: value for name, value in values.items() if value is not None}


def maybe(view: View, given: Valued | None) -> Value:
    """A value that the step may not have."""
    return None if given is None else view.value(given)
