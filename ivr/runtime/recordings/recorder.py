"""What a step of a call writes about recordings, and where media workers write meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.errors import MediaError
from ivr.domain.recording import KeepRecording
from ivr.media.wav import read_wav
from ivr.runtime.ports.recorded.recordings import NewRecording
from ivr.runtime.recordings.folder import SPOOL
from ivr.runtime.recordings.keeper import SPEECH_RATES
from ivr.runtime.recordings.sources import spool_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ivr.domain.call import CallId, Turn
    from ivr.domain.commands import Command
    from ivr.engine.state import State
    from ivr.runtime.recordings.keeper import RecordingKeeper


class Recorder:
    """new_id: of recordings. keeper: fetches their sound once the step is durable. key: of names in
    the spool."""

    def __init__(self, keeper: RecordingKeeper, new_id: Callable[[], str], key: bytes) -> None:
        self.keeper = keeper
        self._new_id = new_id
        self._key = key

    def spool_name(self, call: CallId, turn: Turn) -> str:
        """The name of a message in the spool."""
        return spool_name(self._key, call, turn)

    def spool_path(self, name: str) -> Path:
        """Where it is written, without the suffix; who writes it makes the folder."""
        return self.keeper.folder.root / SPOOL / name

    def spooled_s(self, name: str) -> float:
        """Seconds of sound that are in the spool under a name: of what a crash has cut off.

        Waits for the disk. Raises StoreError if that does not give it.
        """
        found = self.keeper.folder.spooled(name)
        if found is None:
            return 0.0
        try:
            return read_wav(found[0], SPEECH_RATES).seconds
        except MediaError:
            return 0.0

    def writes(self, state: State, commands: Sequence[Command]) -> tuple[NewRecording, ...]:
        """The rows of a step."""
        return tuple(
            NewRecording(
                id=self._new_id(),
                kind=each.kind,
                turn=each.turn,
                seconds=each.seconds,
                source=each.source or f"{SPOOL}:{self.spool_name(state.call, each.turn)}",
                box=each.box,
                words=each.words,
                survey=each.survey,
                question=each.question,
                language=state.language,
                queue=each.queue,
            )
            for each in commands
            if isinstance(each, KeepRecording)
        )
