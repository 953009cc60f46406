"""Interactions: written by the steps of calls, read by people."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Integer,
    ScalarSelect,
    String,
    Text,
    bindparam,
    or_,
    select,
    update,
)
from sqlalchemy import Row as ResultRow

from ivr.domain.call import CallId
from ivr.engine.record.stretches import AGENT, SUMS, Stretch, sums
from ivr.runtime.ports import CallClosing, CallOpening, Entry, InteractionRow
from ivr.store.statements import Binds, Each, Rows, Write
from ivr.store.tables import call, interaction, interaction_segment, journal
from ivr.store.types import JSON_VALUE, UTC

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ivr.store.database import Database

OPEN = "open"
"""The outcome of an interaction that has not ended."""


def _its_interaction(bind: Binds) -> ScalarSelect[Any]:
    mine = select(interaction.c.id).where(interaction.c.public_id == bind("call", String))
    return mine.scalar_subquery()


_OPENED = Rows(
    11,
    interaction,
    lambda bind: {
        "public_id": bind("call", String),
        "trunk": bind("trunk", String),
        "channel": bind("channel", String),
        "provider_ref": bind("provider_ref", Text),
        "from_raw": bind("ani", Text),
        "to_norm": bind("dnis", Text),
        "started_at": bind("at", UTC),
        "flow": bind("flow", Text),
        "flow_version": bind("flow_hash", String),
        "locale": bind("language", String),
        "outcome": bind("outcome", String),
        "note": bind("note", Text),
        "path": bind("path", JSON_VALUE),
        "is_test": bind("is_test", Boolean),
        "direction": bind("direction", String),
    },
)
_SEGMENT = Rows(
    40,
    interaction_segment,
    lambda bind: {
        "interaction_id": _its_interaction(bind),
        "seq": bind("number", Integer),
        "kind": bind("kind", String),
        "started_at": bind("started_at", UTC),
        "ended_at": bind("ended_at", UTC),
        "detail": bind("detail", Text),
        "party": bind("party", String),
        "queue": bind("queue", String),
        "agent": bind("agent", String),
        "result": bind("result", String),
    },
)
_CLOSED = Each(
    51,
    update(interaction)
    .where(interaction.c.public_id == bindparam("call", type_=String))
    .values(
        ended_at=bindparam("at", type_=UTC),
        outcome=bindparam("its_outcome", type_=String),
        result=bindparam("its_result", type_=String),
        cause=bindparam("its_cause", type_=String),
        ended_by=bindparam("its_end", type_=String),
        note=bindparam("its_note", type_=Text),
        locale=bindparam("language", type_=String),
        path=bindparam("its_path", type_=JSON_VALUE),
        answered_at=bindparam("its_answer", type_=UTC),
        last_queue=bindparam("its_queue", type_=String),
        last_agent=bindparam("its_agent", type_=String),
        **{name: bindparam(f"its_{name}", type_=Integer) for name in SUMS},
    ),
)

_ONE = select(interaction).where(interaction.c.public_id == bindparam("call", type_=String))
_RECENT = (
    select(interaction)
    .order_by(interaction.c.started_at.desc(), interaction.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
)
_BY_NUMBER = (
    select(interaction)
    .where(interaction.c.from_raw == bindparam("number", type_=Text))
    .order_by(interaction.c.started_at.desc(), interaction.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
)
_SINCE = (
    select(interaction)
    .where(
        or_(
            interaction.c.started_at >= bindparam("at", type_=UTC),
            interaction.c.ended_at >= bindparam("at", type_=UTC),
        )
    )
    .order_by(interaction.c.started_at, interaction.c.id)
    .limit(bindparam("limit", type_=Integer))
)
_SEGMENTS = (
    select(interaction_segment)
    .where(interaction_segment.c.interaction_id == bindparam("id", type_=BigInteger))
    .order_by(interaction_segment.c.seq)
)
_NOTES = (
    select(journal.c.notes)
    .join(call, call.c.id == journal.c.call_id)
    .where(call.c.public_id == bindparam("call", type_=String), journal.c.notes.isnot(None))
    .order_by(journal.c.seq)
)


class SqlInteractions:
    """Reading interactions from a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, call: CallId) -> InteractionRow | None:
        """One interaction with its segments and notes."""
        return await self._database.read(partial(_get, call))

    async def recent(self, limit: int = 50) -> Sequence[InteractionRow]:
        """The newest first; segments and notes left empty."""
        return await self._database.read(partial(_recent, limit))

    async def by_number(self, number: str, limit: int = 5) -> Sequence[InteractionRow]:
        """The newest of this caller's number first; segments and notes left empty."""
        return await self._database.read(partial(_by_number, number, limit))

    async def since(self, at: datetime, limit: int) -> Sequence[InteractionRow]:
        """Those that began or ended at this moment or later, the oldest first."""
        return await self._database.read(partial(_since, at, limit))


