"""`queue`: waits for an agent and talks to him.

What is done with each answer stands in `queueing`, what waiting callers hear in `hearing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import ConfigDict, Field

from ivr.engine.verb import Verb, of_fields
from ivr.engine.verbs import choosing, queueing
from ivr.flow.fields import (
    Exit,
    Fields,
    Key,
    Prompt,
    Prompts,
    Seconds,
    Strict,
    Target,
    reference,
    valued,
)
from ivr.flow.model import ERROR, Exits
from ivr.flow.spec import VerbSpec


class WaitFields(Strict):
    """What a waiting caller hears: music, and every so often a prompt or a flow. Every other field
    is an exit that the flow declares."""

    model_config = ConfigDict(frozen=True, extra="allow", arbitrary_types_allowed=True)
    __pydantic_extra__: dict[str, Exit]

    music: str = Field("", description="Music that waiting callers hear.")
    every: Seconds | None = Field(None, description="Time between two prompts.")
    say: Prompts = Field(
        (), description="Prompts said every so often; `queue.position` is known in them."
    )
    first: Seconds | None = Field(None, description="Time before the first of them.")
    flow: reference("flows") = Field(  # type: ignore[valid-type]
        None,
        description="A sub-flow that waiting callers walk, at first and every so often; music in "
        "between. Each exit it declares is a field here and leads out of the queue.",
    )


class OfferedCallback(Strict):
    """The offer to be called back, made once `after` has passed."""

    key: Key = Field(description="Key that accepts the offer.")
    after: Seconds | None = Field(
        None, description="How long a caller waits before the offer; the queue's if not written."
    )
    say: Prompt = Field(description="Prompt that makes the offer.")
    done: Exit = Field(description="Node for a caller who accepted.")
    number: valued("phone", optional=True) = Field(  # type: ignore[valid-type]
        None, description="Number to call back; the caller's own if not written."
    )
    window: Literal["now", "choose"] | None = Field(
        None,
        description="Whether the caller is called as soon as it is his turn, or is asked when; as "
        "the queue says if not written.",
    )


class QueueFields(Fields):
    """Fields of `queue`."""

    queue: reference("queues") = Field(  # type: ignore[valid-type]
        description="The queue to wait in, one of `uses: queues`."
    )
    priority: valued("number") = Field(  # type: ignore[valid-type]
        None, description="Place among those who wait, 0 to 10."
    )
    skills: tuple[valued("text", optional=True), ...] = Field(  # type: ignore[valid-type]
        (), description="What the agent must be able to do, added to what the queue asks for."
    )
    pop: Mapping[str, valued(optional=True)] = Field(  # type: ignore[valid-type]
        default_factory=dict, description="Values shown to the agent, by name."
    )
    wait: WaitFields | None = Field(
        None, description="What a waiting caller hears; the queue's own if not written."
    )
    callback: OfferedCallback | None = Field(
        None, description="The offer to be called back instead of waiting."
    )
    keys: Mapping[Key, Exit] = Field(
        default_factory=dict, description="Keys that lead out of the queue while waiting."
    )
    longest: Seconds | None = Field(
        None, description="The longest wait; the shorter one of this and the queue's counts."
    )
    whisper: Prompt | None = Field(
        None, description="Prompt that the agent hears before the caller."
    )
    full: Exit | None = Field(None, description="Where a caller goes when too many wait already.")
    timeout: Exit | None = Field(None, description="Where a caller goes after the longest wait.")
    nobody: Exit | None = Field(
        None, description="Where a caller goes when nobody can take the call."
    )
    done: Exit | None = Field(
        None, description="Where a caller goes who is still there after the talk."
    )


def exits(fields: QueueFields) -> Exits:
    """`full timeout nobody done`, keys and exits while waiting, and the booked callback."""
    names = ("full", "timeout", "nobody", "done")
    written = {name: getattr(fields, name) for name in names}
    targets = {name: target or ERROR for name, target in written.items()}
    targets |= {f"key {key}": target for key, target in fields.keys.items()}
    if fields.wait is not None:
        extra: dict[str, Target] = fields.wait.__pydantic_extra__ or {}
        targets |= {f"wait {name}": target for name, target in extra.items()}
    if fields.callback is not None:
        targets["callback"] = fields.callback.done
    missing = tuple(name for name, target in written.items() if target is None)
    return Exits(targets, missing, ends=True)


VERB = Verb(
    VerbSpec(
        "queue",
        QueueFields,
        of_fields(exits),
        human=True,
        person=True,
        speaks=True,
        waits=True,
        dials=True,
        instead="nobody",
    ),
    queueing.begin,
    queueing.RESUME,
    queueing.walked,
    choosing.gone,
)
