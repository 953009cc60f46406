"""Recordings are kept where there is a database; whole servers are in `tests/calls/messages`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.app.recordings import open_recorder
from ivr.config.load import load_config
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.memory.store import MemoryStore
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_is_kept_where_all_is_in_memory(tmp_path: Path) -> None:
    config = load_config(shipped(tmp_path), {}, now=START)
    assert open_recorder(MemoryStore(), config, PlainKeys(), VirtualClock()) is None
