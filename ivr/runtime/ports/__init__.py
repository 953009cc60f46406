"""Every seam between the runtime and the outside world, as a Protocol, in one file.

In-memory versions are shipped in `runtime/memory`; production versions live in `store`, `channels`
and `cti`. A port raises `PortError` or a subclass, never a foreign exception.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from ivr.domain.call import CallId
from ivr.domain.errors import PortError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.domain.call import LegId
    from ivr.domain.commands import Command
    from ivr.domain.values import Value
    from ivr.engine.book import Book
    from ivr.engine.record.stretches import Stretch
    from ivr.engine.state import State
    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports.asking.agent_scores import AgentScores
    from ivr.runtime.ports.asking.surveys import Surveys, SurveyWrite
    from ivr.runtime.ports.desk import (
        Agents,
        Audit,
        Callbacks,
        GroupLog,
        KeyRows,
        People,
        Pops,
        Screens,
        Wrapups,
    )
    from ivr.runtime.ports.recorded.recordings import NewRecording
    from ivr.runtime.ports.supervision.queue_alarms import KeptAlarms
    from ivr.runtime.ports.supervision.switches import HandSwitches
    from ivr.runtime.replies import Reply, ReplyKey


class AlreadyOpenError(PortError):
    """The provider's call was opened before, by a repeat of the same webhook: use that one."""

    code: ClassVar[str] = "already-open"


@dataclass(frozen=True, slots=True)
class CallOpening:
    """The first row of a call: its own table row and its interaction, in one transaction.

    provider_ref: the trunk's id of the call (CallSid ...), unique per trunk; a second opening with
    the same (trunk, provider_ref) raises `AlreadyOpenError`.
    """

    trunk: str
    channel: str
    provider_ref: str
    ani: str | None
    dnis: str
    flow: str
    flow_hash: str
    language: str
    is_test: bool
    sealed_key: bytes
    """The call's own key for sealed values, wrapped by the master key; destroyed at the end."""
    direction: str = "inbound"
    """`outbound` if we have called; `ani` is whom, and `dnis` our own number then."""


@dataclass(frozen=True, slots=True)
class CallClosing:
    """The end of a call: the interaction is finished and the sealed key destroyed."""

    outcome: str
    result: str
    cause: str
    ended_by: str
    note: str
    language: str
    path: tuple[str, ...]
    segments: tuple[Stretch, ...]
    answered_at: datetime | None = None
    """From then on somebody was there; None if whom we called never was."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A durable command for the outbox. `effect_id` is `call/seq/index`, unique for ever."""

    effect_id: str
    kind: str
    body: str

    @property
    def call(self) -> CallId:
        """Which call wants it."""
        return CallId(self.effect_id.partition("/")[0])


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of one call, made durable as a whole or not at all.

    event, snapshot, notes: JSON text (notes without blanks), sealed values already encrypted.
    notes: (what, JSON) pairs, kept with the event. seq counts from 1 without gaps.
    """

    call: CallId
    epoch: int
    seq: int
    at: datetime
    event: str
    snapshot: str | None = None
    opening: CallOpening | None = None
    closing: CallClosing | None = None
    notes: tuple[tuple[str, str], ...] = ()
    effects: tuple[Effect, ...] = ()
    reply: Reply | None = None
    surveys: tuple[SurveyWrite, ...] = ()
    recordings: tuple[NewRecording, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedCall:
    """What is needed to go on with a call: the last snapshot and the events after it, in order.

    snapshot_seq is 0 and snapshot None if there is none yet. sealed_key: None once it ended.
    events: (seq, event JSON), oldest first, all with seq > snapshot_seq.
    """

    call: CallId
    trunk: str
    channel: str
    provider_ref: str
    flow_hash: str
    ended: bool
    sealed_key: bytes | None
    snapshot_seq: int
    snapshot: str | None
    events: tuple[tuple[int, str], ...]


class Journal(Protocol):
    """The record of every call. What `append` returned for is durable (survives kill -9)."""

    async def append(self, entry: Entry) -> None:
        """Store one step. Raises LeaseLostError (stale epoch), AlreadyOpenError, StoreError."""

    async def save_reply(self, call: CallId, epoch: int, reply: Reply) -> None:
        """Replace the stored reply of a leg outside a step (fillers)."""

    async def load(self, call: CallId) -> SavedCall | None:
        """One call, also an ended one while it is kept; None if unknown."""

    async def reply(self, call: CallId, leg: LegId) -> Reply | None:
        """The last reply given on this leg."""


class Calls(Protocol):
    """Finding calls."""

    async def find(self, trunk: str, provider_ref: str) -> CallId | None:
        """The call a provider means, also after its end."""

    async def live(self) -> Sequence[CallId]:
        """Every call that has not ended, oldest first."""

    async def claim(self) -> int:
        """Become the owner of all live calls: returns a new epoch, higher than any before."""


@dataclass(frozen=True, slots=True)
class InteractionRow:
    """One contact as the store keeps it. `outcome` is "open" until the end."""

    public_id: CallId
    trunk: str
    channel: str
    ani: str | None
    dnis: str
    flow: str
    flow_hash: str
    language: str
    is_test: bool
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    result: str | None
    cause: str | None
    ended_by: str | None
    note: str
    path: tuple[str, ...]
    segments: tuple[Stretch, ...]
    notes: tuple[tuple[str, str], ...]
    direction: str = "inbound"


class Interactions(Protocol):
    """Reading what was recorded. Writing happens in the transaction of the step."""

    async def get(self, call: CallId) -> InteractionRow | None:
        """One interaction with its segments and notes."""

    async def recent(self, limit: int = 50) -> Sequence[InteractionRow]:
        """The newest first; segments and notes left empty."""

    async def by_number(self, number: str, limit: int = 5) -> Sequence[InteractionRow]:
        """The newest of this caller's number first; segments and notes left empty."""

    async def since(self, at: datetime, limit: int) -> Sequence[InteractionRow]:
        """Those that began or ended at this moment or later, the oldest first; as above."""


