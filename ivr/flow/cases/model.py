"""Call tests as data: what is given, what the caller does, what must come of it, what did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.domain.problem import Position, Problem
    from ivr.domain.values import Value
    from ivr.flow.reader_tree import Node

SIMULATOR = "simulator"
KEY_PAUSE_S = 0.2
"""How long after the prompts a caller presses a key, and how long between two keys."""
KEEPS = ("promises", "no_error", "ends", "no_leak", "one_outcome")
"""What random callers may be asked to keep."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """How one lookup ends: `found`, `missing` or `failed`. took_s: of one try.

    reason: timeout, error or shape, of a failed one.
    """

    result: str = "found"
    record: Mapping[str, Value] = field(default_factory=dict)
    took_s: float = 0.2
    reason: str = ""


@dataclass(frozen=True, slots=True)
class QueueGiven:
    """A queue around one call. answers_s: after so long an agent answers, None = when the test says

    so. talks_s: how long he talks, None alike. refuses: `full nobody timeout`, "" = it takes the
    caller. rejects: so many agents say no first. position, estimate_s: what may be told. ways: by
    which callers are sent on at once, the best first (`way_to`).
    """

    answers_s: float | None = None
    talks_s: float | None = None
    refuses: str = ""
    rejects: int = 0
    position: int | None = None
    estimate_s: float | None = None
    ways: tuple[str, ...] = ()

    @property
    def estimate(self) -> timedelta | None:
        """The told wait as flows read it."""
        return None if self.estimate_s is None else timedelta(seconds=self.estimate_s)


@dataclass(frozen=True, slots=True)
class Given:
    """The world around one call.

    lookups: source -> one per lookup, the last repeats. facts: `hours.NAME.open`, `switch.NAME`,
    `queues.NAME.*` as the flow reads them. fates: (kind, name) -> what becomes of the caller there,
    for `queues places payments surveys`; the first word that is not what a verb does by itself.
    queues: queue -> how it goes on there.
    """

    lookups: Mapping[str, tuple[Lookup, ...]] = field(default_factory=dict)
    facts: Mapping[str, Value] = field(default_factory=dict)
    fates: Mapping[tuple[str, str], str] = field(default_factory=dict)
    queues: Mapping[str, QueueGiven] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hears:
    """These prompts come in this order; others may lie between."""

    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Presses:
    """Keys after the prompts, or `during` one. after_s: before the first, gap_s: between two."""

    keys: str
    after_s: float = KEY_PAUSE_S
    gap_s: float = KEY_PAUSE_S
    during: str = ""


@dataclass(frozen=True, slots=True)
class Says:
    """Something said after the prompts, understood word for word."""

    words: str


@dataclass(frozen=True, slots=True)
class Silence:
    """So many listens run out (`times`), or so many seconds after the prompts."""

    times: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Waits:
    """The clock runs."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Records:
    """Speaks into a voicemail."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangsUp:
    """The caller leaves: at once after `hears`, else when the call waits for something."""


@dataclass(frozen=True, slots=True)
class AgentActs:
    """The far side does something; place: where a transfer goes."""

    act: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Restarts:
    """The server stops and comes back: the state goes through JSON."""


@dataclass(frozen=True, slots=True)
class Retries:
    """The provider sends the last webhook again."""


@dataclass(frozen=True, slots=True)
class Loses:
    """The channel is lost without a word."""


@dataclass(frozen=True, slots=True)
class Switches:
    """Switches are thrown during the call."""

    facts: Mapping[str, Value]


Deed: TypeAlias = (
    "Hears | Presses | Says | Silence | Waits | Records | HangsUp | AgentActs | Restarts"
    " | Retries | Loses | Switches"
)


@dataclass(frozen=True, slots=True)
class Act:
    """One step of `talk`. text: as a message names it (`presses "3"`)."""

    deed: Deed
    text: str
    at: Position


@dataclass(frozen=True, slots=True)
class Wish:
    """One field of `expect`: its name, what is wanted as written, and where that stands."""

    name: str
    wanted: Node
    at: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One call test, everything merged and filled in. started: aware. language: "" = the flow's."""

    name: str
    at: Position
    flow: str
    started: datetime
    ani: str | None
    dnis: str
    channel: str = SIMULATOR
    language: str = ""
    given: Given = Given()
    talk: tuple[Act, ...] = ()
    expect: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class FuzzPlan:
    """Random callers. keep: what none of them may break. languages: empty = the flow's."""

    callers: int
    seed: int
    keep: tuple[str, ...]
    languages: tuple[str, ...]
    at: Position


@dataclass(frozen=True, slots=True)
class CoverBar:
    """How many percent of the exits the calls must take; skip: exits that do not count."""

    percent: int
    skip: tuple[str, ...]
    at: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """One `*.test.yaml`. template: a call of this flow with the defaults, for random callers."""

    file: str
    flow: str
    cases: tuple[Case, ...]
    template: Case
    fuzz: FuzzPlan | None = None
    cover: CoverBar | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation. at_ms: virtual time from the start of the call. who: `caller
    hears`, `caller`, `lookup`, `flow` or `server`; name: the prompt, if one was heard."""

    at_ms: int
    node: str
    who: str
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """How a call test went. marked: index of the line of the first difference, -1 = none.

    exits: as coverage names them, in the order taken. seconds: virtual length of the call.
    """

    name: str
    at: Position
    problems: tuple[Problem, ...] = ()
    conversation: tuple[Line, ...] = ()
    exits: tuple[str, ...] = ()
    seconds: float = 0.0
    marked: int = -1

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.problems
