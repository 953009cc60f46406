"""Texts that go out: queued once, tried, handed over, reported on; the highest state stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from ivr.domain.texting.states import (
    DELIVERED,
    FAILED,
    NO_WAY,
    QUEUED,
    UNDELIVERED,
    higher,
    is_final,
)
from ivr.runtime.ports.texts import LANE, Queued
from ivr.store.tables import outbox_delivery, text_message
from ivr.store.texts import rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from ivr.runtime.ports.texts import Handed, Report, TextNew, TextRow
    from ivr.store.texts.rows import Desk

_MINE = text_message.c
MOST = 500


def queue(
    connection: Connection, desk: Desk, new: TextNew, cost: Mapping[str, Any], tenant: int
) -> Queued:
    """Keep it, unless one with its key is there. cost: the columns of what it costs."""
    found = rows.by_key(connection, new.origin_key, tenant)
    if found is not None:
        return Queued(found.id, fresh=False)
    key = desk.new_id()
    row = {
        "tenant_id": tenant,
        "public_id": key,
        "direction": rows.OUT,
        "to_norm": new.to,
        "from_norm": new.sender,
        "body": new.body,
        "purpose": new.purpose,
        "origin_key": new.origin_key,
        "state": QUEUED,
        "reason": "",
        "at": new.at,
        "changed_at": new.at,
        "trunk": new.trunk,
        **cost,
        "in_contact": new.in_contact,
        "expires_at": new.expires_at,
    }
    if rows.add(connection, row):
        text = rows.by_id(connection, key)
        assert text is not None  # noqa: S101 - just written
        rows.deliver(connection, desk, text, f"{LANE}{new.trunk}", rows.QUEUED)
        return Queued(key, fresh=True)
    again = rows.by_key(connection, new.origin_key, tenant)
    return Queued(again.id if again else key, fresh=False)


def trying(connection: Connection, text: str, at: datetime) -> TextRow | None:
    """It is handed over now; None if a report has come meanwhile that it is out."""
    row = rows.by_id(connection, text, lock=True)
    if row is None or row.state != QUEUED:
        return None
    return rows.change(connection, row, at, tries=row.tries + 1)


def untried(connection: Connection, text: str, at: datetime) -> None:
    """The last try did not happen."""
    row = rows.by_id(connection, text, lock=True)
    if row is not None and row.state == QUEUED and row.tries > row.again:
        rows.change(connection, row, at, tries=row.tries - 1)


def handed(connection: Connection, text: str, what: Handed, at: datetime) -> None:
    """The provider has it. A report may have come before this."""
    row = rows.by_id(connection, text, lock=True)
    if row is None:
        return
    state = higher(row.state, what.state)
    provider = what.provider_id or row.provider_id or None
    sent_at = row.sent_at or at
    rows.change(connection, row, at, state=state, provider_id=provider, sent_at=sent_at)


def failed(connection: Connection, text: str, why: tuple[str, str], at: datetime) -> None:
    """It does not go out. why: reason and the provider's code. One that is out already is not
    called back."""
    row = rows.by_id(connection, text, lock=True)
    if row is None or row.state != QUEUED:
        return
    reason, code = why
    rows.change(connection, row, at, state=FAILED, reason=reason, code=code)


def reported(connection: Connection, desk: Desk, report: Report, tenant: int) -> TextRow | None:
    """Take over what is higher; an earlier try of the same text counts only if it arrived."""
    row = _reported_on(connection, report, tenant)
    if row is None:
        return None
    if _is_of_another_try(row, report) and report.state != DELIVERED:
        return row
    if _is_again(row, report):
        return _once_more(connection, desk, row, report)
    state = higher(row.state, report.state)
    if state == row.state:
        return row
    better = {"reason": report.reason, "code": report.code} if is_final(state) else {}
    return rows.change(
        connection,
        row,
        report.at,
        state=state,
        provider_id=report.provider_id or row.provider_id or None,
        sent_at=row.sent_at or report.at,
        **better,
    )


def _reported_on(connection: Connection, report: Report, tenant: int) -> TextRow | None:
    if report.text:
        found = rows.by_id(connection, report.text, lock=True)
        fits = found is not None and (found.tenant, found.trunk) == (tenant, report.trunk)
        return found if fits and found and found.direction == rows.OUT else None
    mine = (
        _MINE.trunk == report.trunk,
        _MINE.direction == rows.OUT,
        _MINE.provider_id == report.provider_id,
    )
    return rows.one(connection, select(text_message).where(*mine).with_for_update())


def _is_of_another_try(row: TextRow, report: Report) -> bool:
    if 0 < report.tries <= row.again:
        return True
    both = row.provider_id and report.provider_id
    return bool(both) and row.provider_id != report.provider_id


def _is_again(row: TextRow, report: Report) -> bool:
    """Whether it is worth one more try: once, and never what nobody asked for."""
    is_wanted = row.purpose not in {"survey", "marketing"}
    is_new = row.state not in {DELIVERED, UNDELIVERED, FAILED} and not row.again
    return report.again and report.state == UNDELIVERED and is_wanted and is_new


def _once_more(connection: Connection, desk: Desk, row: TextRow, report: Report) -> TextRow:
    """Back into the queue, without the name of the try that is over."""
    new = rows.change(
        connection,
        row,
        report.at,
        state=QUEUED,
        again=row.tries or 1,
        tries=row.tries or 1,
        provider_id=None,
        reason=report.reason,
        code=report.code,
    )
    rows.deliver(connection, desk, new, f"{LANE}{new.trunk}", rows.QUEUED)
    return new


def adopt(connection: Connection, trunks: Sequence[str], at: datetime) -> int:
    """What waits for a trunk that is no more goes out by the first there is."""
    if not trunks:
        return 0
    lanes = [f"{LANE}{name}" for name in trunks]
    orphan = (
        outbox_delivery.c.endpoint.startswith(LANE, autoescape=True),
        outbox_delivery.c.endpoint.not_in(lanes),
        outbox_delivery.c.done_at.is_(None),
    )
    moved = connection.execute(
        update(outbox_delivery).where(*orphan).values(endpoint=lanes[0], lease_until=None)
    )
    waits = (_MINE.direction == rows.OUT, _MINE.state == QUEUED, _MINE.trunk.not_in(list(trunks)))
    connection.execute(
        update(text_message).where(*waits).values(trunk=trunks[0], from_norm="", changed_at=at)
    )
    return int(moved.rowcount)


def stranded(connection: Connection, now: datetime) -> Sequence[str]:
    """Texts that wait though their time is over. Only asked where nothing sends any."""
    mine = (_MINE.direction == rows.OUT, _MINE.state == QUEUED, _MINE.expires_at <= now)
    return connection.scalars(select(_MINE.public_id).where(*mine).limit(MOST)).all()


def give_up(connection: Connection, texts: Sequence[str], at: datetime) -> None:
    """Nothing can send them."""
    for text in texts:
        failed(connection, text, (NO_WAY, ""), at)
