"""`queue`: waits for a person. Loaded and checked; not carried out yet (exit `nobody`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from ivr.domain.values import Value
from ivr.engine.verb import Verb
from ivr.engine.verbs.unbuilt import maybe, unbuilt, worth
from ivr.engine.view import View
from ivr.flow.fields import (
    Exit,
    Fields,
    Key,
    Prompt,
    Prompts,
    Seconds,
    Strict,
    reference,
    valued,
)
from ivr.flow.model import ERROR, Exits, Step
from ivr.flow.spec import VerbSpec


class WaitFields(Strict):
    """What a waiting caller hears: music, and every so often a prompt; or a flow."""

    music: str = ""
    every: Seconds | None = None
    say: Prompts = ()
    first: Seconds | None = None
    flow: reference("flows") = None  # type: ignore[valid-type]


class OfferedCallback(Strict):
    """The offer to be called back, made once `after` has passed."""

    key: Key
    after: Seconds
    say: Prompt
    done: Exit
    number: valued("phone", optional=True) = None  # type: ignore[valid-type]


class QueueFields(Fields):
    """Fields of `queue`."""

    queue: reference("queues")  # type: ignore[valid-type]
    priority: valued("number") = None  # type: ignore[valid-type]
    skills: tuple[valued("text", optional=True), ...] = ()  # type: ignore[valid-type]
    pop: Mapping[str, valued(optional=True)] = Field(default_factory=dict)  # type: ignore[valid-type]
    wait: WaitFields | None = None
    callback: OfferedCallback | None = None
    keys: Mapping[Key, Exit] = Field(default_factory=dict)
    longest: Seconds | None = None
    whisper: Prompt | None = None
    full: Exit | None = None
    timeout: Exit | None = None
    nobody: Exit | None = None
    done: Exit | None = None


def exits(fields: QueueFields) -> Exits:
    """`full timeout nobody done`, keys while waiting, and the booked callback."""
    names = ("full", "timeout", "nobody", "done")
    written = {name: getattr(fields, name) for name in names}
    targets = {name: target or ERROR for name, target in written.items()}
    targets |= {f"key {key}": target for key, target in fields.keys.items()}
    if fields.callback is not None:
        targets["callback"] = fields.callback.done
    missing = tuple(name for name, target in written.items() if target is None)
    return Exits(targets, missing, ends=True)


def _asked(step: Step, view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    skills = (view.value(skill) for skill in fields.skills)
    return {
        "queue": fields.queue.name,
        "priority": maybe(view, fields.priority),
        "skills": tuple(skill for skill in skills if skill is not None),
        "pop": worth(view, fields.pop),
    }


VERB = Verb(
    VerbSpec(
        "queue",
        QueueFields,
        exits,  # type: ignore[arg-type]
        human=True,
        person=True,
        speaks=True,
        waits=True,
        built=False,
        instead="nobody",
    ),
    unbuilt("nobody", _asked),
)
