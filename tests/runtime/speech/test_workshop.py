"""The workshop: processes made when needed, replaced when dead, ended with the server."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import MediaError
from ivr.runtime.speech.entry import read_entry
from ivr.runtime.speech.making import Kind
from ivr.runtime.speech.workshop import Workshop

if TYPE_CHECKING:
    from pathlib import Path

DIES = "import sys; sys.stdin.buffer.readline(); sys.exit(1)"
HANGS = "import signal; signal.pause()"


def living(workshop: Workshop) -> list[int]:
    return [program.process.pid for program in workshop._all if program.is_running]


async def test_one_process_makes_one_sound_after_the_other(
    workshop: Workshop, tmp_path: Path
) -> None:
    for number in range(1, 4):
        frames = await workshop.make(Kind.SILENCE, tmp_path / str(number), b"%d" % number)
        assert frames == read_entry(tmp_path / str(number)) == number
    assert len(living(workshop)) == 1


async def test_as_many_processes_as_places_and_no_more(workshop: Workshop, tmp_path: Path) -> None:
    orders = (workshop.make(Kind.SILENCE, tmp_path / str(n), b"1") for n in range(6))
    assert await asyncio.gather(*orders) == [1] * 6
    assert len(living(workshop)) == 2


async def test_what_cannot_be_made_is_told_and_the_next_is_made(
    workshop: Workshop, tmp_path: Path
) -> None:
    with pytest.raises(MediaError, match="not a WAV file"):
        await workshop.make(Kind.RECORDING, tmp_path / "a", b"mp3")
    assert await workshop.make(Kind.SILENCE, tmp_path / "b", b"1") == 1
    assert len(living(workshop)) == 1


async def test_a_process_killed_while_idle_is_replaced(workshop: Workshop, tmp_path: Path) -> None:
    await workshop.make(Kind.SILENCE, tmp_path / "a", b"1")
    [pid] = living(workshop)
    os.kill(pid, signal.SIGKILL)
    assert await workshop.make(Kind.SILENCE, tmp_path / "b", b"1") == 1
    assert living(workshop) != [pid]


async def test_a_process_that_dies_at_its_work_is_an_error(tmp_path: Path) -> None:
    workshop = Workshop(command=(sys.executable, "-c", DIES))
    with pytest.raises(MediaError, match="has died"):
        await workshop.make(Kind.SILENCE, tmp_path / "a", b"1")
    assert living(workshop) == []


async def test_a_process_that_hangs_is_killed(tmp_path: Path) -> None:
    workshop = Workshop(command=(sys.executable, "-c", HANGS), limit_s=0.2)
    with pytest.raises(MediaError, match=r"not made within 0\.2 s"):
        await workshop.make(Kind.SILENCE, tmp_path / "a", b"1")
    assert living(workshop) == []


async def test_work_that_nobody_waits_for_any_more_is_given_up(tmp_path: Path) -> None:
    workshop = Workshop(command=(sys.executable, "-c", HANGS))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await workshop.make(Kind.SILENCE, tmp_path / "a", b"1")
    assert living(workshop) == []


async def test_every_process_ends_with_the_workshop(tmp_path: Path) -> None:
    workshop = Workshop()
    await workshop.make(Kind.SILENCE, tmp_path / "a", b"1")
    [program] = workshop._all
    await workshop.close()
    assert not program.is_running
