"""A recording is written in the transaction of the step that wants it kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Integer, String, Text, and_, bindparam, exists, literal, select

from ivr.runtime.ports.recorded.recordings import PENDING
from ivr.store.statements import Each, Write
from ivr.store.tables import interaction, recording
from ivr.store.types import UTC

if TYPE_CHECKING:
    from ivr.runtime.ports import Entry

_R = recording.c
_CALL = (
    select(interaction.c.id)
    .where(interaction.c.public_id == bindparam("call", type_=String))
    .scalar_subquery()
)
_AT = bindparam("at", type_=UTC)
_ROW = {
    "public_id": bindparam("id", type_=String),
    "interaction_id": interaction.c.id,
    "turn": bindparam("turn", type_=Integer),
    "kind": bindparam("kind", type_=String),
    "box": bindparam("box", type_=String),
    "state": literal(PENDING),
    "source": bindparam("source", type_=Text),
    "words": bindparam("words", type_=Text),
    "locale": bindparam("language", type_=String),
    "survey": bindparam("survey", type_=String),
    "question": bindparam("question", type_=String),
    "queue": bindparam("queue", type_=String),
    "counted_ms": bindparam("counted_ms", type_=Integer),
    "at": _AT,
    "next_at": _AT,
    "reason": literal(""),
}
_NEW = Each(
    95,
    recording.insert().from_select(
        list(_ROW),
        select(*_ROW.values()).where(
            interaction.c.public_id == bindparam("call", type_=String),
            ~exists().where(
                and_(_R.interaction_id == _CALL, _R.turn == bindparam("its_turn", type_=Integer))
            ),
        ),
        include_defaults=False,
    ),
)


def recording_writes(entry: Entry) -> list[Write]:
    """The rows of a step; one that stands there already is left as it is."""
    return [
        (
            _NEW,
            {
                "call": entry.call,
                "at": entry.at,
                "id": each.id,
                "turn": each.turn,
                "its_turn": each.turn,
                "kind": each.kind,
                "box": each.box,
                "source": each.source,
                "words": each.words,
                "language": each.language,
                "survey": each.survey,
                "question": each.question,
                "queue": each.queue,
                "counted_ms": round(each.seconds * 1000),
            },
        )
        for each in entry.recordings
    ]
