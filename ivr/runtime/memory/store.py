"""The store in memory: same promises and refusals as the database, gone with the process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ivr.domain.errors import LeaseLostError, StoreError
from ivr.runtime.memory.agent_scores import MemoryAgentScores
from ivr.runtime.memory.agents import MemoryAgents
from ivr.runtime.memory.audit import MemoryAudit
from ivr.runtime.memory.callbacks import MemoryCallbacks
from ivr.runtime.memory.groups import MemoryGroupLog
from ivr.runtime.memory.machine_keys import MemoryMachineKeys
from ivr.runtime.memory.people import MemoryPeople
from ivr.runtime.memory.phones import MemoryPhones
from ivr.runtime.memory.pops import MemoryPops
from ivr.runtime.memory.queue_alarms import MemoryQueueAlarms
from ivr.runtime.memory.screens import MemoryScreens
from ivr.runtime.memory.surveys import MemorySurveys
from ivr.runtime.memory.switches import MemorySwitches
from ivr.runtime.memory.wrapups import MemoryWrapups
from ivr.runtime.ports import (
    AlreadyOpenError,
    CallClosing,
    CallOpening,
    Calls,
    Effect,
    Entry,
    InteractionRow,
    Interactions,
    Journal,
    Outbox,
    Phones,
    SavedCall,
    Shelf,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.domain.call import CallId, LegId
    from ivr.runtime.ports.asking.agent_scores import AgentScores
    from ivr.runtime.ports.asking.surveys import Surveys
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
    from ivr.runtime.ports.supervision.queue_alarms import KeptAlarms
    from ivr.runtime.ports.supervision.switches import HandSwitches
    from ivr.runtime.replies import Reply


@dataclass(slots=True)
class _Call:
    """One call as it stands. `events` starts at seq 1 and has no gaps."""

    opening: CallOpening
    epoch: int
    row: InteractionRow
    sealed_key: bytes | None
    ended: bool = False
    events: list[str] = field(default_factory=list)
    snapshot: tuple[int, str | None] = (0, None)
    replies: dict[LegId, Reply] = field(default_factory=dict)


@dataclass(slots=True)
class _Letter:
    """An effect on its way out; `due` is None once it is delivered."""

    effect: Effect
    due: datetime | None
    reason: str = ""


class _Memory:
    """What the repositories share."""

    def __init__(self) -> None:
        self.epoch = 0
        self.calls: dict[CallId, _Call] = {}
        self.live: dict[CallId, None] = {}
        self.refs: dict[tuple[str, str], CallId] = {}
        self.letters: dict[str, _Letter] = {}
        self.waiting: dict[str, None] = {}
        self.surveys = MemorySurveys(self.number_of)

    def number_of(self, call: CallId) -> str | None:
        """The number that a call came from."""
        found = self.calls.get(call)
        return None if found is None else found.row.ani

    def owned(self, call: CallId, epoch: int) -> _Call:
        """The call, if this epoch may still write to it."""
        found = self.calls.get(call)
        if found is None or found.epoch > epoch:
            raise LeaseLostError(f"call {call} is not ours")
        return found


class MemoryJournal:
    """Journal in dicts. Checks everything first and writes then, so a refusal leaves no trace."""

    def __init__(self, memory: _Memory) -> None:
        self._memory = memory

    async def append(self, entry: Entry) -> None:
        """Store one step as a whole."""
        found = self._checked(entry)
        memory = self._memory
        if entry.opening is not None:
            memory.calls[entry.call] = found
            memory.live[entry.call] = None
            memory.refs[entry.opening.trunk, entry.opening.provider_ref] = entry.call
        found.events.append(entry.event)
        if entry.snapshot is not None:
            found.snapshot = (entry.seq, entry.snapshot)
        if entry.reply is not None:
            found.replies[entry.reply.leg] = entry.reply
        if entry.notes:
            found.row = replace(found.row, notes=(*found.row.notes, *entry.notes))
        if entry.closing is not None:
            _close(found, entry, entry.closing)
            memory.live.pop(entry.call, None)
        memory.surveys.write(entry)
        for effect in entry.effects:
            memory.letters[effect.effect_id] = _Letter(effect, entry.at)
            memory.waiting[effect.effect_id] = None

    async def save_reply(self, call: CallId, epoch: int, reply: Reply) -> None:
        """Replace the stored reply of a leg."""
        self._memory.owned(call, epoch).replies[reply.leg] = reply

    async def load(self, call: CallId) -> SavedCall | None:
        """The snapshot and the events after it."""
        found = self._memory.calls.get(call)
        if found is None:
            return None
        after, snapshot = found.snapshot
        return SavedCall(
            call=call,
            trunk=found.opening.trunk,
            channel=found.opening.channel,
            provider_ref=found.opening.provider_ref,
            flow_hash=found.opening.flow_hash,
            ended=found.ended,
            sealed_key=found.sealed_key,
            snapshot_seq=after,
            snapshot=snapshot,
            events=tuple(enumerate(found.events[after:], after + 1)),
        )

    async def reply(self, call: CallId, leg: LegId) -> Reply | None:
        """The last reply given on this leg."""
        found = self._memory.calls.get(call)
        return None if found is None else found.replies.get(leg)

    def _checked(self, entry: Entry) -> _Call:
        """The call this entry belongs to; a new one is not entered yet. Raises as the port says."""
        _aware(entry.at)
        if entry.opening is not None:
            found = self._opened(entry, entry.opening)
        else:
            found = self._memory.owned(entry.call, entry.epoch)
        if entry.seq != len(found.events) + 1:
            raise LeaseLostError(f"call {entry.call} stands at {len(found.events)}")
        if entry.closing is not None:
            _may_close(found, entry.closing)
        ids = [effect.effect_id for effect in entry.effects]
        if len(set(ids)) < len(ids) or any(one in self._memory.letters for one in ids):
            raise StoreError(f"an effect of call {entry.call} was stored before")
        return found

    def _opened(self, entry: Entry, opening: CallOpening) -> _Call:
        taken = self._memory.refs.get((opening.trunk, opening.provider_ref))
        if taken is not None:
            raise AlreadyOpenError(f"this call is open on {opening.trunk} as {taken}")
        if entry.epoch < self._memory.epoch:
            raise LeaseLostError("a newer process takes the calls now")
        if entry.call in self._memory.calls:
            raise LeaseLostError(f"call {entry.call} is open already")
        return _Call(opening, entry.epoch, _first_row(entry, opening), opening.sealed_key)


class MemoryCalls:
    """Finding and owning calls in dicts."""

    def __init__(self, memory: _Memory) -> None:
        self._memory = memory

    async def find(self, trunk: str, provider_ref: str) -> CallId | None:
        """The call a provider means, also after its end."""
        return self._memory.refs.get((trunk, provider_ref))

    async def live(self) -> Sequence[CallId]:
        """Every call that has not ended, oldest first."""
        return list(self._memory.live)

    async def claim(self) -> int:
        """Raise the epoch and put it on every live call."""
        memory = self._memory
        mine = [memory.calls[call] for call in memory.live]
        memory.epoch = max([memory.epoch, *(one.epoch for one in mine)]) + 1
        for one in mine:
            one.epoch = memory.epoch
        return memory.epoch


class MemoryInteractions:
    """Interactions in dicts."""

    def __init__(self, memory: _Memory) -> None:
        self._memory = memory

    async def get(self, call: CallId) -> InteractionRow | None:
        """One interaction with its segments and notes."""
        found = self._memory.calls.get(call)
        return None if found is None else found.row

    async def recent(self, limit: int = 50) -> Sequence[InteractionRow]:
        """The newest first; segments and notes left empty."""
        rows = [one.row for one in reversed(self._memory.calls.values())]
        rows.sort(key=lambda row: row.started_at, reverse=True)
        return [replace(row, segments=(), notes=()) for row in rows[:limit]]

    async def by_number(self, number: str, limit: int = 5) -> Sequence[InteractionRow]:
        """The newest of this caller's number first; segments and notes left empty."""
        every = await self.recent(len(self._memory.calls))
        return [row for row in every if row.ani == number][:limit]

    async def since(self, at: datetime, limit: int) -> Sequence[InteractionRow]:
        """Those that began or ended at this moment or later, the oldest first."""
        _aware(at)
        every = reversed(await self.recent(len(self._memory.calls)))
        return [row for row in every if (row.ended_at or row.started_at) >= at][:limit]


