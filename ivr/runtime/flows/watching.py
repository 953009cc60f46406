"""Takes over edited flows while the server runs; a broken edit changes nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watchfiles import awatch

from ivr.domain.errors import StoreError
from ivr.runtime.flows.library import SUFFIXES, Library, read_folder

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock
    from ivr.runtime.tasks import Tasks

_LOG = logging.getLogger(__name__)
Changed = Callable[[], Coroutine[Any, Any, None]]
DEBOUNCE_MS = 200
RETRY_S = 2.0
"""How long an edit waits for its next try while the database is away."""


async def watch(library: Library, folder: Path, tasks: Tasks, clock: Clock) -> None:
    """Publish after each change below the folder, for ever.

    Each publication is a task of its own, so that a failure costs that one edit and is logged.
    """
    async for changes in awatch(folder, debounce=DEBOUNCE_MS, step=50, recursive=True):
        if any(Path(path).suffix in SUFFIXES for _kind, path in changes):
            work = tasks.start(take_over(library, folder, clock), "publish flows")
            await asyncio.wait({work})


async def watch_file(file: Path, changed: Changed, tasks: Tasks) -> None:
    """Call `changed` after each change of one file, also when an editor puts a new one there."""
    async for changes in awatch(file.parent, debounce=DEBOUNCE_MS, step=50, recursive=False):
        if any(Path(path).name == file.name for _kind, path in changes):
            await asyncio.wait({tasks.start(changed(), f"read {file.name}")})


async def take_over(library: Library, folder: Path, clock: Clock) -> None:
    """Publish what the folder holds now; while files or the database are away, try again."""
    while True:
        try:
            await library.publish(await asyncio.to_thread(read_folder, folder))
        except (OSError, StoreError):  # an editor may be replacing the very file we read
            _LOG.warning("flows_wait", exc_info=True)
            await clock.sleep_until(clock.now() + timedelta(seconds=RETRY_S))
        else:
            return
