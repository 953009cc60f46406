"""What the queue machine remembers: agents, waiting callers, offers, and the lists between them.

Everything here is mutable and belongs to one `Group`; only the modules of `ivr.acd` touch it.
Instants are whole nanoseconds UTC of the routing clock; states of agents are the plain text of
`AgentState`, because they are counted at every event.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from ivr.acd.heaps import Heap, Timers
from ivr.acd.settings import Queue, Rules, Wrapup
from ivr.acd.telling.counts import Counts
from ivr.acd.telling.given import Given
from ivr.acd.telling.outlook import Outlook, Predicted
from ivr.domain.agent import AgentId, AgentState, Wanted

if TYPE_CHECKING:
    from ivr.acd.shares.share import Share
    from ivr.acd.telling.hears import Hears
    from ivr.acd.words import AgentCard, Command
    from ivr.domain.agent import Reach
    from ivr.domain.call import CallId
    from ivr.domain.queue import OfferEnd, OfferId, Ticket, WaitEnd

OFFLINE = AgentState.OFFLINE.value
AVAILABLE = AgentState.AVAILABLE.value
BREAK = AgentState.BREAK.value
NOT_RESPONDING = AgentState.NOT_RESPONDING.value
RESERVED = AgentState.RESERVED.value
RINGING = AgentState.RINGING.value
TALKING = AgentState.TALKING.value
HOLDING = AgentState.HOLDING.value
CONSULTING = AgentState.CONSULTING.value
WRAPUP = AgentState.WRAPUP.value
DIALING = AgentState.DIALING.value
DIRECT = AgentState.DIRECT.value
STATES = tuple(state.value for state in AgentState)

Entry = tuple[tuple[int, ...], int, int, "Agent"]
"""(key, number, stamp, agent) in a heap of free agents."""
MOST_TEXTS = 256
"""One instant is shown in many places: of the event, the agent, and the record."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Key = tuple[int, int, int, "Call"]
"""(lane, v, seq, call): the order of callers (acd-cti.md 4.1)."""