class MemoryOutbox:
    """The outbox in dicts."""

    def __init__(self, memory: _Memory) -> None:
        self._memory = memory

    async def due(self, now: datetime, limit: int = 100, kind: str = "") -> Sequence[Effect]:
        """Undelivered ones whose time has come, oldest first."""
        _aware(now)
        letters = (self._memory.letters[one] for one in self._memory.waiting)
        ripe = [one.effect for one in letters if one.due is not None and one.due <= now]
        return [one for one in ripe if kind in {"", one.kind}][:limit]

    async def done(self, effect_id: str) -> None:
        """Delivered; never offered again."""
        if effect_id in self._memory.waiting:
            del self._memory.waiting[effect_id]
            self._memory.letters[effect_id].due = None

    async def failed(self, effect_id: str, next_at: datetime, reason: str) -> None:
        """Not delivered; offered again at next_at."""
        _aware(next_at)
        if effect_id in self._memory.waiting:
            letter = self._memory.letters[effect_id]
            letter.due, letter.reason = next_at, reason


class MemoryShelf:
    """Flow versions in a dict."""

    def __init__(self) -> None:
        self._versions: dict[str, dict[str, bytes]] = {}

    async def save(self, flow_hash: str, flow: str, files: Mapping[str, bytes]) -> None:
        """Keep the sources of a version; saving it again changes nothing."""
        self._versions.setdefault(flow_hash, dict(files))

    async def get(self, flow_hash: str) -> Mapping[str, bytes] | None:
        """The sources of a version."""
        return self._versions.get(flow_hash)


