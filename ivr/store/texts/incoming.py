"""Texts that come in: each once, long ones when their last part is there, or after a while."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql, sqlite

from ivr.domain.texting.parts import is_whole, joined
from ivr.domain.texting.states import QUEUED, RECEIVED, TAKEN
from ivr.runtime.ports.texts import ARRIVALS, Part, TextIn
from ivr.store.tables import text_message, text_part
from ivr.store.texts import rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from ivr.runtime.ports.texts import TextRow
    from ivr.store.texts.rows import Desk

_MINE, _PART = text_message.c, text_part.c
SAME_TEXT = timedelta(hours=6)
"""Parts further apart than this have their reference in common by chance."""
KEPT = timedelta(days=2)
"""How long parts of a whole text are known again, should a provider repeat one."""
MOST = 100
_TURN = sql("SELECT pg_advisory_xact_lock(:key)")


def received(connection: Connection, desk: Desk, text: TextIn, tenant: int) -> TextRow | None:
    """Keep it; the row once it is whole, and fresh."""
    if text.part is None:
        return _kept(connection, desk, text, tenant)
    _take_turn(connection, text)
    if not _part_kept(connection, text, tenant):
        return None
    parts = _beside(connection, text, tenant)
    said = {part.number: part.body for part in parts}
    if not is_whole(text.part.total, said):
        return None
    return _together(connection, desk, parts, tenant)


def overdue(connection: Connection, desk: Desk, before: datetime) -> int:
    """Parts that waited for others long enough become texts with gaps; with them whatever belongs
    to them and came later, so that no text is torn in two."""
    connection.execute(delete(text_part).where(_PART.whole, _PART.at < before - KEPT))
    old = select(text_part).where(~_PART.whole, _PART.at < before).order_by(_PART.id)
    found, done = 0, set[int]()
    for part in connection.execute(old.limit(MOST)).all():
        if part.id in done:
            continue
        first = _as_came(part)
        _take_turn(connection, first)
        parts = _beside(connection, first, part.tenant_id)
        done |= {one.id for one in parts}
        if parts:
            _together(connection, desk, parts, part.tenant_id)
            found += 1
    return found


def _as_came(part: Row[Any]) -> TextIn:
    number = Part(part.ref, part.total, part.number)
    ends = (part.from_norm, part.to_norm, part.body, part.at, number)
    return TextIn(part.trunk, part.provider_id, *ends)


def _take_turn(connection: Connection, text: TextIn) -> None:
    """One part after the other of a text: two that come at once would not see each other, and both
    would wait. SQLite writes one thing at a time anyhow."""
    if text.part is not None and connection.dialect.name == "postgresql":
        whose = f"{text.trunk} {text.from_} {text.to} {text.part.ref}"
        digest = hashlib.blake2b(whose.encode(), digest_size=8).digest()
        connection.execute(_TURN, {"key": int.from_bytes(digest, signed=True)})


def taken(connection: Connection, text: str, by: str, at: datetime) -> None:
    """Somebody has it."""
    same = update(text_message).where(_MINE.public_id == text, _MINE.state == RECEIVED)
    connection.execute(same.values(state=TAKEN, reason=by, changed_at=at))


def thread(connection: Connection, trunk: str, number: str, limit: int) -> Sequence[TextRow]:
    """What went to and fro, the oldest of the newest first."""
    mine = or_(
        (_MINE.direction == rows.IN) & (_MINE.from_norm == number),
        (_MINE.direction == rows.OUT) & (_MINE.to_norm == number) & _MINE.sent_at.is_not(None),
    )
    question = select(text_message).where(_MINE.trunk == trunk, mine, _MINE.state != QUEUED)
    found = connection.execute(question.order_by(_MINE.id.desc()).limit(limit)).mappings()
    return [rows.shown(row) for row in reversed(found.all())]


def _kept(connection: Connection, desk: Desk, text: TextIn, tenant: int) -> TextRow | None:
    key = desk.new_id()
    row = {
        "tenant_id": tenant,
        "public_id": key,
        "direction": rows.IN,
        "to_norm": text.to,
        "from_norm": text.from_,
        "body": text.body,
        "purpose": "",
        "origin_key": f"in:{text.trunk}:{text.provider_id}",
        "state": RECEIVED,
        "reason": "",
        "at": text.at,
        "changed_at": text.at,
        "trunk": text.trunk,
        "provider_id": text.provider_id,
        "code": text.said or None,
    }
    if not rows.add(connection, row):
        return None
    found = rows.by_id(connection, key)
    if found is not None:
        rows.deliver(connection, desk, found, ARRIVALS, rows.ARRIVED)
    return found


def _part_kept(connection: Connection, text: TextIn, tenant: int) -> bool:
    """False for one that came before."""
    part = text.part
    assert part is not None  # noqa: S101 - asked before
    row = {
        "tenant_id": tenant,
        "trunk": text.trunk,
        "provider_id": text.provider_id,
        "from_norm": text.from_,
        "to_norm": text.to,
        "ref": part.ref,
        "total": part.total,
        "number": part.number,
        "body": text.body,
        "at": text.at,
        "whole": False,
    }
    made = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = made(text_part).values(row).on_conflict_do_nothing()
    return bool(connection.execute(statement).rowcount)


def _beside(connection: Connection, text: TextIn, tenant: int) -> Sequence[Row[Any]]:
    """The parts of the same text that are there."""
    part = text.part
    assert part is not None  # noqa: S101 - asked before
    mine = (
        *(_PART.tenant_id == tenant, _PART.trunk == text.trunk, ~_PART.whole),
        *(_PART.from_norm == text.from_, _PART.to_norm == text.to),
        *(_PART.ref == part.ref, _PART.total == part.total),
        *(_PART.at > text.at - SAME_TEXT, _PART.at < text.at + SAME_TEXT),
    )
    question = select(text_part).where(*mine).order_by(_PART.id).with_for_update()
    return connection.execute(question).all()


def _together(
    connection: Connection, desk: Desk, parts: Sequence[Row[Any]], tenant: int
) -> TextRow | None:
    """One text of its parts, named by the part that came first."""
    first = parts[0]
    said = {part.number: part.body for part in reversed(parts)}
    whole = TextIn(
        first.trunk,
        first.provider_id,
        first.from_norm,
        first.to_norm,
        joined(first.total, said),
        first.at,
    )
    done = update(text_part).where(_PART.id.in_([part.id for part in parts]))
    connection.execute(done.values(whole=True))
    return _kept(connection, desk, whole, tenant)
