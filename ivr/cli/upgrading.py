"""`ivr db upgrade`: brings the database to the version this program needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.cli.loading import load
from ivr.cli.outcome import CANNOT_RUN, GOOD, MISSING_EXTRA, complain, say
from ivr.domain.errors import MissingExtraError, StoreError
from ivr.store.upgrade import HEAD
from ivr.store.upgrade import upgrade as upgrade_database

if TYPE_CHECKING:
    from pathlib import Path


def upgrade(path: Path) -> int:
    """Upgrade. Returns the exit code."""
    config = load(path)
    try:
        before = upgrade_database(config.database.reveal())
    except MissingExtraError as error:
        complain(str(error))
        return MISSING_EXTRA
    except StoreError as error:
        complain(str(error))
        return CANNOT_RUN
    except OSError as error:
        complain(f"cannot make the folder of the database: {error}")
        return CANNOT_RUN
    say(f"the database is at {HEAD}" + ("" if before == HEAD else f", it was at {before}"))
    return GOOD