def opening_writes(entry: Entry, opening: CallOpening) -> list[Write]:
    """The interaction row of a call that begins."""
    row: dict[str, Any] = {
        "call": entry.call,
        "trunk": opening.trunk,
        "channel": opening.channel,
        "provider_ref": opening.provider_ref,
        "ani": opening.ani,
        "dnis": opening.dnis,
        "at": entry.at,
        "flow": opening.flow,
        "flow_hash": opening.flow_hash,
        "language": opening.language,
        "outcome": OPEN,
        "note": "",
        "path": [],
        "is_test": opening.is_test,
        "direction": opening.direction,
    }
    return [(_OPENED, row)]


def closing_writes(entry: Entry, closing: CallClosing) -> list[Write]:
    """What the end of a call adds to its interaction."""
    row = {
        "call": entry.call,
        "at": entry.at,
        "its_outcome": closing.outcome,
        "its_result": closing.result,
        "its_cause": closing.cause,
        "its_end": closing.ended_by,
        "its_note": closing.note,
        "language": closing.language,
        "its_path": list(closing.path),
        "its_answer": closing.answered_at,
        "its_queue": _last(closing.segments, "queue"),
        "its_agent": _last(closing.segments, "agent"),
        **{f"its_{name}": took for name, took in sums(closing.segments).items()},
    }
    segments: list[Write] = [
        (_SEGMENT, _segment_row(entry, number, segment))
        for number, segment in enumerate(closing.segments, 1)
    ]
    return [(_CLOSED, row), *segments]


def _segment_row(entry: Entry, number: int, segment: Stretch) -> dict[str, Any]:
    return {
        "call": entry.call,
        "number": number,
        "kind": segment.kind,
        "started_at": segment.started_at,
        "ended_at": segment.ended_at,
        "detail": segment.detail,
        "party": segment.party or None,
        "queue": segment.queue or None,
        "agent": segment.agent or None,
        "result": segment.result or None,
    }


def _last(segments: Sequence[Stretch], name: str) -> str | None:
    """Where the caller was last, or with whom; an agent who was only rung up does not count."""
    own = [getattr(one, name) for one in segments if one.party != AGENT]
    return next((one for one in reversed(own) if one), None)


def _get(call_id: CallId, reader: Connection) -> InteractionRow | None:
    row = reader.execute(_ONE, {"call": call_id}).one_or_none()
    if row is None:
        return None
    segments = reader.execute(_SEGMENTS, {"id": row.id})
    notes = reader.scalars(_NOTES, {"call": call_id})
    return _read(
        row,
        tuple(_segment(one) for one in segments),
        tuple(_note(*one) for of_step in notes for one in json.loads(of_step)),
    )


def _segment(row: ResultRow[Any]) -> Stretch:
    """A segment; those of older releases know neither party nor queue nor agent."""
    whose = (row.party or "", row.queue or "", row.agent or "", row.result or "")
    return Stretch(row.kind, row.started_at, row.ended_at, row.detail, *whose)


def _note(what: str, data: object) -> tuple[str, str]:
    return what, json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _recent(limit: int, reader: Connection) -> list[InteractionRow]:
    return [_read(row, (), ()) for row in reader.execute(_RECENT, {"limit": limit})]


def _by_number(number: str, limit: int, reader: Connection) -> list[InteractionRow]:
    rows = reader.execute(_BY_NUMBER, {"number": number, "limit": limit})
    return [_read(row, (), ()) for row in rows]


def _since(at: datetime, limit: int, reader: Connection) -> list[InteractionRow]:
    rows = reader.execute(_SINCE, {"at": at, "limit": limit})
    return [_read(row, (), ()) for row in rows]


def _read(
    row: ResultRow[Any], segments: tuple[Stretch, ...], notes: tuple[tuple[str, str], ...]
) -> InteractionRow:
    return InteractionRow(
        public_id=CallId(row.public_id),
        trunk=row.trunk,
        channel=row.channel,
        ani=row.from_raw,
        dnis=row.to_norm,
        flow=row.flow,
        flow_hash=row.flow_version,
        language=row.locale,
        is_test=row.is_test,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        result=row.result,
        cause=row.cause,
        ended_by=row.ended_by,
        note=row.note,
        path=tuple(row.path),
        segments=segments,
        notes=notes,
        direction=row.direction,
    )
