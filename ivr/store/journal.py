"""The journal and the calls: what `append` returned for is on disk, as a whole, once."""

from __future__ import annotations

import json
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from ivr.domain.call import CallId, LegId
from ivr.domain.errors import LeaseLostError, PortError, StoreError
from ivr.runtime.ports import AlreadyOpenError, CallOpening, Entry, SavedCall
from ivr.runtime.replies import Reply
from ivr.store import journal_sql as sql
from ivr.store.interactions import closing_writes, opening_writes
from ivr.store.outbox import effect_writes
from ivr.store.recorded.writing import recording_writes
from ivr.store.surveys.asking import survey_writes
from ivr.store.writer import Ask, plainly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from ivr.store.database import Database
    from ivr.store.statements import Write


class SqlJournal:
    """Journal on a database. See the port for what each method promises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, entry: Entry) -> None:
        """Store one step as a whole; returns when it is durable."""
        await self._database.write(
            entry_writes(entry),
            explain=partial(_explain_entry, entry),
            call=entry.call,
            size_bytes=len(entry.event) + len(entry.snapshot or ""),
        )

    async def save_reply(self, call: CallId, epoch: int, reply: Reply) -> None:
        """Replace the stored reply of a leg."""
        await self._database.write(
            [_reply_write(call, epoch, reply)],
            explain=partial(_explain_reply, call, epoch),
            call=call,
            size_bytes=len(reply.body),
        )

    async def load(self, call: CallId) -> SavedCall | None:
        """The snapshot and the events after it, as of one moment."""
        return await self._database.read(partial(_load, call))

    async def reply(self, call: CallId, leg: LegId) -> Reply | None:
        """The last reply given on this leg."""
        return await self._database.read(partial(_reply, call, leg))


class SqlCalls:
    """Finding and owning calls on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, trunk: str, provider_ref: str) -> CallId | None:
        """The call a provider means, also after its end."""
        params = {"trunk": trunk, "provider_ref": provider_ref}
        found = await self._database.read(lambda reader: reader.scalar(sql.FIND, params))
        return None if found is None else CallId(found)

    async def live(self) -> Sequence[CallId]:
        """Every call that has not ended, oldest first."""
        found = await self._database.read(lambda reader: reader.scalars(sql.LIVE).all())
        return [CallId(one) for one in found]

    async def claim(self) -> int:
        """Raise the epoch and put it on every live call, in one transaction."""
        rows = await self._database.write([(sql.RAISE, {}), (sql.CLAIM, {})], alone=True)
        return int(rows[0][0])


def entry_writes(entry: Entry) -> list[Write]:
    """Every row of a step."""
    step: dict[str, Any] = {
        "call": entry.call,
        "epoch": entry.epoch,
        "seq": entry.seq,
        "at": entry.at,
        "event": entry.event,
        "notes": notes_text(entry.notes),
        "closing": entry.closing is not None,
    }
    writes: list[Write] = [(sql.STEP, step)]
    if entry.opening is not None:
        writes += _opened(entry, entry.opening)
    if entry.snapshot is not None:
        writes.append((sql.SNAPSHOT, {**step, "snapshot": entry.snapshot}))
    if entry.reply is not None:
        writes.append(_reply_write(entry.call, entry.epoch, entry.reply))
    if entry.closing is not None:
        writes.append((sql.END, step))
        writes += closing_writes(entry, entry.closing)
    return [*writes, *survey_writes(entry), *recording_writes(entry), *effect_writes(entry)]


def notes_text(notes: Sequence[tuple[str, str]]) -> str | None:
    """Notes as one JSON array `[[what, data], ...]`; their data is JSON already."""
    if not notes:
        return None
    return f"[{','.join([f'[{_quoted(what)},{data}]' for what, data in notes])}]"


_quoted = lru_cache(maxsize=1000)(json.dumps)
"""What notes are called: a few dozen words of ours."""


def _opened(entry: Entry, opening: CallOpening) -> list[Write]:
    row = {
        "call": entry.call,
        "trunk": opening.trunk,
        "channel": opening.channel,
        "provider_ref": opening.provider_ref,
        "flow_hash": opening.flow_hash,
        "epoch": entry.epoch,
        "sealed_key": opening.sealed_key,
        "at": entry.at,
    }
    return [(sql.OPEN, row), *opening_writes(entry, opening)]


def _reply_write(call: CallId, epoch: int, reply: Reply) -> Write:
    row = {
        "call": call,
        "epoch": epoch,
        "leg": reply.leg,
        "turn": reply.turn,
        "part": reply.part,
        "status": reply.status,
        "content_type": reply.content_type,
        "body": reply.body,
    }
    return sql.REPLY, row


def _explain_entry(entry: Entry, ask: Ask, reason: str) -> PortError:
    """Find out which promise a refused step would have broken."""
    if entry.opening is not None:
        told = _explain_opening(entry, entry.opening, ask)
        if told is not None:
            return told
    standing = ask(sql.STANDING, {"call": entry.call})
    epoch, last_seq, ended = standing[0] if standing else (0, 0, False)
    if epoch > entry.epoch:
        return LeaseLostError(f"call {entry.call} has a newer owner")
    if entry.seq != last_seq + 1 or (not standing and entry.opening is None):
        return LeaseLostError(f"call {entry.call} stands at {last_seq}, not before {entry.seq}")
    if ended and entry.closing is not None:
        return StoreError(f"call {entry.call} was closed before")
    return plainly(ask, reason)


def _explain_opening(entry: Entry, opening: CallOpening, ask: Ask) -> PortError | None:
    taken = ask(sql.TAKEN, {"trunk": opening.trunk, "provider_ref": opening.provider_ref})
    if taken:
        return AlreadyOpenError(f"this call is open on {opening.trunk} as {taken[0][0]}")
    if ask(sql.NEWEST, {})[0][0] > entry.epoch:
        return LeaseLostError("a newer process takes the calls now")
    return None


def _explain_reply(call: CallId, epoch: int, ask: Ask, reason: str) -> PortError:
    standing = ask(sql.STANDING, {"call": call})
    if not standing or standing[0][0] > epoch:
        return LeaseLostError(f"call {call} is not ours")
    return plainly(ask, reason)


def _load(call: CallId, reader: Connection) -> SavedCall | None:
    row = reader.execute(sql.SAVED, {"call": call}).one_or_none()
    if row is None:
        return None
    after = row.snapshot_seq or 0
    later = reader.execute(sql.LATER, {"id": row.id, "after": after})
    return SavedCall(
        call=call,
        trunk=row.trunk,
        channel=row.channel,
        provider_ref=row.provider_ref,
        flow_hash=row.flow_hash,
        ended=row.ended_at is not None,
        sealed_key=row.sealed_key,
        snapshot_seq=after,
        snapshot=row.snapshot,
        events=tuple((seq, event) for seq, event in later),
    )


def _reply(call: CallId, leg: LegId, reader: Connection) -> Reply | None:
    row = reader.execute(sql.LAST_REPLY, {"call": call, "leg": leg}).one_or_none()
    if row is None:
        return None
    return Reply(leg, row.turn, row.part, row.status, row.content_type, row.body)
