"""Recordings that go: their files first, then all that the rows say of who spoke."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, or_, select, update

from ivr.runtime.ports.recorded.recordings import GONE, PENDING
from ivr.store.tables import recording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

_R = recording.c
THERE = or_(_R.state != GONE, _R.words != "")


def rows_of(connection: Connection, contacts: Sequence[int]) -> list[int]:
    """The recordings of contacts, those that are gone left out."""
    question = select(_R.id).where(_R.interaction_id.in_(contacts), THERE)
    return list(connection.scalars(question))


def addresses(connection: Connection, keys: Sequence[int]) -> list[str]:
    """Where their sound is: kept, or still in the spool."""
    question = select(_R.uri, _R.state, _R.source).where(_R.id.in_(keys))
    found = [
        row.source if row.state == PENDING else row.uri for row in connection.execute(question)
    ]
    return [uri for uri in found if uri and uri.startswith(("recordings:", "spool:", "cut:"))]


def gone(at: datetime) -> Mapping[str, Any]:
    """What stands in their rows from then on."""
    return {
        "state": GONE,
        "uri": None,
        "sealed_key": None,
        "sha256": None,
        "source": "",
        "words": "",
        "next_at": None,
        "purged_at": at,
    }


def forget(connection: Connection, keys: Sequence[int], at: datetime) -> int:
    """Their rows say no more than that they were; how many there were."""
    done = update(recording).where(_R.id.in_(keys)).values(gone(at))
    return connection.execute(done).rowcount
