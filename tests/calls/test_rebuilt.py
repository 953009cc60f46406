"""S5: the record of a call, made once more from its journal, is the one that was stored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.events import Event
from ivr.engine.step import step
from ivr.runtime.entries import entry_of
from ivr.runtime.live import LiveCall
from ivr.runtime.memory.store import MemoryStore
from tests.fakes.call_centre import CallCentre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.domain.call import CallId
    from ivr.runtime.ports import CallClosing, Entry


class KeepsKeys(MemoryStore):
    """A store that still has the key of a call that is over, so that its journal can be read."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[CallId, list[Entry]] = {}
        self.sealed: dict[CallId, bytes] = {}
        self._append = self.journal.append
        self.journal.append = self._kept  # type: ignore[method-assign]

    async def _kept(self, entry: Entry) -> None:
        await self._append(entry)
        self.entries.setdefault(entry.call, []).append(entry)
        if entry.opening is not None:
            self.sealed[entry.call] = entry.opening.sealed_key


@pytest.fixture
async def store() -> KeepsKeys:
    """The store of the call centre."""
    return KeepsKeys()


@pytest.fixture
async def centre(
    tmp_path: Path, store: KeepsKeys, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[CallCentre]:
    """A call centre whose journal is kept whole."""
    monkeypatch.chdir(tmp_path)
    opened = await CallCentre.open(tmp_path, store=store)
    yield opened
    await opened.close()


def rebuilt(centre: CallCentre, store: KeepsKeys, call: CallId) -> CallClosing:
    """The closing of a call, from nothing but the events of its journal."""
    switch = centre.served.server.switch
    key, entries = store.sealed[call], store.entries[call]
    live, closing = LiveCall(call, "", "", "", key, 1), None
    for entry in entries:
        event = switch.codec.loads_as(Event, entry.event, key)
        live.state, commands = step(live.state, event, switch.ports.books.current())
        closing = entry_of(live, event, live.state, commands, switch.codec).closing or closing
    assert closing is not None
    return closing


async def _talks(centre: CallCentre) -> CallId:
    await centre.works("ayse", "can")
    call = await centre.waits()
    await centre.clock.advance(21)
    centre.phones["can"].answer()
    await centre.clock.advance(5)
    await centre.floor.control(call, "hold", {}, "can")
    await centre.clock.advance(7)
    await centre.floor.control(call, "resume", {}, "can")
    await centre.clock.advance(2)
    centre.phones["can"].hang_up()
    await centre.clock.advance(60)
    return call


async def test_what_is_rebuilt_from_the_journal_equals_what_was_stored(
    centre: CallCentre, store: KeepsKeys
) -> None:
    call = await _talks(centre)
    row = await centre.record(call)
    again = rebuilt(centre, store, call)
    assert again.segments == row.segments
    assert again == store.entries[call][-1].closing
    assert (again.outcome, again.answered_at) == ("handled", row.started_at)
    assert {one.kind for one in again.segments} >= {"ivr", "queue", "offer", "talk", "hold"}
    offers = [(one.agent, one.result) for one in again.segments if one.kind == "offer"]
    assert offers == [("ayse", "missed"), ("can", "accepted")]
    own = [one for one in again.segments if one.party == "caller"]
    assert replace(own[0], started_at=row.started_at) == own[0]
    assert own[-1].ended_at == row.ended_at
