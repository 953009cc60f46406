"""Two customers who may be one: found by what they share, and kept until a person has decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.runtime.ports.merges import Alike
from ivr.store.customers.merging import AUTOMATIC, merge_rows
from ivr.store.customers.resolving import COLUMNS, COMPANY, customer_row, need
from ivr.store.tables import contact_point, customer, customer_identifier, identity_candidate
from ivr.tickets.identity.duplicates import (
    MOST_ALIKE,
    Identifier,
    Pair,
    Profile,
    Way,
    compare,
    find_pairs,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ivr.runtime.ports.merges import MergeRow
    from ivr.store.customers.work import Work
    from ivr.tickets.identity.points import Point

OPEN, MERGED, REJECTED = "open", "merged", "rejected"


@dataclass(frozen=True, slots=True)
class Found:
    """What equal evidence led to; public ids."""

    merged: str = ""
    candidate: str = ""


def settle(work: Work, own: int, point: Point, *, verified: bool) -> Found:
    """What follows from a number that a customer gives, before it is his: somebody may have it.

    Both have verified it and it is nobody else's: they are one, and the older record stays.
    Otherwise, if enough speaks for it, a person shall decide.
    """
    equal = and_(
        contact_point.c.tenant_id == work.tenant,
        contact_point.c.kind == point.kind,
        contact_point.c.value_norm == point.norm,
        contact_point.c.ended_at.is_(None),
    )
    rows = work.connection.execute(select(contact_point).where(equal)).all()
    others = sorted({row.customer_id for row in rows} - {own})
    if not others or len(others) > MOST_ALIKE:
        return Found()
    is_shared = all(row.shared for row in rows)
    way = Way(point.kind, str(point.norm), point.tail9, is_shared, verified)
    mine, *profiles = [
        _with(profile, way, is_own=profile.id == own)
        for profile in profiles_of(work.connection, [own, *others])
    ]
    return conclude(work, [compare(mine, other) for other in profiles])


def conclude(work: Work, pairs: Iterable[Pair | None]) -> Found:
    """Merge the surest pair if it needs no asking, else open a candidate for each."""
    known = [pair for pair in pairs if pair is not None and not _refused(work, pair)]
    known.sort(key=lambda pair: (-pair.score, pair.a, pair.b))
    if known and known[0].automatic:
        evidence = ", ".join(known[0].evidence)
        merge = merge_rows(work, known[0].a, known[0].b, AUTOMATIC + evidence)
        return Found(merged=merge.id)
    opened = [open_candidate(work, pair) for pair in known]
    return Found(candidate=opened[0] if opened else "")


def seek(work: Work, ref: str) -> list[Alike]:
    """Look for others who may be this customer, and open a candidate for each."""
    own = need(work.connection, work.tenant, ref).id
    mine = contact_point.alias("mine")
    same = and_(
        mine.c.kind == contact_point.c.kind, mine.c.value_norm == contact_point.c.value_norm
    )
    others = (
        select(contact_point.c.customer_id)
        .distinct()
        .join(mine, or_(same, mine.c.tail9 == contact_point.c.tail9))
        .where(
            mine.c.customer_id == own,
            mine.c.ended_at.is_(None),
            contact_point.c.tenant_id == work.tenant,
            contact_point.c.ended_at.is_(None),
            contact_point.c.customer_id != own,
        )
        .order_by(contact_point.c.customer_id)
        .limit(MOST_ALIKE)
    )
    ids = [own, *work.connection.scalars(others)]
    pairs = find_pairs(profiles_of(work.connection, ids))
    mine_only = [pair for pair in pairs if own in (pair.a, pair.b) and not _refused(work, pair)]
    opened = [open_candidate(work, pair) for pair in mine_only]
    return [need_candidate(work.connection, work.tenant, one) for one in opened]


def open_candidate(work: Work, pair: Pair) -> str:
    """Keep a pair for a person; one that is open already gets the better evidence."""
    row = work.connection.execute(_pair(pair)).one_or_none()
    fresh = {"score": pair.score, "evidence": list(pair.evidence)}
    if row is None:
        row_id = work.house.new_id()
        kept = {
            "tenant_id": work.tenant,
            "public_id": row_id,
            "a_id": pair.a,
            "b_id": pair.b,
            "state": OPEN,
            "at": work.at,
            "decided_by": "",
        }
        work.connection.execute(insert(identity_candidate).values({**kept, **fresh}))
        return row_id
    if row.state != OPEN or row.score < pair.score:
        fresh |= {"state": OPEN, "decided_at": None, "decided_by": ""}
        change = update(identity_candidate).where(identity_candidate.c.id == row.id)
        work.connection.execute(change.values(fresh))
    return str(row.public_id)


def candidates(state: str, tenant: int, limit: int, connection: Connection) -> list[Alike]:
    """Pairs in a state, the surest first."""
    question = (
        select(identity_candidate)
        .where(identity_candidate.c.tenant_id == tenant, identity_candidate.c.state == state)
        .order_by(identity_candidate.c.score.desc(), identity_candidate.c.id)
        .limit(limit)
    )
    return _alike(connection, connection.execute(question).all())


def need_candidate(connection: Connection, tenant: int, ref: str) -> Alike:
    """The pair with this public id. Raises NotFoundError."""
    row = connection.execute(_named(tenant, ref)).one_or_none()
    if row is None:
        raise NotFoundError("there is no such pair")
    return _alike(connection, [row])[0]


def decide(work: Work, ref: str, survivor: str) -> MergeRow | None:
    """One of the two stays, or they are two people."""
    pair = need_candidate(work.connection, work.tenant, ref)
    row = work.connection.execute(_named(work.tenant, ref).with_for_update()).one()
    if row.state != OPEN:
        raise IllegalTransitionError("somebody has decided on this pair already")
    ways = {pair.a.id: (row.a_id, row.b_id), pair.b.id: (row.b_id, row.a_id)}
    ways |= {pair.a.number: ways[pair.a.id], pair.b.number: ways[pair.b.id]}
    if survivor and survivor not in ways:
        raise NotValidError("survivor: neither of the two")
    merge = merge_rows(work, *ways[survivor], "decided by a person") if survivor else None
    done = {"decided_at": work.at, "decided_by": work.act.by}
    done["state"] = MERGED if survivor else REJECTED
    change = update(identity_candidate).where(identity_candidate.c.id == row.id)
    work.connection.execute(change.values(done))
    work.audit("candidate.decide", ref, state=done["state"])
    return merge


def profiles_of(connection: Connection, ids: Sequence[int]) -> list[Profile]:
    """What of these customers is compared, in this order."""
    people = {
        row.id: row for row in connection.execute(select(customer).where(_in(customer.c.id, ids)))
    }
    points = select(contact_point).where(
        _in(contact_point.c.customer_id, ids),
        contact_point.c.ended_at.is_(None),
        contact_point.c.value_norm.is_not(None),
    )
    ways: dict[int, list[Way]] = {one: [] for one in ids}
    for row in connection.execute(points.order_by(contact_point.c.id)):
        verified = row.verified_at is not None
        way = Way(row.kind, row.value_norm, row.tail9, row.shared, verified)
        ways[row.customer_id].append(way)
    numbers = select(customer_identifier).where(_in(customer_identifier.c.customer_id, ids))
    given: dict[int, list[Identifier]] = {one: [] for one in ids}
    for row in connection.execute(numbers.order_by(customer_identifier.c.id)):
        number = Identifier(row.scheme, row.value_hash, row.verified_at is not None)
        given[row.customer_id].append(number)
    return [
        Profile(one, people[one].kind, people[one].name_fold, tuple(ways[one]), tuple(given[one]))
        for one in ids
    ]


def _with(profile: Profile, way: Way, *, is_own: bool) -> Profile:
    """The profile with the number at hand; what it says of being shared holds for every row."""
    same = [one for one in profile.ways if (one.kind, one.norm) == (way.kind, way.norm)]
    rest = tuple(one for one in profile.ways if one not in same)
    verified = any(one.verified for one in same) or (is_own and way.verified)
    return replace(profile, ways=(*rest, replace(way, verified=verified)))


def _refused(work: Work, pair: Pair) -> bool:
    row = work.connection.execute(_pair(pair)).one_or_none()
    return row is not None and row.state == REJECTED


def _pair(pair: Pair) -> Any:  # noqa: ANN401 - a question
    return select(identity_candidate).where(
        identity_candidate.c.a_id == pair.a, identity_candidate.c.b_id == pair.b
    )


def _named(tenant: int, ref: str) -> Any:  # noqa: ANN401 - a question
    return select(identity_candidate).where(
        identity_candidate.c.tenant_id == tenant, identity_candidate.c.public_id == ref
    )


def _in(column: Any, ids: Sequence[int]) -> Any:  # noqa: ANN401 - a condition
    return column.in_(list(ids))


def _alike(connection: Connection, rows: Sequence[Row[Any]]) -> list[Alike]:
    ids = sorted({row.a_id for row in rows} | {row.b_id for row in rows})
    question = (
        select(*COLUMNS)
        .outerjoin(COMPANY, COMPANY.c.id == customer.c.company_id)
        .where(_in(customer.c.id, ids))
    )
    people = {row.id: customer_row(row) for row in connection.execute(question)}
    return [
        Alike(
            id=row.public_id,
            a=people[row.a_id],
            b=people[row.b_id],
            score=row.score,
            evidence=tuple(row.evidence),
            state=row.state,
            at=row.at,
            decided_at=row.decided_at,
            decided_by=row.decided_by,
        )
        for row in rows
    ]
