"""Recordings that go: their files first, then all that the rows say of who spoke."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, or_, select, update

from ivr.runtime.ports.recorded.recordings import GONE
from ivr.runtime.recordings.folder import LOCAL
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
    """All places on this machine where their sound is: kept, and in the spool, where it may still
    be beside that, or of one that could not be kept."""
    question = select(_R.uri, _R.source).where(_R.id.in_(keys))
    found = [each for row in connection.execute(question) for each in row]
    return [each for each in found if each and each.startswith(LOCAL)]


def gone(at: datetime) -> Mapping[str, Any]:
    """What stands in their rows from then on."""
    return {
        "state": GONE,
        "uri": None,
        "sealed_key": None,
        "sha256": None,
        "words": "",
        "tries": 0,
        "purged_at": at,
    }


def forget(connection: Connection, keys: Sequence[int], at: datetime) -> int:
    """Their rows say no more than that they were; how many there were.

    Where a provider has their sound, or had it when nobody could ask, it is told to destroy it
    until it has: its name for it stays in the row so long.
    """
    mine = _R.id.in_(keys)
    here = or_(_R.source == "", *(_R.source.startswith(each) for each in (*LOCAL, "words:")))
    far = update(recording).where(mine, ~here).values({**gone(at), "next_at": at})
    done = update(recording).where(mine, here)
    done = done.values({**gone(at), "source": "", "next_at": None})
    return connection.execute(far).rowcount + connection.execute(done).rowcount
