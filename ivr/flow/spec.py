"""What checker, loader and flow tests must know about a verb, without knowing the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from ivr.flow.model import NEXT, Exits, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.flow.fields import Fields


class CallerKind(StrEnum):
    """The callers promises are proven for: says nothing, always errs, errs at the last moment."""

    SILENT = "silent"
    WRONG = "wrong"
    SLOW = "slow"


MOST_MESSAGE_S = 540.0
"""Nobody may speak longer into one recording: a call of which nothing was heard for ten minutes is
taken for lost, and whoever listens has other things to do."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What a verb needs to bound its time. prompt_s: seconds of a prompt or a chain of prompts.

    queued_s: seconds of prompts said just before, which a lookup may run behind.
    """

    kind: CallerKind
    prompt_s: Callable[[tuple[str, ...]], float]
    queued_s: float = 0.0
    source_limit_s: Callable[[str], float] = lambda _source: 1.5


class Bounds(Protocol):
    """Worst seconds from entering a step to each of its exits; an exit left out cannot be reached
    by this caller (a valid key, for one)."""

    def __call__(self, step: Step, timing: Timing, /) -> Mapping[str, float]: ...


@dataclass(frozen=True, slots=True)
class Writes:
    """What a step does to variables, per exit: `sets` become known there, `clears` missing."""

    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clears: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _writes_nothing(_fields: Fields) -> Writes:
    return Writes()


def _no_time(_step: Step, _timing: Timing) -> Mapping[str, float]:
    return {}


@dataclass(frozen=True, slots=True)
class VerbSpec:
    """A verb as data.

    name: the key in YAML, and the name of the field that holds the main value.
    exits: the ways out of a step with these fields, defaults filled in.
    human: reaching it counts as reaching a person, voicemail, callback or goodbye.
    person: it leads straight to a person (queue, transfer), for `agent_key_within`.
    speaks: plays prompts, so it may not stand in the final region (F111).
    final: may stand in the final region. listens: is a `menu` or `ask`. built: the engine runs it.
    waits: the engine stops there until an event. dials: needs a trunk that can ring somebody up,
    records: one on which messages can be left, tapes: one on which calls can be recorded; on any
    other it takes the exit `instead`.
    """

    name: str
    fields: type[Fields]
    exits: Callable[[Fields], Exits]
    writes: Callable[[Fields], Writes] = _writes_nothing
    bounds: Bounds = _no_time
    human: bool = False
    person: bool = False
    speaks: bool = False
    final: bool = False
    listens: bool = False
    waits: bool = False
    built: bool = True
    dials: bool = False
    records: bool = False
    tapes: bool = False
    instead: str = NEXT
    """The exit that the engine takes as long as the verb is not built."""
    returns: str = ""
    """The exit taken at whatever end of a sub-flow that the verb begins by itself."""
    later: tuple[tuple[str, ...], ...] = ()
    """Fields of a verb that is built which the engine does not carry out yet."""
