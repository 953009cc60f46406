"""A shipped server at an hour when nobody works, so that callers may leave a message."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pytest

from ivr.app import Parts
from ivr.channels.sip import provider
from ivr.channels.sip.wire.control import Limits
from ivr.channels.twilio.trunk import TwilioTrunk
from ivr.domain.call import CallId
from ivr.runtime.memory.clock import VirtualClock
from tests.fakes.far_end import LATE_MS
from tests.fakes.served import Served, shipped
from tests.fakes.sip_served import need_espeak
from tests.fakes.twilio_recordings import FakeRecordings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

    from ivr.runtime.ports.recorded.recordings import RecordingRow
    from ivr.runtime.ports.tickets import TicketRow
    from ivr.runtime.recordings.recorder import Recorder

HOURS = {"mon-sun: 00:00-24:00": "mon: 03:00-03:01"}


def closed(folder: Path, changes: Mapping[str, str] | None = None, *, sip: bool = False) -> Path:
    """The shipped configuration, closed."""
    config = shipped(folder, changes, sip=sip)
    text = config.read_text(encoding="utf-8")
    for old, new in HOURS.items():
        assert old in text
        text = text.replace(old, new, 1)
    config.write_text(text, encoding="utf-8")
    return config


@dataclass(slots=True)
class Kept:
    """What a server has kept."""

    served: Served

    @property
    def recorder(self) -> Recorder:
        """Who keeps it."""
        recorder = self.served.server.switch.ports.recorder
        assert recorder is not None
        return recorder

    async def of(self, call: str) -> Sequence[RecordingRow]:
        """The recordings of a call, after a look at what is due."""
        await self.recorder.keeper.look()
        return await self.recorder.keeper.rows.of_call(CallId(call))

    async def of_all(self) -> list[RecordingRow]:
        """The recordings of every call."""
        return [one for row in await self.served.rows() for one in await self.of(row.public_id)]

    def sound(self, row: RecordingRow) -> bytes:
        """The WAV file of one that is there."""
        assert row.sound is not None, row
        return self.recorder.keeper.folder.read(row.sound.uri, row.sound.key, row.sound.size_bytes)

    async def tickets(self, call: str) -> Sequence[TicketRow]:
        """The tickets of a call."""
        house = self.served.server.house
        assert house is not None
        return await house.tickets.of_interaction(call)


@pytest.fixture
async def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    """Such a server on virtual time, with a database."""
    monkeypatch.chdir(tmp_path)
    running = await Served.start(closed(tmp_path), Parts(clock=VirtualClock()))
    yield running
    await running.close()


@pytest.fixture
def there(served: Served) -> FakeRecordings:
    """The provider's recordings."""
    trunk = served.server.switch.trunks["main"]
    assert isinstance(trunk, TwilioTrunk)
    recordings = FakeRecordings()
    recordings.serve(trunk)
    return recordings


@pytest.fixture
def kept(served: Served) -> Kept:
    """What it has kept."""
    return Kept(served)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where prompts are kept as sound, made once for all of these tests."""
    return tmp_path_factory.mktemp("made")


@pytest.fixture
def by_telephone(tmp_path: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """What a server is configured with that is called by telephone here, on real time."""
    need_espeak()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(provider, "Limits", partial(Limits, late_ms=LATE_MS))
    return {"limits: {call: 2h}": f"media: {{sounds: {made}}}\nlimits: {{call: 2h}}"}
