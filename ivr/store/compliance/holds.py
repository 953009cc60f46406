"""Legal holds: an order to keep everything about a customer, or everything there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.runtime.ports.compliance import HoldRow
from ivr.store.compliance.desk import Jobs
from ivr.store.compliance.subjects import subject_of
from ivr.store.tables import customer, legal_hold
from ivr.tickets.retention import Hold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Select

    from ivr.runtime.ports.customers import Act
    from ivr.store.compliance.desk import Work

_MOST = 200


class SqlHolds(Jobs):
    """The port `Holds`."""

    async def add(self, customer: str, reason: str, act: Act) -> HoldRow:
        """Keep everything about a customer, or about everybody."""
        return await self._change(act, lambda work: _add(work, customer, reason))

    async def end(self, hold: str, act: Act) -> HoldRow:
        """It is over."""
        return await self._change(act, lambda work: _end(work, hold))

    async def list(self, *, live: bool = True, tenant: int = 1) -> Sequence[HoldRow]:
        """All, or those that stand."""
        question = _question().where(legal_hold.c.tenant_id == tenant)
        if live:
            question = question.where(legal_hold.c.ended_at.is_(None))
        question = question.order_by(legal_hold.c.id.desc()).limit(_MOST)
        return await self._database.read(lambda it: [_shown(row) for row in it.execute(question)])


def is_held(connection: Connection, tenant: int, ids: Iterable[int]) -> bool:
    """Whether a hold stands over one of these customers, or over everybody."""
    whom = or_(legal_hold.c.customer_id.is_(None), legal_hold.c.customer_id.in_(list(ids)))
    question = select(legal_hold.c.id).where(
        legal_hold.c.tenant_id == tenant, legal_hold.c.ended_at.is_(None), whom
    )
    return connection.scalar(question.limit(1)) is not None


def live_holds(connection: Connection) -> list[tuple[int, Hold]]:
    """Every hold that stands, with its tenant, as the rules of retention need it."""
    question = select(legal_hold).where(legal_hold.c.ended_at.is_(None))
    rows = connection.execute(question)
    return [(row.tenant_id, Hold(row.customer_id)) for row in rows]


def _add(work: Work, ref: str, reason: str) -> HoldRow:
    if not reason.strip():
        raise NotValidError("reason: say why everything has to be kept")
    whom = subject_of(work.connection, work.tenant, ref) if ref else None
    row = {
        "tenant_id": work.tenant,
        "public_id": work.office.new_id(),
        "customer_id": whom.root if whom else None,
        "reason": reason,
        "by": work.act.by,
        "at": work.at,
        "ended_by": "",
    }
    work.connection.execute(insert(legal_hold).values(row))
    work.audit("hold.add", str(row["public_id"]), customer=whom.public_id if whom else "")
    return _one(work, str(row["public_id"]))


def _end(work: Work, ref: str) -> HoldRow:
    known = _one(work, ref)
    if known.ended_at is not None:
        raise IllegalTransitionError("this hold is over already")
    mine = (legal_hold.c.tenant_id == work.tenant, legal_hold.c.public_id == ref)
    over = update(legal_hold).where(*mine).values(ended_at=work.at, ended_by=work.act.by)
    work.connection.execute(over)
    work.audit("hold.end", ref, customer=known.customer)
    return _one(work, ref)


def _one(work: Work, ref: str) -> HoldRow:
    question = _question().where(
        legal_hold.c.tenant_id == work.tenant, legal_hold.c.public_id == ref
    )
    row = work.connection.execute(question).one_or_none()
    if row is None:
        raise NotFoundError("there is no such hold")
    return _shown(row)


def _question() -> Select[Any]:
    whom = customer.c.public_id.label("customer_public_id")
    return select(*legal_hold.c, whom).outerjoin(
        customer, customer.c.id == legal_hold.c.customer_id
    )


def _shown(row: Row[Any]) -> HoldRow:
    return HoldRow(
        row.public_id,
        row.customer_public_id or "",
        row.reason,
        row.by,
        row.at,
        row.ended_at,
        row.ended_by,
    )
