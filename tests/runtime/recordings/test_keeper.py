"""The keeper: brings sound in, tries again, gives up; what is no sound never gets in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import MediaError, StoreError
from ivr.runtime.ports.recorded.recordings import FAILED, PENDING, READY
from ivr.runtime.recordings.keeper import (
    TRIES,
    Found,
    NotYetError,
    RecordingKeeper,
    Source,
    silence_of,
)

if TYPE_CHECKING:
    from ivr.runtime.memory.clock import VirtualClock
    from ivr.runtime.ports.recorded.recordings import RecordingRow
    from ivr.runtime.recordings.folder import RecordingFolder
    from tests.runtime.recordings.conftest import Rows


class Far:
    """A source that does what a test wants."""

    def __init__(self) -> None:
        self.gives: list[Found | Exception] = []
        self.forgot: list[str] = []

    async def fetch(self, _row: RecordingRow) -> Found:
        one = self.gives.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    async def forget(self, row: RecordingRow) -> None:
        self.forgot.append(row.id)


@pytest.fixture
def far() -> Far:
    """Nothing there yet."""
    return Far()


@pytest.fixture
def keeper(rows: Rows, folder: RecordingFolder, clock: VirtualClock, far: Far) -> RecordingKeeper:
    """With one source, `far`."""
    return RecordingKeeper(rows, folder, clock, {"far": Source(far.fetch, far.forget)})  # type: ignore[arg-type]


async def test_sound_is_kept_and_its_source_forgets_it(
    rows: Rows, far: Far, keeper: RecordingKeeper, folder: RecordingFolder
) -> None:
    rows.add("a", "far:1")
    far.gives = [Found(silence_of(2))]
    assert await keeper.look() == 1
    row = rows.all["a"]
    assert (row.state, far.forgot) == (READY, ["a"])
    assert row.sound is not None
    assert (row.sound.duration_ms, row.sound.partial) == (2_000, False)
    assert folder.read(row.sound.uri, row.sound.key, row.sound.size_bytes) == silence_of(2)


@pytest.mark.parametrize("found", [Found(silence_of(2), whole=False), Found(silence_of(0.4))])
async def test_less_than_was_counted_is_said_to_be_a_part(
    rows: Rows, far: Far, keeper: RecordingKeeper, found: Found
) -> None:
    rows.add("a", "far:1")
    far.gives = [found]
    await keeper.look()
    sound = rows.all["a"].sound
    assert sound is not None
    assert sound.partial


async def test_what_is_not_there_yet_is_asked_for_again_and_again(
    rows: Rows, far: Far, keeper: RecordingKeeper, clock: VirtualClock
) -> None:
    rows.add("a", "far:1")
    far.gives = [NotYetError("new"), StoreError("away"), RuntimeError("bug"), Found(silence_of(2))]
    for pause_s in (0.25, 1, 4):
        assert await keeper.look() == 1
        assert await keeper.look() == 0
        await clock.advance(pause_s)
    await keeper.look()
    assert rows.all["a"].state == READY
    assert rows.reasons == ["new", "away", "bug"]


@pytest.mark.parametrize("wrong", [MediaError("gone"), Found(b"<html>no sound</html>"), Found(b"")])
async def test_what_is_no_sound_never_comes(
    rows: Rows, far: Far, keeper: RecordingKeeper, wrong: Found | Exception
) -> None:
    rows.add("a", "far:1")
    far.gives = [wrong]
    await keeper.look()
    assert (rows.all["a"].state, far.forgot) == (FAILED, [])


async def test_in_the_end_it_is_given_up(
    rows: Rows, far: Far, keeper: RecordingKeeper, clock: VirtualClock
) -> None:
    rows.add("a", "far:1")
    far.gives = [NotYetError("no")] * TRIES
    for _ in range(TRIES):
        assert rows.all["a"].state == PENDING
        await keeper.look()
        await clock.advance(3_600)
    assert rows.all["a"].state == FAILED


async def test_a_source_that_nobody_knows_is_no_reason_to_wait(
    rows: Rows, keeper: RecordingKeeper
) -> None:
    rows.add("a", "elsewhere:1")
    await keeper.look()
    assert rows.all["a"].state == FAILED
