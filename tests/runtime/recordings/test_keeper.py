"""The keeper: brings sound in and tries again; what is no sound never gets in."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import MediaError, StoreError
from ivr.runtime.memory.clock import settle
from ivr.runtime.ports.recorded.recordings import FAILED, GONE, PENDING, READY
from ivr.runtime.recordings.folder import RecordingFolder
from ivr.runtime.recordings.keeper import (
    AT_ONCE,
    HOURLY,
    Found,
    NotYetError,
    RecordingKeeper,
    Source,
    silence_of,
)
from ivr.runtime.sealing import MasterKeys
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    from ivr.runtime.memory.clock import VirtualClock
    from ivr.runtime.ports.recorded.recordings import RecordingRow
    from tests.runtime.recordings.conftest import Rows


class Far:
    """A source that does what a test wants."""

    def __init__(self) -> None:
        self.gives: list[Found | Exception] = []
        self.forgot: list[str] = []
        self.refuses: list[Exception] = []

    async def fetch(self, _row: RecordingRow) -> Found:
        one = self.gives.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    async def forget(self, row: RecordingRow) -> None:
        if self.refuses:
            raise self.refuses.pop(0)
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
    assert rows.reasons == ["new", "away", "fault of ours: RuntimeError"]


@pytest.mark.parametrize("wrong", [MediaError("gone"), Found(b"<html>no sound</html>"), Found(b"")])
async def test_what_is_no_sound_never_comes(
    rows: Rows, far: Far, keeper: RecordingKeeper, wrong: Found | Exception
) -> None:
    rows.add("a", "far:1")
    far.gives = [wrong]
    await keeper.look()
    assert (rows.all["a"].state, far.forgot) == (FAILED, [])


@pytest.mark.parametrize("away", [NotYetError("no"), OSError(28, "full"), RuntimeError("bug")])
async def test_whoever_is_away_for_two_days_is_asked_each_hour_and_told_of(
    rows: Rows,
    far: Far,
    keeper: RecordingKeeper,
    clock: VirtualClock,
    caplog: pytest.LogCaptureFixture,
    away: Exception,
) -> None:
    for name in ("a", "b"):
        rows.add(name, "far:1")
    far.gives = [away] * 1_000
    caplog.set_level(logging.WARNING)
    for _ in range(48 * 4):
        await keeper.look()
        await clock.advance(900)
    assert {row.state for row in rows.all.values()} == {PENDING}
    tries = rows.all["a"].tries
    assert 48 <= tries <= 60
    assert sum(record.message == "recordings_wait" for record in caplog.records) <= 48
    assert any(record.message == "recordings_wait" for record in caplog.records)
    far.gives = [Found(silence_of(2))] * 2
    await clock.advance(3_600)
    await keeper.look()
    assert {row.state for row in rows.all.values()} == {READY}


async def test_a_provider_that_is_away_is_told_of_in_one_line_for_all_its_messages(
    rows: Rows, far: Far, keeper: RecordingKeeper, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        rows.add(f"r{number}", f"far:{number}")
        rows.all[f"r{number}"] = replace(rows.all[f"r{number}"], tries=HOURLY)
    rows.add("other", "spool:0")
    rows.all["other"] = replace(rows.all["other"], tries=HOURLY)
    far.gives = [NotYetError(f"Recordings/{number}: away") for number in range(3)]
    await keeper.look()
    told = [vars(record)["facts"] for record in caplog.records]
    assert sorted(facts["source"] for facts in told) == ["far", "spool"]


async def test_what_stays_shorter_than_its_source_says_is_kept_as_a_part(
    rows: Rows, far: Far, keeper: RecordingKeeper, clock: VirtualClock
) -> None:
    rows.add("a", "far:1", 12)
    far.gives = [Found(silence_of(4), least_s=10)] * (HOURLY + 1)
    for _ in range(HOURLY):
        await keeper.look()
        assert rows.all["a"].state == PENDING
        await clock.advance(3_600)
    await keeper.look()
    row = rows.all["a"]
    assert row.sound is not None
    assert (row.state, row.sound.duration_ms, row.sound.partial) == (READY, 4_000, True)


@pytest.mark.parametrize("fault", ["key", "disk"])
async def test_messages_that_nobody_can_hear_any_more_are_told_of_at_the_start(
    rows: Rows,
    far: Far,
    keeper: RecordingKeeper,
    caplog: pytest.LogCaptureFixture,
    fault: str,
) -> None:
    rows.add("a", "far:1")
    far.gives = [Found(silence_of(2))]
    await keeper.look()
    await keeper.check()
    assert caplog.records == []
    keys = MasterKeys(bytes(32) if fault == "disk" else b"\x01" * 32)
    root = keeper.folder.root / ("" if fault == "key" else "elsewhere")
    keeper.folder = RecordingFolder(root, keys)
    await keeper.check()
    (line,) = caplog.records
    assert line.message == "recordings_unreadable"
    assert ("key file" in str(vars(line)["facts"])) == (fault == "key")


async def test_no_number_of_tries_is_too_many(
    rows: Rows, far: Far, keeper: RecordingKeeper, clock: VirtualClock
) -> None:
    rows.add("a", "far:1")
    rows.all["a"] = replace(rows.all["a"], tries=100_000)
    far.gives = [NotYetError("no")]
    await keeper.look()
    await clock.advance(3_600)
    assert rows.when["a"] == clock.now()


async def test_a_source_that_nobody_knows_may_come_back_with_its_trunk(
    rows: Rows, keeper: RecordingKeeper, far: Far, clock: VirtualClock
) -> None:
    rows.add("a", "elsewhere:1")
    await keeper.look()
    assert rows.all["a"].state == PENDING
    keeper.sources["elsewhere"] = Source(far.fetch, far.forget)
    far.gives = [Found(silence_of(2))]
    await clock.advance(1)
    await keeper.look()
    assert rows.all["a"].state == READY


@pytest.mark.parametrize("wrong", [OSError(5, "io"), StoreError("away"), MediaError("odd")])
async def test_a_source_that_does_not_forget_is_told_until_it_has(
    rows: Rows, far: Far, keeper: RecordingKeeper, clock: VirtualClock, wrong: Exception
) -> None:
    rows.add("a", "far:1")
    far.gives, far.refuses = [Found(silence_of(2))], [wrong, wrong]
    for _ in range(3):
        assert await keeper.look() == 1
        assert await keeper.look() == 0
        await clock.advance(60)
    assert (rows.all["a"].state, rows.all["a"].source, far.forgot) == (READY, "", ["a"])
    assert await keeper.look() == 0


async def test_what_is_gone_is_taken_away_at_its_source_too(
    rows: Rows, far: Far, keeper: RecordingKeeper
) -> None:
    rows.add("a", "far:1")
    rows.all["a"] = replace(rows.all["a"], state=GONE)
    await keeper.look()
    assert (far.forgot, rows.all["a"].source, rows.when) == (["a"], "", {})


async def test_what_goes_while_it_is_fetched_is_kept_nowhere(
    rows: Rows, far: Far, keeper: RecordingKeeper, folder: RecordingFolder
) -> None:
    rows.add("a", "far:1")

    async def fetch(row: RecordingRow) -> Found:
        rows.all["a"] = replace(row, state=GONE)
        return Found(silence_of(2))

    keeper.sources["far"] = Source(fetch, far.forget)
    await keeper.look()
    assert far.forgot == ["a"]
    assert [file for file in folder.root.rglob("*") if file.is_file()] == []


async def test_one_row_stops_none_of_those_behind_it(
    rows: Rows, far: Far, keeper: RecordingKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        rows.add(name, "far:1")
    far.gives = [Found(silence_of(2))] * 3
    ready = rows.ready

    async def failing(recording: str, *more: object) -> bool:
        if recording == "a":
            raise OSError(5, "io")
        return await ready(recording, *more)  # type: ignore[arg-type]

    async def away(*_row: object) -> None:
        raise StoreError("away", retryable=True)

    monkeypatch.setattr(rows, "ready", failing)
    monkeypatch.setattr(rows, "later", away)
    with pytest.raises(StoreError, match="away"):
        await keeper.look()
    assert [row.state for row in rows.all.values()] == [PENDING, READY, READY]


async def test_a_slow_source_keeps_three_others_going_and_no_more_at_once(
    rows: Rows, far: Far, keeper: RecordingKeeper
) -> None:
    tasks = Tasks()
    busy, most, free = set[str](), 0, asyncio.Event()

    async def fetch(row: RecordingRow) -> Found:
        nonlocal most
        busy.add(row.id)
        most = max(most, len(busy))
        if row.id == "a":
            await free.wait()
        busy.discard(row.id)
        return Found(silence_of(2))

    keeper.sources["far"] = Source(fetch, far.forget)
    for name in "abcdefghij":
        rows.add(name, "far:1")
    looking = tasks.start(keeper.look(), "look")
    async with asyncio.timeout(20):
        while len(far.forgot) < 9:
            await settle()
    assert rows.all["a"].state == PENDING
    free.set()
    assert await looking == 10
    await tasks.close()
    assert most <= AT_ONCE
