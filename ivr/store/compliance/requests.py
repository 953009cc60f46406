"""Requests to be forgotten as rows, and what the rules say about them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, select, update

from ivr.domain.errors import IllegalTransitionError, NotFoundError
from ivr.runtime.ports.compliance import ErasureRow
from ivr.store.compliance.holds import is_held
from ivr.store.compliance.subjects import Subject, subject_at, subject_of
from ivr.store.tables import customer, erasure_request
from ivr.tickets import erasure
from ivr.tickets.erasure import Report, Request, State

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select

    from ivr.store.compliance.desk import Work

_ALIVE = (State.OPEN, State.VERIFIED, State.RUNNING)
KEPT_BESIDE = ("sealed", "unclean", "waits_for")
"""What a report holds besides what the rules know. sealed: whom the job is about, until the key is
destroyed; unclean: what was overwritten may still be on the disk; waits_for: why the job stands
still."""


def open_one(work: Work, ref: str, reason: str) -> str:
    """A new request; gives its public id."""
    whom = subject_of(work.connection, work.tenant, ref)
    lock = select(customer).where(customer.c.id == whom.root).with_for_update()
    if work.connection.execute(lock).one().anonymized_at is not None:
        raise IllegalTransitionError("this customer was erased already")
    under_way = select(erasure_request.c.id).where(
        erasure_request.c.customer_id.in_(whom.ids), erasure_request.c.state.in_(_ALIVE)
    )
    if work.connection.scalar(under_way.limit(1)) is not None:
        raise IllegalTransitionError("there is a request for this customer already")
    made = erasure.open_request(work.act.by, work.at)
    row = {
        "tenant_id": work.tenant,
        "public_id": work.office.new_id(),
        "customer_id": whom.root,
        "reason": reason,
        **_columns(made),
        "report": asdict(made.report),
    }
    work.connection.execute(insert(erasure_request).values(row))
    work.audit("erasure.request", str(row["public_id"]), customer=whom.public_id)
    return str(row["public_id"])


def locked(work: Work, ref: str) -> Row[Any]:
    """A request that nobody else changes before this transaction is over."""
    question = _named(work.tenant, ref).with_for_update()
    row = work.connection.execute(question).one_or_none()
    if row is None:
        raise NotFoundError("there is no such request")
    return row


def named(connection: Connection, tenant: int, ref: str) -> Row[Any]:
    """A request by its public id. Raises NotFoundError."""
    row = connection.execute(_named(tenant, ref)).one_or_none()
    if row is None:
        raise NotFoundError("there is no such request")
    return row


def read(row: Row[Any]) -> Request:
    """A row as the rules know it."""
    kept = row.report
    report = Report(kept["counts"], kept["receipts"], tuple(kept["held"]))
    return Request(
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        due_at=row.due_at,
        state=State(row.state),
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        done_at=row.done_at,
        refused_because=row.refused_because,
        report=report,
    )


def store(connection: Connection, row: Row[Any], request: Request, **beside: object) -> None:
    """Write a request as the rules left it. beside: of KEPT_BESIDE, None = gone."""
    kept = {name: row.report[name] for name in KEPT_BESIDE if name in row.report} | beside
    report = asdict(request.report) | {name: it for name, it in kept.items() if it is not None}
    values = {**_columns(request), "report": report}
    same = update(erasure_request).where(erasure_request.c.id == row.id)
    connection.execute(same.values(values))


def subject(connection: Connection, row: Row[Any]) -> Subject:
    """Whom a request is about, as he is now."""
    return subject_at(connection, row.customer_id)


def shown(connection: Connection, row: Row[Any], now: datetime) -> ErasureRow:
    """A request as the port gives it."""
    request = read(row)
    whom = subject(connection, row)
    alive = request.state in _ALIVE
    return ErasureRow(
        id=row.public_id,
        customer=whom.public_id,
        state=request.state.value,
        requested_by=request.requested_by,
        reason=row.reason,
        requested_at=request.requested_at,
        due_at=request.due_at,
        approved_by=request.approved_by,
        approved_at=request.approved_at,
        done_at=request.done_at,
        refused_because=request.refused_because,
        counts=request.report.counts,
        receipts=request.report.receipts,
        held=alive and is_held(connection, row.tenant_id, whom.ids),
        late=erasure.is_late(request, now),
        waits_for=row.report.get("waits_for", "") if alive else "",
    )


def one(connection: Connection, tenant: int, ref: str, now: datetime) -> ErasureRow | None:
    """A request by its public id."""
    row = connection.execute(_named(tenant, ref)).one_or_none()
    return None if row is None else shown(connection, row, now)


def every(connection: Connection, tenant: int, state: str, now: datetime) -> list[ErasureRow]:
    """Requests in a state, "" = all, the newest first."""
    question = select(erasure_request).where(erasure_request.c.tenant_id == tenant)
    if state:
        question = question.where(erasure_request.c.state == state)
    rows = connection.execute(question.order_by(erasure_request.c.id.desc()).limit(200)).all()
    return [shown(connection, row, now) for row in rows]


def running(connection: Connection) -> list[tuple[int, str]]:
    """Tenant and public id of the requests that run, the oldest first."""
    question = select(erasure_request.c.tenant_id, erasure_request.c.public_id).where(
        erasure_request.c.state == State.RUNNING.value
    )
    rows = connection.execute(question.order_by(erasure_request.c.id))
    return [(row.tenant_id, row.public_id) for row in rows]


def _named(tenant: int, ref: str) -> Select[Any]:
    return select(erasure_request).where(
        erasure_request.c.tenant_id == tenant, erasure_request.c.public_id == ref
    )


def _columns(request: Request) -> dict[str, Any]:
    return {
        "state": request.state.value,
        "requested_by": request.requested_by,
        "requested_at": request.requested_at,
        "due_at": request.due_at,
        "approved_by": request.approved_by,
        "approved_at": request.approved_at,
        "done_at": request.done_at,
        "refused_because": request.refused_because,
    }
