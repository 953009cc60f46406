"""Checks that queues which know customers again by a PIN are given what proves it (F116)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.domain.queue import PIN_OK
from ivr.flow.checker.parts import key_place
from ivr.flow.checker.tell import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.domain.problem import Problem
    from ivr.flow.checker.study import Study
    from ivr.flow.model import Step


def check_proofs(study: Study) -> Iterator[Problem]:
    """F116: a step that names the customer but not whether the PIN was right, or the other way
    round; and one that names neither, for a queue that knows nobody by anything else."""
    for point in study.graph.points:
        step = point.step
        if step.verb == "queue":
            yield from _of_step(step, study)


def _of_step(step: Step, study: Study) -> Iterator[Problem]:
    fields: Any = step.fields
    shape = study.world.queue_shapes.get(str(fields.queue.name))
    if shape is None or not shape.customer_in:
        return
    missing = [name for name in (shape.customer_in, PIN_OK) if name not in fields.pop]
    if len(missing) == 1:
        message = f"queue {shape.name} knows nobody again by a PIN without {missing[0]} in pop"
        yield warning("F116", key_place(step, "pop"), message)
    elif missing and shape.by_pin_alone:
        message = f"queue {shape.name} knows nobody again without {' and '.join(missing)} in pop"
        yield warning("F116", step.at, message)
