"""Who a number or address belongs to: rows by index, then the ladder of `tickets/identity`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    String,
    bindparam,
    select,
    union_all,
)

from ivr.runtime.ports.customers import NOBODY, Candidate, Match
from ivr.store.customers.resolving import COLUMNS, COMPANY
from ivr.store.statements import Each
from ivr.store.tables import contact_point, customer, interaction
from ivr.tickets.identity import ladder
from ivr.tickets.identity.evidence import phrase, reasons
from ivr.tickets.identity.ladder import PointRow
from ivr.tickets.identity.trust import Trust, may_match

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ivr.domain.call import CallId
    from ivr.store.database import Database
    from ivr.tickets.identity.points import Point

MOST_ROWS = 60
"""Rows of one number that are looked at; a number that more customers have tells nothing."""
_POINT = (
    contact_point.c.id.label("point_id"),
    contact_point.c.public_id.label("point_public_id"),
    contact_point.c.kind.label("point_kind"),
    contact_point.c.value_norm,
    contact_point.c.tail9,
    contact_point.c.confidence,
    contact_point.c.confirmed_at,
    contact_point.c.shared,
    contact_point.c.label,
)


_NORM = bindparam("norm", type_=String)
_IS_SAME = (
    contact_point.c.kind == bindparam("kind", type_=String),
    contact_point.c.value_norm == _NORM,
)
_ENDS_SO = (
    contact_point.c.tail9 == bindparam("tail9", type_=String),
    contact_point.c.value_norm != _NORM,
)
_Conditions = tuple[ColumnElement[bool], ...]


def _owners(tenant: ColumnElement[Any], *any_of: _Conditions) -> Select[Any]:
    """The points of a tenant that fulfil one of these, and whose they are."""
    living = contact_point.c.tenant_id == tenant, contact_point.c.ended_at.is_(None)
    ids = (select(contact_point.c.id).where(*living, *one).limit(MOST_ROWS) for one in any_of)
    found = union_all(*(one.subquery().select() for one in ids)).subquery()
    return (
        select(*COLUMNS, *_POINT)
        .join(contact_point, contact_point.c.customer_id == customer.c.id)
        .join(found, found.c.id == contact_point.c.id)
        .outerjoin(COMPANY, COMPANY.c.id == customer.c.company_id)
        .order_by(contact_point.c.id)
    )


_TENANT = bindparam("tenant", type_=Integer)
EQUAL, ALIKE = _owners(_TENANT, _IS_SAME), _owners(_TENANT, _IS_SAME, _ENDS_SO)
"""Who has a value, and who has it or its last nine digits; parameters tenant, kind, norm, tail9."""
_NOT_LOOKED_UP = (
    select(interaction.c.tenant_id)
    .where(
        interaction.c.public_id == bindparam("call", type_=String),
        interaction.c.match_how.is_(None),
    )
    .scalar_subquery()
)
CALLS_EQUAL = _owners(_NOT_LOOKED_UP, _IS_SAME)
CALLS_ALIKE = _owners(_NOT_LOOKED_UP, _IS_SAME, _ENDS_SO)
"""The same of the tenant of a call; nobody for one that is unknown, or was looked up before."""
_WHO_CALLS, _WHO_CALLS_PERHAPS = Each(0, CALLS_EQUAL), Each(0, CALLS_ALIKE)


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom a contact is from, as far as the network says."""

    point: Point
    trust: Trust
    at: datetime
    tenant: int = 1


@dataclass(frozen=True, slots=True)
class Matched:
    """What came out, in rows. customer: with COLUMNS; point: the row's id."""

    match: Match = NOBODY
    customer: Row[Any] | None = None
    point: int | None = None


def match(connection: Connection, sender: Sender) -> Matched:
    """Who this is from, in one read; nobody without one if the sender may not be matched."""
    if not may_match(sender.point, sender.trust):
        return Matched()
    return _matched(sender, candidates(connection, sender.point, sender.tenant))


async def match_call(database: Database, call: CallId, sender: Sender) -> Matched:
    """As `match`, for a call that nobody has looked up yet, whatever its tenant; else nobody."""
    if not may_match(sender.point, sender.trust):
        return Matched()
    question = _WHO_CALLS if sender.point.tail9 is None else _WHO_CALLS_PERHAPS
    return _matched(sender, await database.ask(question, {"call": call, **_values(sender.point)}))


def _matched(sender: Sender, rows: Sequence[Row[Any]]) -> Matched:
    found = ladder.match(sender.point, sender.trust, [point_row(row) for row in rows], sender.at)
    return shown(found, rows)


def shown(
    found: ladder.Match, rows: Sequence[Row[Any]], entered: Sequence[Row[Any]] = ()
) -> Matched:
    """The ladder's answer with public ids and names.

    rows: of `candidates`. entered: the customers, with COLUMNS, whose number was keyed.
    """
    people = {row.id: row for row in (*rows, *entered)}
    points = {row.point_id: row.point_public_id for row in rows}
    listed = tuple(
        Candidate(
            customer=people[one.customer].public_id,
            number=people[one.customer].customer_no,
            full_name=people[one.customer].full_name,
            how=one.how,
            score=one.score,
            reasons=reasons(one),
            said=phrase(one),
            point=points.get(one.point or 0, ""),
        )
        for one in found.candidates
    )
    chosen = None if found.customer is None else people[found.customer]
    name = "" if chosen is None else chosen.public_id
    point = points.get(found.point or 0, "")
    answer = Match(found.how, found.score, name, point, listed)
    return Matched(answer, chosen, found.point)


def candidates(connection: Connection, point: Point, tenant: int) -> Sequence[Row[Any]]:
    """Every row in use with the value or the last nine digits of a point, with its customer."""
    question = EQUAL if point.tail9 is None else ALIKE
    return connection.execute(question, {"tenant": tenant, **_values(point)}).all()


def _values(point: Point) -> dict[str, str | None]:
    return {"kind": str(point.kind), "norm": point.norm, "tail9": point.tail9}


def point_row(row: Row[Any]) -> PointRow:
    """A row of `candidates` for the ladder."""
    return PointRow(
        id=row.point_id,
        customer=row.id,
        kind=row.point_kind,
        norm=row.value_norm,
        tail9=row.tail9,
        confidence=row.confidence,
        confirmed_at=row.confirmed_at,
        shared=row.shared,
        label=row.label,
    )