@lru_cache(MOST_TEXTS)
def text_of(at: int) -> str:
    """An instant in ns as ISO text in UTC, to the microsecond."""
    return (EPOCH + timedelta(microseconds=at // 1000)).isoformat()


@dataclass(slots=True, eq=False, repr=False)
class Spot:
    """Where callers wait for the same agents: a demand class, or one agent they were promised."""

    heap: Heap[Key] = field(default_factory=Heap)
    first: Key | None = None
    """Of whoever waits here first: agents who are free look at that of many classes."""
    waiting: int = 0
    bit: int = 0
    """1 << number of the class, 0 for a single agent."""
    agent: Agent | None = None


@dataclass(slots=True, eq=False, repr=False)
class DemandClass(Spot):
    """Callers who can be served by exactly the same agents.

    needs: (skill, least, most), sorted. also: more queues whose members serve. max_tier: 0 = all.
    tiers: (tier, bits of profiles), lowest first; mask: all of them. rate: ageing in thousandths.
    """

    queue: str = ""
    needs: tuple[tuple[str, int, int], ...] = ()
    max_tier: int = 0
    also: tuple[str, ...] = ()
    reach: str = ""
    rate: int = 1000
    tiers: list[tuple[int, int]] = field(default_factory=list)
    mask: int = 0
    staff: float = 0.0
    """Agents on duty for it, as they were counted last; until `staff_until` that holds."""
    staff_until: int = 0


@dataclass(slots=True, eq=False, repr=False)
class Demand:
    """What a kind of caller of a queue asks for at each step: its classes, step 0 first.

    mask: profiles that may serve at any step. calls: how many such callers wait. empty_due: when
    they leave because nobody is there, None = somebody is.
    """

    queue: QueueState
    steps: tuple[tuple[int, DemandClass], ...]
    """(age in ns, class from then on)."""
    mask: int = 0
    calls: int = 0
    empty_due: int | None = None


@dataclass(slots=True, eq=False, repr=False)
class Profile:
    """Agents who are alike to every queue: same teams, skills and ways of being reached.

    members: queue -> (tier, offset_ns, weight). classes: what they may serve, with the offset.
    counts: how many are in each state. idle: the free ones by number. heaps: the free ones in the
    orders that were asked for so far. sorted: their numbers, once somebody asked. given: to which
    queues their time went.
    """

    number: int
    bit: int
    members: dict[str, tuple[int, int, int]]
    skills: dict[str, int]
    reaches: tuple[str, ...]
    queues: list[str]
    agents: int = 0
    classes: dict[DemandClass, int] = field(default_factory=dict)
    class_bits: int = 0
    demands: list[Demand] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    idle: dict[int, Agent] = field(default_factory=dict)
    heaps: dict[tuple[str, str, int], Heap[Entry]] = field(default_factory=dict)
    sorted: list[int] | None = None
    given: Given = field(default_factory=Given)
    share: Share | None = None
    away: frozenset[str] = frozenset()
    """States that some queue of theirs counts as nobody there."""


@dataclass(slots=True, eq=False, repr=False)
class QueueState:
    """A queue as it is now. order: keys of its callers in order. cursor: of round robin. counts: of
    the day. on_duty: agents who are there. ringing: callers for whom somebody is rung up.
    """

    rule: Queue
    order: list[Key] = field(default_factory=list)
    cursor: int = -1
    profiles: list[Profile] = field(default_factory=list)
    demands: dict[tuple[object, ...], Demand] = field(default_factory=dict)
    strict: int = 0
    counts: Counts = field(default_factory=Counts)
    on_duty: int = 0
    ringing: int = 0
    outlook: Outlook = field(default_factory=Outlook)


@dataclass(slots=True, eq=False, repr=False)
class Agent:
    """One agent. before: state to return to after dialling or a direct call. misses: of the last
    offers, newest last, True = missed. place: the wait that led to the talk, as `Place` columns."""

    card: AgentCard
    profile: Profile
    name: AgentId
    number: int
    state: str = OFFLINE
    since: int = 0
    reason: str = ""
    next: str | None = None
    next_reason: str = ""
    version: int = 0
    reachable: bool = False
    deadline: int | None = None
    warned: bool = False
    idle_since: int = 0
    stamp: int = 0
    """Not 0 while an offer may be made; another number each time."""
    misses: tuple[bool, ...] = ()
    offered: tuple[int, ...] = ()
    cool_until: int | None = None
    ends_at: int | None = None
    """When the first of the certificates ends."""
    offer: Offer | None = None
    won: OfferId | None = None
    call: CallId | None = None
    queue: str = ""
    contact: str = ""
    before: str = ""
    before_reason: str = ""
    place: Place | None = None
    wrap: Wrapup | None = None
    wrap_asked: bool = False
    code: str = ""
    talk_since: int = 0
    busy_since: int | None = None
    busy: tuple[tuple[int, int], ...] = ()
    busy_ns: int = 0
    day: int = -1
    tally: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Queue -> (calls answered, ns talked) on `day`."""
    direct: Spot | None = None
    gone: bool = False
    """No longer in the list of agents; forgotten when offline."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a wait, kept for a later wait of the same caller."""

    ticket: Ticket
    enqueued_at: int
    seq: int


@dataclass(frozen=True, slots=True)
class CutOff:
    """The wait of a caller who hung up or was lost. at: when that was."""

    ticket: Ticket
    at: int


@dataclass(slots=True, eq=False, repr=False)
class Call:
    """A caller who waits. spot: where the key stands in a heap now, None while ringing or held.

    due: the next instant at which something happens to it by itself. missed: agents who missed it.
    expected: the wait that was predicted at the beginning, None = nothing. hears: what the caller
    is told of it, None = nothing yet. attested, proved, agent_first: as in `CallQueued`. rejoined:
    the wait whose place it has because the caller was cut off, "" = none."""

    ticket: Ticket
    call: CallId
    turn: int
    queue: QueueState
    demand: Demand
    cls: DemandClass
    reach: Reach
    priority: str
    enqueued_at: int
    joined_at: int
    seq: int
    lane: int
    v: int
    leave_at: int
    skills: tuple[str, ...] = ()
    language: str = ""
    wanted: tuple[Wanted, ...] = ()
    identity: str = ""
    attested: bool = False
    proved: str = ""
    rejoined: Ticket | Literal[""] = ""
    step: int = 0
    key: Key | None = None
    spot: Spot | None = None
    stood: bool = False
    """Whether the key is, or was, in a heap."""
    sticky: Agent | None = None
    sticky_until: int = 0
    ring: Ring | None = None
    held_until: int | None = None
    missed: dict[AgentId, int] | None = None
    attempts: int = 0
    due: int | None = None
    end: WaitEnd | None = None
    ended_at: int | None = None
    expected: Predicted | None = None
    hears: Hears | None = None
    agent_first: bool = False
    asked_until: int | None = None
    """So long the caller may think about being called back, None = was never asked."""
    asked_at_join: bool = False

    @property
    def kept_by(self) -> str:
        """How the agent was found whom the caller is kept for, a source; "" = for nobody."""
        name = None if self.sticky is None else self.sticky.name
        return next((one.source for one in self.wanted if one.agent == name), "")

    def __lt__(self, other: Call) -> bool:
        return self.ticket < other.ticket


@dataclass(slots=True, eq=False, repr=False)
class Ring:
    """The agents who are rung up for one caller at one time. add_at: when one more is added."""

    name: str
    call: Call
    kind: str
    made_at: int
    live: bool = True
    winner: OfferId | None = None
    reopened: bool = False
    offers: dict[OfferId, Offer] = field(default_factory=dict)
    rung: tuple[AgentId, ...] = ()
    """All who were ever in it, for the one time that it opens again."""
    add_at: int | None = None


@dataclass(slots=True, eq=False, repr=False)
class Offer:
    """One agent is rung up for one caller; the agent's deadline is that of the offer."""

    name: OfferId
    ring: Ring
    call: Call
    agent: Agent
    address: str
    made_at: int
    ring_ns: int
    state: str = "created"
    end: OfferEnd | None = None
    ended_at: int | None = None
    reason: str = ""


@dataclass(slots=True, eq=False, repr=False)
class Group:
    """One routing group: queues and agents that have to do with each other.

    epoch: of its owner, in every id. day: the local one, until `day_ends`. freed, entered,
    unstuck, recheck, dirty, out: what an event still has to do; empty between events.
    """

    name: str
    epoch: int
    rules: Rules = field(default_factory=Rules)
    now: int = 0
    events: int = 0
    last_seq: int = 0
    offers_made: int = 0
    rings_made: int = 0
    decided: int = 0
    stamps: int = 0
    trigger: str = ""
    day: int = 0
    day_ends: int = 0
    agents: dict[AgentId, Agent] = field(default_factory=dict)
    holders: dict[str, Agent] = field(default_factory=dict)
    queues: dict[str, QueueState] = field(default_factory=dict)
    calls: dict[Ticket, Call] = field(default_factory=dict)
    places: dict[Ticket, Place] = field(default_factory=dict)
    cut_off: dict[tuple[str, str], CutOff] = field(default_factory=dict)
    """(queue, number) -> whose wait has ended there without an agent, the latest of a number."""
    offers: dict[OfferId, Offer] = field(default_factory=dict)
    past: dict[OfferId, Offer] = field(default_factory=dict)
    rings: dict[str, Ring] = field(default_factory=dict)
    """Live groups of ring-all calls: who becomes free joins them."""
    classes: dict[tuple[object, ...], DemandClass] = field(default_factory=dict)
    by_bit: list[DemandClass] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    shares: dict[str, Share] = field(default_factory=dict)
    """Of the teams that are promised some."""
    profiles: dict[tuple[object, ...], Profile] = field(default_factory=dict)
    by_number: list[Profile] = field(default_factory=list)
    idle: int = 0
    """Bits of the profiles that have a free agent."""
    filled: int = 0
    """Bits of the classes in which somebody waits."""
    gave_up: dict[str, None] = field(default_factory=dict)
    """Queues with callers who gave up, whose whole wait is not known yet."""
    held: dict[Call, None] = field(default_factory=dict)
    """Callers for whom nobody is rung up now, since they must not be disturbed."""
    watchers: dict[str, list[QueueState]] = field(default_factory=dict)
    """Queue -> queues whose callers may overflow to its free agents."""
    timers: Timers = field(default_factory=Timers)
    even: bool = True
    """All queues age at the same speed."""
    same_order: bool = True
    """They do, no team has an offset or a share: callers are in the same order for every agent."""
    counts_busy: bool = False
    offers_kept: int = 0
    """So many of an agent's last offers are remembered, for the rule that looks back furthest."""
    freed: dict[int, Agent] = field(default_factory=dict)
    entered: list[Call] = field(default_factory=list)
    unstuck: list[Agent] = field(default_factory=list)
    recheck: dict[int, Profile] = field(default_factory=dict)
    staffed: dict[str, None] = field(default_factory=dict)
    """Queues of which agents came or went in this event."""
    dirty: dict[Agent | Call | Ring | Offer, None] = field(default_factory=dict)
    out: list[Command] = field(default_factory=list)

    @property
    def next_due(self) -> int | None:
        """When this group wants a `Tick` (ns), None = never by itself."""
        return self.timers.next_due()
