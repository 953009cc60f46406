"""Work on the configured database from the command line, beside a server that may be running."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ivr.cli.outcome import CANNOT_RUN, MISSING_EXTRA, complain
from ivr.domain.errors import MissingExtraError, StaleVersionError, StoreError
from ivr.store import open_store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.config.model import Config
    from ivr.store import SqlStore


def on_store(config: Config, work: Callable[[SqlStore], Awaitable[int]], *, create: bool) -> int:
    """Open the database, do the work, close it. create: make one that is not there."""
    try:
        store = open_store(config.database.reveal(), create=create)
        return asyncio.run(_closing(store, work))
    except MissingExtraError as error:
        complain(str(error))
        return MISSING_EXTRA
    except (StoreError, StaleVersionError) as error:
        return cannot(str(error))
    except OSError as error:
        return cannot(f"cannot make the folder of the database: {error}")


async def _closing(store: SqlStore, work: Callable[[SqlStore], Awaitable[int]]) -> int:
    try:
        return await work(store)
    finally:
        await store.close()


def cannot(reason: str) -> int:
    """Say why nothing was done. Returns the exit code."""
    complain(reason)
    return CANNOT_RUN
