"""Messages by telephone: however one ends, the engine hears of it once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.channels.sip.upkeep.messages import Messages
from ivr.domain.call import CallId, Turn
from ivr.domain.recording import MessageTaken, TakeMessage
from ivr.media.leg.told import Taken

if TYPE_CHECKING:
    from pathlib import Path

CALL, TURN = CallId("c1"), Turn(7)
ASKED = TakeMessage(turn=TURN, prompts=(), longest_s=60, silence_s=4, shortest_s=2, end_key="*")


class Recorder:
    """Names and a folder; in the spool is what a test says."""

    def __init__(self, folder: Path, spooled: float = 0.0) -> None:
        self.folder, self.spooled = folder, spooled

    def spool_name(self, call: CallId, turn: Turn) -> str:
        return f"{call}-{turn}"

    def spool_path(self, name: str) -> Path:
        return self.folder / name

    def spooled_s(self, _name: str) -> float:
        return self.spooled


class Sound:
    """Remembers what it was asked to take."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def take(self, *asked: Any) -> None:  # noqa: ANN401 - whatever it is
        self.asked.append(asked)


def begun(recorder: object) -> tuple[Messages, Sound, list[MessageTaken]]:
    told: list[MessageTaken] = []
    messages, sound = Messages(recorder), Sound()  # type: ignore[arg-type]
    messages.take(sound, 5, (CALL, told.append), ASKED, ())
    return messages, sound, told


def test_a_worker_is_asked_and_tells(tmp_path: Path) -> None:
    messages, sound, told = begun(Recorder(tmp_path))
    ((line, turn, items, path, limits),) = sound.asked
    assert (line, turn, items, path) == (5, TURN, (), str(tmp_path / "c1-7"))
    assert (limits.longest_ms, limits.silence_ms, limits.shortest_ms, limits.end_key) == (
        *(60_000, 4_000, 2_000),
        "*",
    )
    assert messages.lines == (5,)
    assert messages.finished(CALL, TURN) is None
    messages.taken(Taken(5, TURN, 3_200, "key"))
    assert told == [MessageTaken(turn=TURN, seconds=3.2, ended_by="key", source="spool:c1-7")]
    messages.taken(Taken(5, TURN, 3_200, "key"))
    assert len(told) == 1


def test_a_worker_that_died_has_left_what_it_has_written(tmp_path: Path) -> None:
    messages, _sound, told = begun(Recorder(tmp_path, 1.5))
    messages.lost(5)
    messages.lost(5)
    assert told == [MessageTaken(turn=TURN, seconds=1.5, ended_by="lost", source="cut:c1-7")]


def test_after_a_restart_the_spool_is_asked(tmp_path: Path) -> None:
    messages = Messages(Recorder(tmp_path))  # type: ignore[arg-type]
    assert messages.finished(CALL, TURN) == MessageTaken(turn=TURN, ended_by="lost")


def test_nobody_waits_for_one_that_is_closed(tmp_path: Path) -> None:
    messages, _sound, told = begun(Recorder(tmp_path, 1.5))
    messages.close(5, Turn(8))
    messages.close(5, TURN)
    messages.lost(5)
    assert told == []


def test_where_nothing_can_be_kept_nobody_speaks_in_vain() -> None:
    _messages, sound, told = begun(None)
    assert sound.asked == []
    assert told == [MessageTaken(turn=TURN, ended_by="lost")]


def test_a_spool_that_cannot_be_made_is_the_same(tmp_path: Path) -> None:
    class Full(Recorder):
        """There is no room."""

        def spool_path(self, name: str) -> Path:
            raise OSError(28, name)

    recorder = Full(tmp_path)
    _messages, sound, told = begun(recorder)
    assert sound.asked == []
    assert told[0].ended_by == "lost"
