"""The mailbox of a routing group: every event in order, stored before anything of it leaves.

Events that come in while a batch is being stored make up the next batch, so that the database is
asked as often as it can answer and no more.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ivr.acd import settings, words
from ivr.acd.group import Group, decide
from ivr.acd.places import MOST_PLACES
from ivr.acd.record.replay import begun
from ivr.acd.telling.counts import counted, day_of
from ivr.domain.agent import AgentState, Reach, Wanted
from ivr.domain.call import CallId, Cause, Turn
from ivr.domain.codec import Codec
from ivr.domain.errors import LeaseLostError, StoreError
from ivr.domain.queue import OfferEnd, WaitEnd
from ivr.runtime import metrics
from ivr.runtime.groups.times import from_ns, to_ns
from ivr.runtime.ports.desk import GroupBatch
from ivr.runtime.timers import Timers

if TYPE_CHECKING:
    from ivr.acd.settings import Rules
    from ivr.acd.words import AgentCard, Command, Event
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.desk import GroupLog
    from ivr.runtime.tasks import Tasks

_LOG = logging.getLogger(__name__)
Make = Callable[[int], "Event"]
"""Makes an event, given the moment at which its turn has come."""
Carry = Callable[["Command"], None]
_Stored = tuple[str, int, str]
"""Kind, moment and text of an event."""
BATCH_MOST = 256
RETRY_S = 0.5


def _no_secrets(_text: str) -> str:
    raise TypeError("nothing sealed goes through the queue machine")


def _classes(module: object) -> list[type]:
    return [one for one in vars(module).values() if is_dataclass(one) and isinstance(one, type)]


CODEC = Codec(
    [*_classes(words), *_classes(settings), Wanted, AgentState, Reach, WaitEnd, OfferEnd, Cause],
    _no_secrets,
    _no_secrets,
)


@dataclass(slots=True)
class _Letter:
    """An event that waits for its turn, and who wants to know what followed from it."""

    make: Make
    answer: asyncio.Future[tuple[Command, ...]] | None


@dataclass(slots=True)
class _Work:
    """What a batch of events has led to, before it is stored."""

    seq: int
    events: list[_Stored] = field(default_factory=list)
    rows: dict[tuple[str, str], words.Row] = field(default_factory=dict)
    decisions: list[Any] = field(default_factory=list)
    done: list[tuple[_Letter, tuple[Command, ...]]] = field(default_factory=list)

    def record(self, event: Event) -> None:
        """An event that is stored."""
        self.events.append(_coded(event))

    def add(self, letter: _Letter, commands: tuple[Command, ...]) -> None:
        """What followed from one event."""
        self.done.append((letter, commands))
        for command in commands:
            if isinstance(command, words.Row):
                self.rows[command.kind, command.key] = command
            elif isinstance(command, words.Decided):
                self.decisions.append(command.record)


class Host:
    """One routing group of this process.

    carry: what is to be done with a command once it is stored; it must not block.
    """

    def __init__(self, name: str, log: GroupLog, clock: Clock, tasks: Tasks, carry: Carry) -> None:
        self.name = name
        self.group = Group(name, 0)
        self._log = log
        self._clock = clock
        self._tasks = tasks
        self._carry = carry
        self._mail: deque[_Letter] = deque()
        self._wake = asyncio.Event()
        self._timers = Timers(clock, self._due)
        self._epoch = 0
        self._seq = 0
        self._last_ns = 0
        self._begin: _Stored | None = None
        """With what the group has begun, until that is stored."""

    async def start(self, rules: Rules, cards: Sequence[AgentCard]) -> None:
        """Become the owner, go on where the last owner was, and take mail."""
        self._epoch, self._seq = await self._log.claim(self.name)
        await self._rebuild(rules, cards)
        self._tasks.start(self._timers.run(), "routing timers")
        self._tasks.start(self._run(), "routing")

    def send(self, make: Make) -> None:
        """Put an event into the mailbox."""
        self._mail.append(_Letter(make, None))
        self._wake.set()

    async def ask(self, make: Make) -> tuple[Command, ...]:
        """The same; returns what followed from it, once it is stored."""
        answer: asyncio.Future[tuple[Command, ...]] = asyncio.get_running_loop().create_future()
        self._mail.append(_Letter(make, answer))
        self._wake.set()
        return await answer

    def now_ns(self) -> int:
        """The routing clock: never earlier than it was."""
        self._last_ns = max(self._last_ns, to_ns(self._clock.now()))
        return self._last_ns

    async def _rebuild(self, rules: Rules, cards: Sequence[AgentCard]) -> None:
        """The group as it is stored, under these rules. Names that were given once (`o-EPOCH-N`)
        are not given again, also those of offers that were not stored."""
        keeps = any(queue.rejoin_ns for queue in rules.queues.values())
        rows = await self._log.load(self.name, MOST_PLACES if keeps else 0)
        today = day_of(rules.day_offsets, self.now_ns())
        ended = await self._log.ended(self.name, today.began)
        self._rules, self._cards = rules, tuple(cards)
        begin = words.Restored(
            at=self.now_ns(),
            rules=rules,
            agents=self._cards,
            rows=tuple((row.kind, row.key, row.columns) for row in rows),
            offers_made=self.group.offers_made,
            rings_made=self.group.rings_made,
            counts={name: asdict(each) for name, each in counted(ended, rules.queues).items()},
            counted_at=ended[0].ended_at if ended else 0,
        )
        self.group = begun(self.name, self._epoch, self._seq + 1, begin)
        self._begin = _text_of(begin)
        self.send(lambda at: words.Tick(at=at))

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            try:
                await self._batch()
            except LeaseLostError:
                _LOG.exception("routing_lease_lost")
                return
            if not self._mail:
                self._wake.clear()

    async def _batch(self) -> None:
        """Decide what has come in, store it, then let it out."""
        work, broken = self._decided()
        if await self._stored(work):
            self._seq += len(work.events)
            self._begin = None if work.events else self._begin
            self._let_out(work)
        else:
            broken = broken or work.done[0][0]
            _fail([letter for letter, _commands in work.done])
        if broken is not None:
            _fail([broken])
            await self._rebuild(self._rules, self._cards)
        self._set_alarm()

    def _let_out(self, work: _Work) -> None:
        for letter, commands in work.done:
            for command in commands:
                self._carry(command)
            if letter.answer is not None and not letter.answer.done():
                letter.answer.set_result(commands)

    def _decided(self) -> tuple[_Work, _Letter | None]:
        """Work of at most a batch, and the letter that broke the machine, if one did."""
        work = _Work(self._seq + 1)
        if self._begin is not None:
            work.events.append(self._begin)
        while self._mail and len(work.done) < BATCH_MOST:
            letter = self._mail.popleft()
            try:
                event = letter.make(self.now_ns())
                if isinstance(event, words.RulesChanged):
                    self._rules, self._cards = event.rules, event.agents
                due = self.group.next_due if isinstance(event, words.Tick) else None
                commands = decide(self.group, event)
                work.add(letter, commands)
                if commands or not _is_quiet(event, due):
                    work.record(event)
                else:
                    self.group.events -= 1
            except Exception:  # a bug costs one event; the group is read again from the store
                _LOG.exception("routing_event_failed")
                metrics.TASK_FAILURES.labels("routing").inc()
                return work, letter
        return work, None

    async def _stored(self, work: _Work) -> bool:
        """Until it is stored nothing of it leaves; while the database is away, that is a wait.

        False if the database will never take it: a promise of its indexes would be broken.
        """
        if not work.events:
            return True
        rows = tuple(work.rows.values())
        batch = GroupBatch(self.name, self._epoch, work.seq, work.events, rows, work.decisions)
        while True:
            try:
                await self._log.append(batch)
            except LeaseLostError:
                raise
            except StoreError as error:
                _LOG.exception("routing_not_stored")
                if not error.retryable:
                    return False
                due = self._clock.now() + timedelta(seconds=RETRY_S)
                await self._clock.sleep_until(due)
            else:
                return True

    def _set_alarm(self) -> None:
        due = self.group.next_due
        if due is not None:
            self._timers.set(CallId(self.name), Turn(0), from_ns(due))

    def _due(self, _group: CallId, _turn: Turn) -> None:
        self.send(lambda at: words.Tick(at=at))


def _coded(event: Event) -> _Stored:
    return type(event).__name__, event.at, CODEC.dumps(event)


def _text_of(begin: words.Restored) -> _Stored | None:
    """A beginning as it is stored. Without one the record cannot be repeated, which must keep no
    caller from an agent."""
    try:
        return _coded(begin)
    except TypeError:
        _LOG.exception("routing_beginning_not_kept")
        return None


def _is_quiet(event: Event, due: int | None) -> bool:
    """Whether an event from which nothing followed need not be stored: it has changed nothing. Time
    that comes to what was due has."""
    if isinstance(event, words.Tick):
        return due is None or event.at < due
    return isinstance(event, words.NewsAsked)


def _fail(letters: Sequence[_Letter]) -> None:
    for letter in letters:
        if letter.answer is not None and not letter.answer.done():
            letter.answer.set_exception(StoreError("the queue machine could not keep the event"))
