"""Rows of recordings as the ports give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ivr.domain.call import CallId
from ivr.runtime.ports.recorded.recordings import READY, RecordingRow, Sound
from ivr.store.tables import interaction, recording

if TYPE_CHECKING:
    from sqlalchemy import Select

EVERY: Select[Any] = select(recording, interaction.c.public_id.label("call")).outerjoin(
    interaction, interaction.c.id == recording.c.interaction_id
)
"""Each with the contact that it belongs to, if that is known."""


def row_of(row: Any) -> RecordingRow:  # noqa: ANN401 - a row
    """A row of EVERY."""
    return RecordingRow(
        id=row.public_id,
        kind=row.kind,
        state=row.state,
        call=CallId(row.call or ""),
        turn=row.turn,
        at=row.at,
        seconds=row.counted_ms / 1000,
        source=row.source,
        box=row.box,
        words=row.words,
        language=row.locale,
        survey=row.survey,
        question=row.question,
        sound=_sound(row),
        tries=row.tries,
        queue=row.queue,
    )


def _sound(row: Any) -> Sound | None:  # noqa: ANN401 - a row
    if row.state != READY:
        return None
    return Sound(
        row.uri, row.size_bytes, row.sha256, row.duration_ms, row.sealed_key, partial=row.partial
    )
