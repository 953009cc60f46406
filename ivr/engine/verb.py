"""What a verb of the flow language is to the engine: how it begins, what it makes of answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from ivr.engine.view import View
from ivr.flow.fields import Fields
from ivr.flow.model import Step

if TYPE_CHECKING:
    from ivr.domain.call import Prompt
    from ivr.domain.commands import Command, Waiting
    from ivr.domain.events import Answer
    from ivr.domain.values import Value
    from ivr.engine.state import Heard
    from ivr.flow.spec import VerbSpec

F = TypeVar("F", bound=Fields)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Stay:
    """Wait here. ask: name -> waiting command to open (an open one of that name is closed first).

    close: names to close. keep: changes to the verb's memory. Order sent: first, closes, do, asks.
    walk: a sub-flow that the caller walks meanwhile; what it comes to is told to `Verb.walked`.
    back: the caller is needed here, so that such a sub-flow is over, wherever it stands.
    """

    ask: Mapping[str, Waiting] = field(default_factory=dict)
    do: tuple[Command, ...] = ()
    close: tuple[str, ...] = ()
    keep: Mapping[str, Value] = field(default_factory=dict)
    heard: Heard | None = None
    first: tuple[Command, ...] = ()
    walk: Enter | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave by an exit. sets: variables of this frame to write. prompts: to be said next.

    first: commands sent before the step's turns are closed; do: after that.

    language, outcome, note: new values of the call, "" = unchanged. flush: keys typed ahead are
    forgotten, because the entry before them was refused.
    """

    exit: str
    do: tuple[Command, ...] = ()
    sets: Mapping[str, Value] = field(default_factory=dict)
    prompts: tuple[Prompt, ...] = ()
    heard: Heard | None = None
    language: str = ""
    outcome: str = ""
    note: str = ""
    flush: bool = False
    first: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class Enter:
    """Begin a sub-flow; the step is left when the sub-flow takes one of its exits.

    keep: what the verb remembers until then, all of it; only for verbs that are told (`walked`).
    """

    flow: str
    variables: Mapping[str, Value]
    do: tuple[Command, ...] = ()
    keep: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Always:
    """Leave by an always-key: `go` unwinds to the frame that defines it, the rest stays here."""

    key: str
    do: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Hang up the caller. outcome: what became of the call, "" = as it was."""

    outcome: str = ""


Move: TypeAlias = Stay | Leave | Enter | Always | Goodbye
Begin: TypeAlias = Callable[[Step, View], Move]
Resume: TypeAlias = Callable[[Step, View, Any], Move]
"""Takes an answer of the type it is entered under in `Verb.resume`."""


Gone: TypeAlias = Callable[[Step, View], Stay | None]
"""What is still to be known of a caller who has hung up, before the call's last steps; None if
nothing is. The step is told as ever, and over once it leaves."""
Walked: TypeAlias = Callable[[Step, View, str, Mapping[str, Any]], Move]
"""Takes the exit and the outputs of a sub-flow that the step has begun, while it waited or instead;
`failed` and none after a fault."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: its spec, how it begins, and the table of answers it takes by (name, event type).

    walked: of a verb whose `Stay` has a `walk`. gone: of one that callers may leave something of.
    """

    spec: VerbSpec
    begin: Begin
    resume: Mapping[tuple[str, type[Answer]], Resume] = field(default_factory=dict)
    walked: Walked | None = None
    gone: Gone | None = None


def of_fields(function: Callable[[F], R]) -> Callable[[Fields], R]:
    """A function of one verb's fields as `VerbSpec` wants it; the loader gives it no others."""
    return cast("Callable[[Fields], R]", function)
