"""Calls that we begin, and promises to do so: what happened, as in `events.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, NewType

from ivr.domain.events import EPOCH, Answer, Event

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.domain.call import CallId
    from ivr.domain.values import Value

PromiseId = NewType("PromiseId", str)
"""One promise to call somebody back."""
NO_PROMISE = PromiseId("")


@dataclass(frozen=True, slots=True)
class Placed:
    """Why a call was placed: to keep a promise, or for nothing that is known here.

    queue: where the called person waits for an agent, from the place of `kept_since` on. priority,
    skills, pop: of that wait, as in `Enqueue`. agent_first: the agent is offered the call before
    the person is rung up. agent: who has asked for the call himself, at which telephone he is rung
    up first, and under which name the queues know his part in it. survey: the invitation to a
    planned survey (public id) that the call is for; an answering machine is not asked.
    """

    promise: PromiseId = NO_PROMISE
    queue: str = ""
    kept_since: datetime = EPOCH
    priority: str = ""
    skills: tuple[str, ...] = ()
    pop: Mapping[str, Value] = field(default_factory=dict)
    agent_first: bool = False
    agent: str = ""
    address: str = ""
    offer: str = ""
    survey: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlaced(Event):
    """We call somebody: leg 1 is the called person's. The first event of such a call.

    dnis: the number of ours that is shown. ani: whom we call, E.164. flow: the built-in flow that
    the call walks once it is answered. The other fields are those of `CallOffered`.
    """

    call: CallId
    flow_hash: str
    flow: str
    dnis: str
    ani: str
    trunk: str = ""
    channel: str = ""
    language: str = ""
    ring_s: float = 30.0
    test: bool = False
    facts: Mapping[str, Value] = field(default_factory=dict)
    placed: Placed = field(default_factory=Placed)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWithdrawn(Event):
    """What this call was placed for is settled without it: whoever was called is let go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackBooked(Answer):
    """A promise to call back is kept in the books, or could not be made.

    due: when it is tried first. code: names the promise on a keypad. again: it was made before.
    """

    done: bool = True
    promise: PromiseId = NO_PROMISE
    number: str = ""
    code: str = ""
    due: datetime = EPOCH
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackSuggested(Answer):
    """It is time to ask whoever waits whether he would rather be called back by this queue."""

    queue: str
    last: ClassVar[bool] = False


OUTBOUND: tuple[type[Event], ...] = (
    CallPlaced,
    CallWithdrawn,
    CallbackBooked,
    CallbackSuggested,
)
"""The events of this module."""
