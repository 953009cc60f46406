"""A flow after loading: nodes, steps and prompts as frozen data, ready to be checked and run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.problem import Position
    from ivr.domain.values import Value
    from ivr.flow.fields import Condition, Fields
    from ivr.flow.prompts import Template
    from ivr.flow.reader_tree import Map
    from ivr.flow.types import Type

NEXT = "next"
ERROR = "@error"
"""The target of an exit that nobody wrote: `rescue.error`."""
EXIT_PREFIX = "exit."
DONE = "exit.done"
FAILED = "exit.failed"


@dataclass(frozen=True, slots=True)
class Listening:
    """How one listen goes, defaults filled in. Times in seconds (flow-language.md section 7)."""

    first: float = 5.0
    between: float = 3.0
    last: float = 0.0
    tries: int = 3
    end_key: str = ""
    barge_in: bool = True
    type_ahead: bool = True
    speech: bool = True
    end_silence: float = 0.8
    between_written: bool = False
    """Whether the step itself says `between` (F402)."""


@dataclass(frozen=True, slots=True)
class Exits:
    """The ways out of a step.

    targets: exit name -> target, defaults filled in (`ERROR`, `NEXT` or another exit's target).
    unwritten: required exits that are not written (F107). ends: the step always leads on, so
    nothing after it runs.
    """

    targets: Mapping[str, str]
    unwritten: tuple[str, ...] = ()
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a node. id: `node#verb:main value`, with `~2` for repeats; stable under edits.

    raw: the YAML it was read from, so that `reader.locate(step.raw, ("keys", "1"))` finds a place.
    """

    id: str
    verb: str
    fields: Fields
    exits: Exits
    at: Position
    node: str
    index: int
    listening: Listening | None = None
    raw: Map | None = field(default=None, compare=False, repr=False)

    @property
    def only(self) -> Condition | None:
        """The condition to run at all."""
        return self.fields.only  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Node:
    """A named list of steps."""

    name: str
    steps: tuple[Step, ...]
    at: Position


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable: its type, and the value it starts with (None = none yet)."""

    name: str
    type: Type
    default: Value = None
    at: Position | None = None


@dataclass(frozen=True, slots=True)
class PromptText:
    """A prompt in one language. audio: hash of a recording that replaces the text, "" if none.

    longest_s: the longest it can last, `[...]` parts counted.
    """

    name: str
    language: str
    template: Template
    longest_s: float
    at: Position
    voice: str = ""
    audio: str = ""


@dataclass(frozen=True, slots=True)
class AlwaysKey:
    """A key that works in every menu: leads to a node or does `repeat`, `language` or `back`."""

    key: str
    go: str = ""
    do: str = ""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at: Position | None = None


@dataclass(frozen=True, slots=True)
class Rescue:
    """Where faults lead; "" = not written."""

    error: str = ""
    hangup: str = ""
    emergency: str = ""


@dataclass(frozen=True, slots=True)
class Promises:
    """What the checker must prove; None = not promised. Times in seconds."""

    human_within: float | None = None
    stuck_within: float | None = None
    agent_key_within: float | None = None
    menu_depth: int | None = None
    keys_are_spoken: bool | None = None
    never_leaves: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resume:
    """The offer to go on after a lost call."""

    within_s: float
    say: str


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow file with its prompts: `prompts[name][language]`. raw: the whole file as read."""

    name: str
    file: str
    languages: tuple[str, ...]
    start: str
    nodes: Mapping[str, Node]
    uses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    inputs: Mapping[str, Variable] = field(default_factory=dict)
    outputs: Mapping[str, Variable] = field(default_factory=dict)
    exits: tuple[str, ...] = ()
    is_sub_flow: bool = False
    listen: Listening = Listening()
    always: Mapping[str, AlwaysKey] | None = None
    rescue: Rescue = Rescue()
    promises: Promises = Promises()
    resume: Resume | None = None
    prompts: Mapping[str, Mapping[str, PromptText]] = field(default_factory=dict)
    raw: Map | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A version that a call is pinned to: a root flow with all its sub-flows, by name.

    hash: first 12 hex of SHA-256 over the canonical flow, its sub-flows, the prompts they use (text
    and audio) and the schema number. sources: the files it was made from.
    """

    hash: str
    root: Flow
    flows: Mapping[str, Flow]
    sources: Mapping[str, bytes] = field(default_factory=dict)
