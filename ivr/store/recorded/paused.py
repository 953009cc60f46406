"""When the recording of a call was silent because somebody wanted it so: the notes of the call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ivr.runtime.ports.recorded.listing import RecordingPause
from ivr.store.tables import call, interaction, journal, recording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_NOTED = '%["recording",{%'
_PAUSED = "paused"


def pauses(recording_id: str, reader: Connection) -> list[RecordingPause]:
    """Of one recording, in order; none once the journal of its call is gone."""
    question = (
        select(recording.c.turn, journal.c.at, journal.c.notes)
        .join(interaction, interaction.c.id == recording.c.interaction_id)
        .join(call, call.c.public_id == interaction.c.public_id)
        .join(journal, journal.c.call_id == call.c.id)
        .where(recording.c.public_id == recording_id, journal.c.notes.like(_NOTED))
        .order_by(journal.c.seq)
    )
    found: list[RecordingPause] = []
    for row in reader.execute(question):
        for facts in _said(row.notes, row.turn):
            if found and found[-1].end is None:
                found[-1] = RecordingPause(found[-1].begin, row.at, found[-1].who)
            if facts["state"] == _PAUSED:
                found.append(RecordingPause(row.at, None, str(facts.get("by") or "")))
    return found


def _said(notes: str, turn: int) -> Iterator[dict[str, Any]]:
    """What the notes of a step say of this recording."""
    for what, facts in json.loads(notes):
        if what == "recording" and facts.get("turn") == turn:
            yield facts
