"""What the queue machine is told about queues, skills and rules: plain data, made by `config`.

Durations are whole nanoseconds (`_ns`), as all times of the queue machine are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.domain.queue import WAYS, way_to

if TYPE_CHECKING:
    from collections.abc import Mapping

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HIGHEST_LEVEL = 100
MONITORING = ("listen", "whisper", "barge")
ATTESTED, PIN = "attested_ani", "pin"
TICKET_OWNER, ACCOUNT_OWNER, LAST_AGENT = "ticket_owner", "account_owner", "last_agent"
OWNERS = frozenset({TICKET_OWNER, ACCOUNT_OWNER})
"""Sources of stickiness that name somebody who may serve other queues only: he is not wanted."""

RANKED = frozenset(
    {
        *("longest_idle", "fewest_calls", "least_talk", "least_occupied", "best_skill"),
        *("least_skilled", "ordered", "ring_all", "ring_progressive"),
    }
)
"""Strategies by which every free agent has a place behind the chosen one."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Levels of a skill that will do, both ends included; a missing skill is level 0."""

    least: int = 1
    most: int = HIGHEST_LEVEL


@dataclass(frozen=True, slots=True)
class Step:
    """A relaxation: at age `after_ns` of the call its needs change, once and for all.

    set_: new spans of skills, or skills added. drop: skills no longer needed. max_tier: the highest
    tier that may serve from now on, 0 = unchanged. also: queues whose members may serve too.
    """

    after_ns: int
    set_: Mapping[str, Span] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    max_tier: int = 0
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """How a team serves a queue. offset_ns: this queue's calls count that much younger for it."""

    tier: int = 1
    offset_ns: int = 0
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Overflow:
    """Where a wait goes on when all conditions that are written hold.

    waiting: so many wait. waited_ns: the call has waited so long. estimate_ns: its estimate is at
    least this. free_in: a queue that has a free agent for it.

    Of what follows exactly one is written. exit: the exit of the step. queue: the queue where the
    wait goes on. flow: what is walked instead. number: the place that is rung up. callback: the
    queue whose agents call back whoever accepts that.
    """

    waiting: int | None = None
    waited_ns: int | None = None
    estimate_ns: int | None = None
    free_in: str = ""
    exit: str = ""
    queue: str = ""
    flow: str = ""
    callback: str = ""
    number: str = ""

    @property
    def way(self) -> str:
        """Where it leads, as `domain/queue.py` writes it."""
        return next(way_to(kind, name) for kind in WAYS if (name := getattr(self, kind)))


@dataclass(frozen=True, slots=True)
class Nobody:
    """Which agents do not count when it is asked whether anybody is there (acd-cti.md 3.3).

    Words: offline break not_responding talking ringing wrapup tier.
    """

    join: tuple[str, ...] = ("offline", "break", "not_responding")
    leave: tuple[str, ...] = ("offline",)
    grace_ns: int = 60 * SECOND


@dataclass(frozen=True, slots=True)
class Wrapup:
    """mode: none requested skippable fixed until_done. code: whether a code must be given."""

    mode: str = "skippable"
    time_ns: int = 30 * SECOND
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class Sticky:
    """Give a caller back to an agent who knows him. mode: `wait` for him, or only `if_free`.

    sources: TICKET_OWNER, ACCOUNT_OWNER, LAST_AGENT, the best one first. within_ns: of LAST_AGENT.
    """

    sources: tuple[str, ...] = ()
    mode: str = "wait"
    within_ns: int = 24 * 60 * MINUTE
    longest_ns: int = MINUTE


