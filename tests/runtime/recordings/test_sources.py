"""Where sound comes from on this machine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CallId, Turn
from ivr.domain.errors import MediaError
from ivr.media.wav import read_wav
from ivr.runtime.recordings.keeper import NotYetError, silence_of
from ivr.runtime.recordings.sources import LONG_PATIENCE, PATIENCE, of_spool, of_words, spool_name

if TYPE_CHECKING:
    from ivr.runtime.recordings.folder import RecordingFolder
    from tests.runtime.recordings.conftest import Rows

NAME = "ab" * 16


def test_names_in_the_spool_say_nothing_and_are_found_again() -> None:
    names = {spool_name(key, CallId("c"), Turn(turn)) for key in (b"a", b"b") for turn in (1, 2)}
    assert len(names) == 4
    assert spool_name(b"a", CallId("c"), Turn(1)) in names
    assert all(len(name) == 32 for name in names)


async def test_a_finished_file_is_taken_and_then_gone(rows: Rows, folder: RecordingFolder) -> None:
    rows.add("a", f"spool:{NAME}")
    source, row = of_spool(folder), rows.all["a"]
    with pytest.raises(NotYetError):
        await source.fetch(row)
    (folder.spool() / f"{NAME}.wav").write_bytes(silence_of(1))
    assert (await source.fetch(row)).whole
    await source.forget(row)
    with pytest.raises(NotYetError):
        await source.fetch(replace(row, tries=LONG_PATIENCE - 1))
    with pytest.raises(MediaError):
        await source.fetch(replace(row, tries=LONG_PATIENCE))


async def test_a_file_that_grows_is_waited_for_until_its_writer_must_be_dead(
    rows: Rows, folder: RecordingFolder
) -> None:
    rows.add("a", f"spool:{NAME}")
    source, row = of_spool(folder), rows.all["a"]
    (folder.spool() / f"{NAME}.part").write_bytes(silence_of(1))
    with pytest.raises(NotYetError):
        await source.fetch(row)
    assert not (await source.fetch(replace(row, tries=PATIENCE))).whole


async def test_another_name_is_not_even_looked_for(rows: Rows, folder: RecordingFolder) -> None:
    rows.add("a", "spool:../../etc/passwd")
    with pytest.raises(MediaError):
        await of_spool(folder).fetch(rows.all["a"])


async def test_words_are_silence_of_their_length(rows: Rows) -> None:
    rows.add("a", "words:", 2.5)
    source = of_words()
    found = await source.fetch(rows.all["a"])
    assert read_wav(found.content).seconds == 2.5
    await source.forget(rows.all["a"])
