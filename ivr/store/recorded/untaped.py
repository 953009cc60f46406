"""Contacts of which something should have been recorded, and nothing was."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select

from ivr.domain.recording import CALL
from ivr.engine.party import TALK
from ivr.store.tables import call, interaction, interaction_segment, journal, recording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select

LEAST_TALK = timedelta(seconds=2)
"""Of a shorter talk there may be nothing to keep."""
_REFUSED = '%["recording",{"state":"refused"}]%'
"""In the notes of the step in which a caller refused."""


def untaped(
    queues: Sequence[str], trunks: Sequence[str], since: datetime, until: datetime
) -> Select[Any]:
    """Talks (call, started_at, ended_at) with agents of these queues, of contacts on these trunks
    that ended then, without any recording and without a refusal."""
    contact, talk = interaction.c, interaction_segment.c
    kept = exists().where(recording.c.interaction_id == contact.id, recording.c.kind == CALL)
    refused = exists().where(
        call.c.public_id == contact.public_id,
        journal.c.call_id == call.c.id,
        journal.c.notes.like(_REFUSED),
    )
    return (
        select(contact.public_id.label("call"), talk.started_at, talk.ended_at)
        .join(interaction_segment, talk.interaction_id == contact.id)
        .where(
            contact.ended_at >= since,
            contact.ended_at < until,
            contact.trunk.in_(trunks),
            talk.kind == TALK,
            talk.queue.in_(queues),
            ~kept,
            ~refused,
        )
        .order_by(contact.id)
    )
