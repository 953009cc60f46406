"""`ivr acd why CALL`: the decision records of a call, as sentences."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.acd.telling.reasons import LANGUAGES, told
from ivr.cli.loading import load
from ivr.cli.outcome import GOOD, say
from ivr.cli.people_store import cannot, on_store
from ivr.config.calendars import find_zone

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from ivr.store import SqlStore


def why(call: str, language: str, path: Path) -> int:
    """Tell what is kept of a call. Returns the exit code."""
    if language not in LANGUAGES:
        return cannot(f"--language is one of {', '.join(LANGUAGES)}")
    config = load(path)
    return on_store(config, partial(_tell, call, language, find_zone(config.zone)), create=False)


async def _tell(call: str, language: str, zone: tzinfo, store: SqlStore) -> int:
    records = await store.groups.decisions(call)
    if not records:
        return cannot(f"no decision is kept about a call {call}: it never waited in a queue here")
    for record in records:
        for line in told(record, language, zone):
            say(line)
    return GOOD