@dataclass(frozen=True, slots=True)
class Counted:
    """What the service level F8 counts beside the answered: who gave up, the short ones among them
    too, and who overflowed."""

    abandoned: bool = True
    short: bool = False
    overflowed: bool = True

    @property
    def denominator(self) -> str:
        """As it is shown, such as `A+B-s+V`."""
        gave_up = ("+B" if self.short else "+B-s") if self.abandoned else ""
        return f"A{gave_up}{'+V' if self.overflowed else ''}"


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue. need: skill -> span at step 0; the key `language` stands for the call's own.

    teams: team -> how it serves. whisper: prompt for the agent before the caller, "" = none.
    service_level: its formula; service_target: percent aimed at. told_limit: behind this place
    callers only hear that more are before them. rejoin_ns: how long the place of a
    caller who was cut off is kept, 0 = not at all.
    """

    name: str
    strategy: str = "longest_idle"
    rank: tuple[str, ...] = ()
    """Expressions of the strategy `expression`: the agent with the smallest values is first."""
    need: Mapping[str, Span] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    teams: Mapping[str, Member] = field(default_factory=dict)
    priority: str = "normal"
    ageing: float = 1.0
    ring_ns: int = 20 * SECOND
    setup_ns: int = 4 * SECOND
    add_every_ns: int = 5 * SECOND
    answers_itself: bool = False
    """Whether agents' telephones are asked to answer by themselves."""
    monitor: tuple[str, ...] = MONITORING
    """What supervisors may do on its calls, of `MONITORING`."""
    may_decline: bool = False
    whisper: str = ""
    max_waiting: int = 200
    longest_ns: int = 15 * MINUTE
    overflow: tuple[Overflow, ...] = ()
    nobody: Nobody = field(default_factory=Nobody)
    sticky: Sticky = field(default_factory=Sticky)
    rejoin_ns: int = 0
    rejoin_by: tuple[str, ...] = (ATTESTED,)
    """How callers who were cut off are known again: ATTESTED, a number; PIN, a customer."""
    rejoin_customer: str = ""
    """Variable of the pop that names the customer whose PIN was right."""
    wrapup: Wrapup = field(default_factory=Wrapup)
    service_level_ns: int = 20 * SECOND
    short_abandon_ns: int = 5 * SECOND
    service_level: str = "F3"
    service_counted: Counted = field(default_factory=Counted)
    """What its service level counts, with the formula F8."""
    service_target: int = 80
    told_limit: int = 10
    live_edit: bool = False
    """Whether calls that wait already are moved when the steps change."""
    misses: Misses | None = None
    """Its own rule about missed offers, whole; None = that of all queues."""


@dataclass(frozen=True, slots=True)
class Priority:
    """A priority class. head_start_ns: how much older its calls count. strict: before all others,
    at most `max_waiting` of them."""

    head_start_ns: int = 0
    strict: bool = False
    max_waiting: int = 5


@dataclass(frozen=True, slots=True)
class Misses:
    """When an agent who misses offers is taken out (acd-cti.md 5.5).

    The rule of the queue of the missed offer judges. Only `most_per_minute` is read from the rule
    of all queues alone: an agent is free for all of his queues, or for none.
    """

    allow: int = 2
    of: int = 5
    cooldown_ns: int = 10 * SECOND
    same_call_ns: int = 30 * SECOND
    most_per_minute: int = 6


@dataclass(frozen=True, slots=True)
class BreakReason:
    """Why agents may pause. longest_ns: after which an alarm says that it has lasted too long."""

    longest_ns: int = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything of the configuration that routing depends on.

    skills: name -> kind (`level`, `language`, `certificate`). strict: priority classes.
    priority_step_ns: head start of one step of the numeric priorities (5 = none). hash: of the
    configuration it was made from, for decision records.
    """

    queues: Mapping[str, Queue] = field(default_factory=dict)
    priorities: Mapping[str, Priority] = field(default_factory=lambda: {"normal": Priority()})
    skills: Mapping[str, str] = field(default_factory=dict)
    breaks: Mapping[str, BreakReason] = field(default_factory=lambda: {"break": BreakReason()})
    misses: Misses = field(default_factory=Misses)
    share: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Team -> queue -> percent of the team's calls that are promised to the queue."""
    priority_step_ns: int = 30 * SECOND
    idle_basis: str = "any_contact"
    break_resets_idle: bool = True
    wrapup_most_ns: int = 900 * SECOND
    max_waiting: int = 5_000
    hash: str = ""
    dial_wrapup: Wrapup = field(default_factory=Wrapup)
    """After calls that agents dial themselves."""
    day_offsets: tuple[tuple[int, int], ...] = ((0, 0),)
    """(since when, what is added to UTC from then on) for local days, ns, the first one from ever
    on: counts of the day begin anew at local midnight."""

    def misses_in(self, queue: Queue) -> Misses:
        """The rule about offers of this queue that are missed."""
        return queue.misses or self.misses
