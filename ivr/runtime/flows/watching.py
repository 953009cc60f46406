"""Takes over edited flows while the server runs; a broken edit changes nothing."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from watchfiles import awatch

from ivr.runtime.flows.library import SUFFIXES, Library, read_folder

_LOG = logging.getLogger(__name__)
DEBOUNCE_MS = 200


async def watch(library: Library, folder: Path) -> None:
    """Publish after each change below the folder, for ever."""
    async for changes in awatch(folder, debounce=DEBOUNCE_MS, step=50, recursive=True):
        if any(Path(path).suffix in SUFFIXES for _kind, path in changes):
            await library.publish(await asyncio.to_thread(read_folder, folder))
