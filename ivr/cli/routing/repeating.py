"""`ivr acd replay`: what the queues have decided, decided once more from their record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.cli.loading import load
from ivr.cli.outcome import FOUND, GOOD, say
from ivr.cli.people_store import cannot, on_store
from ivr.domain.errors import ReplayError
from ivr.runtime.groups.repeating import repeat

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.acd.record.replay import Replay
    from ivr.store import SqlStore


def replay(path: Path) -> int:
    """Repeat every group that has a record. Returns the exit code."""
    return on_store(load(path), _all, create=False)


async def _all(store: SqlStore) -> int:
    differ = 0
    for group in await store.groups.groups():
        try:
            found = await repeat(store.groups, group)
        except ReplayError as error:
            return cannot(f"group {group}: the record cannot be read: {error}")
        _tell(found)
        differ += found.differ
    return FOUND if differ else GOOD


def _tell(found: Replay) -> None:
    say(
        f"group {found.name}: {found.events} events and {found.decisions} decisions repeated, "
        f"{found.differ} differ; {found.skipped} events before the first beginning"
    )
    for one in found.found:
        say(f"  event {one.seq}: stored   {one.stored or '-'}")
        say(f"  event {one.seq}: repeated {one.repeated or '-'}")