class Outbox(Protocol):
    """Durable commands on their way out."""

    async def due(self, now: datetime, limit: int = 100, kind: str = "") -> Sequence[Effect]:
        """Undelivered ones whose time has come, oldest first; kind: only these, "" = all."""

    async def done(self, effect_id: str) -> None:
        """Delivered; never offered again."""

    async def failed(self, effect_id: str, next_at: datetime, reason: str) -> None:
        """Not delivered; offered again at next_at."""


class Shelf(Protocol):
    """Published flow versions by content hash, kept as long as a call may need them."""

    async def save(self, flow_hash: str, flow: str, files: Mapping[str, bytes]) -> None:
        """Keep the sources of a version; saving it again changes nothing."""

    async def get(self, flow_hash: str) -> Mapping[str, bytes] | None:
        """The sources of a version."""


@dataclass(frozen=True, slots=True)
class PhoneUser:
    """Somebody whose telephones may register here; the password itself is kept nowhere.

    name: unique among all trunks. realm: what the hashes are made for. ha1_sha256, ha1_md5: hex,
    64 and 32 digits (RFC 7616 3.4.2); they open the door as the password does, so repr hides them.
    """

    name: str
    realm: str
    ha1_sha256: str = field(repr=False)
    ha1_md5: str = field(repr=False)


class Phones(Protocol):
    """Who may register telephones, and where those that did can be reached."""

    async def add(self, user: PhoneUser) -> None:
        """Keep a user; the secrets and realm of one with the same name are replaced."""

    async def remove(self, name: str) -> bool:
        """Forget a user; False if there was none of this name."""

    async def all(self) -> Sequence[PhoneUser]:
        """Every user, by name."""

    async def save_bindings(self, trunk: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep these bindings in the place of all earlier ones of the trunk.

        rows: plain JSON, as the registrar dumps it. Raises StoreError for anything else.
        """

    async def bindings(self, trunk: str) -> Sequence[Mapping[str, Any]]:
        """What was saved last for this trunk, in the same order; nothing if never."""


class Store(Protocol):
    """One database with all its repositories."""

    journal: Journal
    calls: Calls
    interactions: Interactions
    outbox: Outbox
    shelf: Shelf
    phones: Phones
    people: People
    agents: Agents
    groups: GroupLog
    pops: Pops
    audit: Audit
    machine_keys: KeyRows
    screens: Screens
    switches: HandSwitches
    queue_alarms: KeptAlarms
    wrapups: Wrapups
    callbacks: Callbacks
    surveys: Surveys
    agent_scores: AgentScores

    @property
    def load(self) -> float:
        """Share of the write queue in use, 0 to 1."""

    async def ready(self) -> bool:
        """Whether the database answers now (within a second)."""

    async def close(self) -> None:
        """Write what is queued, then release everything."""


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What a source said: `found` with the raw record, `missing`, or `failed` with a reason."""

    result: str
    record: Mapping[str, Value]
    reason: str = ""


class Source(Protocol):
    """A lookup in somebody else's data."""

    async def fetch(self, inputs: Mapping[str, Value], limit_s: float) -> FetchResult:
        """One try within limit_s. Never raises for what the other side does."""


class Clock(Protocol):
    """The time, in one place."""

    def now(self) -> datetime:
        """Aware UTC, whole microseconds."""

    async def sleep_until(self, due: datetime) -> None:
        """Return at `due` or later."""


class Keys(Protocol):
    """Secrets at rest: a key per call, wrapped by a master key."""

    def new_key(self) -> bytes:
        """A fresh call key, wrapped."""

    def seal(self, wrapped: bytes, text: str) -> str:
        """Encrypt under a wrapped call key; the result is printable ASCII."""

    def unseal(self, wrapped: bytes, text: str) -> str:
        """The reverse of `seal`."""

    def lock(self, wrapped: bytes, octets: bytes, about: bytes) -> bytes:
        """Encrypt octets, bound to what they are about; 28 more come out than went in."""

    def unlock(self, wrapped: bytes, octets: bytes, about: bytes) -> bytes:
        """The reverse of `lock`; ReplayError if key, octets or `about` are other ones."""


class Trunk(Protocol):
    """A way in for calls. `render` and `filler` matter to webhook trunks only."""

    name: str
    channel: str

    async def execute(self, call: LiveCall, commands: Sequence[Command]) -> None:
        """Carry out what the step wants of the sound: never raises for what the far side does."""

    def render(self, call: LiveCall, state: State, key: ReplyKey) -> Reply | None:
        """The document that says what the state wants said; None while there is nothing to say."""

    def filler(self, call: LiveCall, state: State, key: ReplyKey) -> Reply:
        """A document that keeps the caller a moment and comes back with the next part."""

    async def survived(self, call: LiveCall) -> tuple[LegId, ...]:
        """After a restart: the legs that may still live; the call is lost without its caller."""


class Books(Protocol):
    """The flows of the running server, swapped as a whole on reload."""

    def current(self) -> Book:
        """What new events are decided with; holds every version that a live call is pinned to."""

    async def pin(self, flow_hash: str) -> None:
        """Make sure a version is in the book, from the shelf if it is no longer on disk."""
