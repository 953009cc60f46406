"""The stream of one agent: numbered without gaps, kept before it is sent, replayed when missed.

A message that cannot be kept within some seconds is given up: then every page of the agent is
closed and must take a snapshot, so that no page goes on with a hole it cannot see.
Source: acd-cti.md 10.3.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.domain.errors import StoreError
from ivr.runtime.ports.desk import PopMessage
from ivr.runtime.streams.subscription import Frame, Subscription, framed
from ivr.runtime.streams.topics import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.desk import Pops

_LOG = logging.getLogger(__name__)
MOST_REPLAYED = 200
MOST_REPLAYED_BYTES = 512 * 1024
MOST_KEPT_BYTES = 128 * 1024
"""In memory, per agent; what is older is read from the store."""
PAUSES_S = (0.1, 0.3, 1.0, 3.0)
COME_BACK = 1012
"""Close code: come back in a moment."""


@dataclass(frozen=True, slots=True)
class About:
    """The screen pop that a message belongs to; expires_at: when it is no longer of use."""

    pop: str = ""
    rev: int = 0
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that has no number yet. done: gets its number, 0 if it had to be given up."""

    kind: str
    data: Mapping[str, Any]
    about: About
    done: asyncio.Future[int]


class Lane:
    """One agent's stream. acked: the highest number that a page of his has confirmed."""

    def __init__(self, agent: str, pops: Pops, clock: Clock) -> None:
        self.agent = agent
        self.seq = 0
        self.acked = 0
        self.pages: list[Subscription] = []
        self._pops = pops
        self._clock = clock
        self._resumable_from = 0
        self._loaded = False
        self._loading = asyncio.Lock()
        self._recent: deque[PopMessage] = deque()
        self._recent_bytes = 0
        self._mailbox: deque[Letter] = deque()
        self._working = False

    @property
    def recent(self) -> Sequence[PopMessage]:
        """The last messages, oldest first."""
        return tuple(self._recent)

    def take(self, letter: Letter) -> bool:
        """Put a letter into the mailbox; True if `work` must be started for it."""
        self._mailbox.append(letter)
        starts, self._working = not self._working, True
        return starts

    async def work(self) -> None:
        """Keep and send what is in the mailbox, in order."""
        try:
            while self._mailbox:
                letter = self._mailbox.popleft()
                seq = await self._surely(letter)
                if not letter.done.done():
                    letter.done.set_result(seq)
        finally:
            self._working = False

    async def load(self) -> None:
        """Read once where the stream stands. Raises StoreError."""
        async with self._loading:
            if not self._loaded:
                self.seq = await self._pops.last_seq(self.agent)
                after = max(0, self.seq - MOST_REPLAYED)
                for message in await self._pops.after(self.agent, after, MOST_REPLAYED):
                    self._remember(message)
                self._loaded = True

    async def join(self, page: Subscription, last_seq: int) -> None:
        """A page reads along from now on, after what it missed if that is possible."""
        await self.load()
        page.seq = self.seq
        self.pages.append(page)
        missed = await self._missed(last_seq, page.seq)
        if missed is not None:
            page.resumed = True
            page.put_first(missed)

    def end_pages(self, code: int) -> None:
        """Every page of this agent is told to go."""
        for page in tuple(self.pages):
            page.end(code)

    async def _surely(self, letter: Letter) -> int:
        """As `_carry`; a letter with a bug in it stops only itself."""
        try:
            return await self._carry(letter)
        except Exception:
            _LOG.exception("desk_message_broken", extra={"agent": self.agent})
            return 0

    async def _carry(self, letter: Letter) -> int:
        for pause_s in (*PAUSES_S, 0.0):
            try:
                await self.load()
                message = self._written(letter)
                await self._pops.append(message)
            except StoreError:
                _LOG.warning("desk_message_waits_for_store", extra={"agent": self.agent})
                if await self._was_kept(letter):
                    return self.seq
                await self._pause(pause_s)
            else:
                self._sent(message)
                return message.seq
        _LOG.error("desk_message_lost", extra={"agent": self.agent, "lost": letter.kind})
        self._break()
        return 0

    async def _pause(self, pause_s: float) -> None:
        if pause_s:
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=pause_s))

    async def _was_kept(self, letter: Letter) -> bool:
        """Whether the message was kept although the store said no; also finds strange writers."""
        try:
            later = await self._pops.after(self.agent, self.seq, MOST_REPLAYED)
        except StoreError:
            return False
        if not later or not self._loaded:
            return False
        if _same(later[0], letter):
            self._sent(later[0])
            return True
        self.seq = later[-1].seq
        self._break()
        return False

    def _written(self, letter: Letter) -> PopMessage:
        seq, now = self.seq + 1, self._clock.now()
        data = {**letter.data, "seq": seq} if "seq" in letter.data else letter.data
        head = {"seq": seq, "ts": now.isoformat(), "type": letter.kind, "topic": "me"}
        return PopMessage(
            agent=self.agent,
            seq=seq,
            at=now,
            pop=letter.about.pop,
            rev=letter.about.rev,
            body=to_json({**head, "data": data}),
            expires_at=letter.about.expires_at or now + timedelta(hours=1),
        )

    def _sent(self, message: PopMessage) -> None:
        self.seq = message.seq
        self._remember(message)
        frame = framed(message.body)
        for page in tuple(self.pages):
            page.push(frame)

    def _remember(self, message: PopMessage) -> None:
        self._recent.append(message)
        self._recent_bytes += len(message.body)
        while len(self._recent) > MOST_REPLAYED or self._recent_bytes > MOST_KEPT_BYTES:
            self._recent_bytes -= len(self._recent.popleft().body)

    def _break(self) -> None:
        """Whoever has read up to here cannot just go on: he needs a snapshot."""
        self._resumable_from = self.seq + 1
        self.end_pages(COME_BACK)

    async def _missed(self, last_seq: int, seq: int) -> list[Frame] | None:
        """The frames after last_seq up to seq; None if only a snapshot can help."""
        behind = seq - last_seq
        if last_seq <= 0 or not 0 <= behind <= MOST_REPLAYED or last_seq < self._resumable_from:
            return None
        messages = [message for message in self._recent if last_seq < message.seq <= seq]
        if len(messages) < behind:
            messages = await self._from_store(last_seq, seq)
        frames = [framed(self._body(message)) for message in messages]
        fits = sum(frame.size for frame in frames) <= MOST_REPLAYED_BYTES
        return frames if len(frames) == behind and fits else None

    async def _from_store(self, last_seq: int, seq: int) -> list[PopMessage]:
        try:
            found = await self._pops.after(self.agent, last_seq, MOST_REPLAYED)
        except StoreError:
            return []
        return [message for message in found if message.seq <= seq]

    def _body(self, message: PopMessage) -> str:
        """As it was sent; what is no longer of use is marked as history."""
        if message.expires_at > self._clock.now():
            return message.body
        return to_json({**json.loads(message.body), "history": True})


def _same(message: PopMessage, letter: Letter) -> bool:
    found = json.loads(message.body)
    data = dict(found["data"], seq=None) if "seq" in letter.data else found["data"]
    wanted = dict(letter.data, seq=None) if "seq" in letter.data else dict(letter.data)
    return bool(found["type"] == letter.kind and data == json.loads(to_json(wanted)))