class MemoryStore:
    """The port `Store` in memory, for tests and demos."""

    def __init__(self) -> None:
        memory = _Memory()
        self.journal: Journal = MemoryJournal(memory)
        self.calls: Calls = MemoryCalls(memory)
        self.interactions: Interactions = MemoryInteractions(memory)
        self.outbox: Outbox = MemoryOutbox(memory)
        self.shelf: Shelf = MemoryShelf()
        self.phones: Phones = MemoryPhones()
        self.people: People = MemoryPeople()
        self.agents: Agents = MemoryAgents()
        self.groups: GroupLog = MemoryGroupLog()
        self.pops: Pops = MemoryPops()
        self.audit: Audit = MemoryAudit()
        self.machine_keys: KeyRows = MemoryMachineKeys()
        self.screens: Screens = MemoryScreens()
        self.switches: HandSwitches = MemorySwitches()
        self.queue_alarms: KeptAlarms = MemoryQueueAlarms()
        self.wrapups: Wrapups = MemoryWrapups()
        self.callbacks: Callbacks = MemoryCallbacks()
        self.surveys: Surveys = memory.surveys
        self.agent_scores: AgentScores = MemoryAgentScores(self.interactions)
        self.load = 0.0
        self._closed = False

    async def ready(self) -> bool:
        """Always, until it is closed."""
        return not self._closed

    async def close(self) -> None:
        """Nothing to write; `ready` is false from now on."""
        self._closed = True


def _first_row(entry: Entry, opening: CallOpening) -> InteractionRow:
    return InteractionRow(
        public_id=entry.call,
        trunk=opening.trunk,
        channel=opening.channel,
        ani=opening.ani,
        dnis=opening.dnis,
        flow=opening.flow,
        flow_hash=opening.flow_hash,
        language=opening.language,
        is_test=opening.is_test,
        started_at=entry.at,
        ended_at=None,
        outcome="open",
        result=None,
        cause=None,
        ended_by=None,
        note="",
        path=(),
        segments=(),
        notes=(),
        direction=opening.direction,
    )


def _may_close(found: _Call, closing: CallClosing) -> None:
    if found.ended:
        raise StoreError(f"call {found.row.public_id} was closed before")
    for segment in closing.segments:
        _aware(segment.started_at)
        _aware(segment.ended_at)


def _close(found: _Call, entry: Entry, closing: CallClosing) -> None:
    found.ended = True
    found.sealed_key = None
    found.row = replace(
        found.row,
        ended_at=entry.at,
        outcome=closing.outcome,
        result=closing.result,
        cause=closing.cause,
        ended_by=closing.ended_by,
        note=closing.note,
        language=closing.language,
        path=closing.path,
        segments=closing.segments,
    )


def _aware(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError("naive datetime")
