"""Messages that callers of SIP trunks leave: a media worker writes them, the engine hears of them.

However a message ends, the engine is told: by the worker; if that has died, by what stands in its
spool; after a crash of the server by the same. Nobody waits here for the disk.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from ivr.domain.call import Turn
from ivr.domain.errors import PortError
from ivr.domain.recording import LOST, MessageTaken, RecordingFailed
from ivr.media.leg.taking import limits_of
from ivr.runtime.recordings.sources import CUT, SPOOL

if TYPE_CHECKING:
    from ivr.domain.call import CallId
    from ivr.domain.recording import TakeMessage
    from ivr.media.items import Item
    from ivr.media.leg.taking import Limits
    from ivr.media.leg.told import Taken, Taped
    from ivr.runtime.recordings.recorder import Recorder
    from ivr.runtime.tasks import Tasks

_LOG = logging.getLogger(__name__)
Tell: TypeAlias = Callable[[MessageTaken], None]
"""Tells the engine what became of a message."""
TellFailed: TypeAlias = Callable[[RecordingFailed], None]
"""Tells it that a recording is over before its time."""


class Sound(Protocol):
    """What takes messages."""

    def take(self, leg: int, turn: int, items: tuple[Item, ...], path: str, limits: Limits) -> None:
        """See `ivr.channels.sip.sound.box`."""

    def record(self, leg: int, turn: int, path: str) -> None:
        """See there, too."""


@dataclass(frozen=True, slots=True)
class _Underway:
    call: CallId
    turn: Turn
    name: str
    tell: Tell


class Messages:
    """Those under way, by the number of the sound that they are part of."""

    def __init__(self, recorder: Recorder | None, tasks: Tasks) -> None:
        """recorder: None where nothing can be kept; then every message is lost at once."""
        self._recorder = recorder
        self._tasks = tasks
        self._underway: dict[int, _Underway] = {}
        self._taped: dict[int, tuple[Turn, CallId, TellFailed]] = {}

    def take(
        self,
        sound: Sound,
        line: int,
        whose: tuple[CallId, Tell],
        command: TakeMessage,
        items: tuple[Item, ...],
    ) -> None:
        """Begin a message on a line. whose: the call, and how its engine is told."""
        (call, tell), recorder = whose, self._recorder
        if recorder is None:
            tell(MessageTaken(turn=command.turn, ended_by=LOST))
            return
        name = recorder.spool_name(call, command.turn)
        self._underway[line] = _Underway(call, command.turn, name, tell)
        path = str(recorder.spool_path(name))
        sound.take(line, command.turn, items, path, limits_of(command))

    def record(self, sound: Sound, line: int, whose: tuple[CallId, TellFailed], turn: Turn) -> None:
        """Begin to record a call; its row is written by the step that ends it. whose: the call, and
        how its engine is told that nothing more is kept."""
        call, tell = whose
        if self._recorder is None:
            _LOG.error("call_not_recorded", extra={"call": call, "facts": {"why": "no folder"}})
            tell(RecordingFailed(turn=turn))
            return
        self._taped[line] = (turn, call, tell)
        path = self._recorder.spool_path(self._recorder.spool_name(call, turn))
        sound.record(line, turn, str(path))

    def taped(self, event: Taped) -> None:
        """A worker says what there is of a recording; late news of an earlier one end no other."""
        turn, call, tell = self._taped.get(event.leg, (None, "", None))
        if event.note:
            facts = {"why": event.note, "seconds": event.ms / 1000}
            _LOG.error("call_not_recorded", extra={"call": call, "facts": facts})
        if tell is None or turn != event.turn:
            return
        del self._taped[event.leg]
        if event.note:
            tell(RecordingFailed(turn=Turn(event.turn)))

    def taken(self, event: Taken) -> None:
        """A worker says what there is of a message."""
        mine = self._underway.get(event.leg)
        if mine is None or mine.turn != event.turn:
            return
        del self._underway[event.leg]
        kind = SPOOL
        if event.ended_by == LOST:
            kind = CUT
            folder = "" if self._recorder is None else str(self._recorder.keeper.folder.root)
            facts = {"why": event.note, "folder": folder, "seconds": event.ms / 1000}
            _LOG.error("message_not_written", extra={"call": mine.call, "facts": facts})
        mine.tell(_message(mine.turn, event.ms / 1000, event.ended_by, mine.name, kind))

    def lost(self, line: int) -> None:
        """The worker of a message or its leg is gone: what is written is all."""
        self._taped.pop(line, None)
        mine = self._underway.get(line)
        if mine is not None:
            self._look(mine, lambda: self._ended(line, mine))

    def finished(self, call: CallId, turn: Turn, tell: Tell) -> None:
        """The caller has gone. If a worker knows of the message it tells by itself."""
        if (call, turn) not in ((mine.call, mine.turn) for mine in self._underway.values()):
            self._look(_Underway(call, turn, "", tell), lambda: True)

    def close(self, line: int, turn: Turn) -> None:
        """Nobody waits for the message of this turn any more."""
        mine = self._underway.get(line)
        if mine is not None and mine.turn == turn:
            del self._underway[line]

    async def found(self, call: CallId, turn: Turn) -> MessageTaken:
        """A message by what the spool has of it: of a worker or a server that has died."""
        if self._recorder is None:
            return MessageTaken(turn=turn, ended_by=LOST)
        name, seconds = self._recorder.spool_name(call, turn), 0.0
        try:
            seconds = await asyncio.to_thread(self._recorder.spooled_s, name)
        except PortError as error:
            _LOG.error("message_not_read", extra={"call": call, "facts": {"why": str(error)}})
        return _message(turn, seconds, LOST, name, CUT)

    def _look(self, mine: _Underway, is_awaited: Callable[[], bool]) -> None:
        async def look() -> None:
            event = await self.found(mine.call, mine.turn)
            if is_awaited():
                mine.tell(event)

        self._tasks.start(look(), "message found")

    def _ended(self, line: int, mine: _Underway) -> bool:
        """Take a message off the list; false if it is on it no more."""
        if self._underway.get(line) is not mine:
            return False
        del self._underway[line]
        return True


def _message(
    turn: Turn, seconds: float, ended_by: str, name: str, kind: str = SPOOL
) -> MessageTaken:
    source = f"{kind}:{name}" if seconds else ""
    return MessageTaken(turn=turn, seconds=seconds, ended_by=ended_by, source=source)
