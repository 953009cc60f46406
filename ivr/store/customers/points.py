"""Numbers and addresses of customers: adding, checking, confirming and ending them.

One number that two customers have: only one row of it may count as somebody's own, so the later
one is stored as shared. Whether it is shared is a fact about the number: said of one row, it is
written on all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, select, update

from ivr.domain.errors import IllegalTransitionError, NotValidError
from ivr.runtime.ports.customers import ContactPoint, NewPoint, PointAdded
from ivr.store.customers.pairs import Found, settle
from ivr.store.customers.point_rows import holders, need_point, one, put, shown_point
from ivr.store.customers.profiles import tell_updated
from ivr.store.customers.resolving import need
from ivr.store.tables import contact_point
from ivr.tickets.identity.confidence import Origin, entry_confidence, renewed
from ivr.tickets.identity.points import Point, Standing, read_point

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.store.customers.work import Work

_LABEL_LENGTH = 64
_CHANGEABLE = ("label", "primary", "shared")


def add_point(work: Work, ref: str, new: NewPoint) -> PointAdded:
    """A way to reach a customer; one he has already is renewed and used again."""
    point = _read(work, new)
    found = Found()
    owner = need(work.connection, work.tenant, ref, lock=True)
    shared = new.shared or bool(point.extension)
    if point.norm is not None and not shared:
        verified = new.origin == Origin.CODE
        found = settle(work, owner.id, point, verified=verified)
        owner = need(work.connection, work.tenant, ref, lock=True)
    own = _own(work.connection, owner.id, point)
    key = _insert(work, owner, point, new) if own is None else _again(work, own, new)
    _share(work, key, shared=shared or (own is not None and own.shared))
    _make_primary(work, key, primary=new.primary)
    tell_updated(work, owner, ["contact_points"])
    return PointAdded(shown_point(work.connection, key), found.merged, found.candidate)


def change_point(work: Work, ref: str, changes: Mapping[str, Any]) -> ContactPoint:
    """Another label, primary or not, shared or not."""
    row = need_point(work, ref)
    for name in changes:
        if name not in _CHANGEABLE:
            raise NotValidError(f"{name}: cannot be changed; add the new number, end the old one")
    if "label" in changes:
        put(work, row.id, label=_label(changes["label"]))
    if "shared" in changes and bool(changes["shared"]) != row.shared:
        _share_or_not(work, row, shared=bool(changes["shared"]))
    if "primary" in changes:
        put(work, row.id, is_primary=False)
        _make_primary(work, row.id, primary=bool(changes["primary"]))
    return _told(work, row)


def end_point(work: Work, ref: str) -> ContactPoint:
    """No longer in use. Whoever else has the number has it alone from now on, if one is left."""
    row = need_point(work, ref)
    if row.ended_at is None:
        put(work, row.id, ended_at=work.at, is_primary=False)
        left = holders(work.connection, work.tenant, row, but=row.customer_id)
        if not row.shared and len(left) == 1:
            put(work, left[0].id, shared=False)
    return _told(work, row)


def verify_point(work: Work, ref: str, how: str) -> PointAdded:
    """It was checked, by a code that was sent there or by an agent."""
    if how not in (Origin.CODE, Origin.AGENT):
        raise NotValidError("how: code or agent")
    row = need_point(work, ref)
    if row.ended_at is not None or row.value_norm is None:
        raise IllegalTransitionError("a number that is not in use cannot be verified")
    worth = max(entry_confidence(how), row.confidence)
    put(
        work,
        row.id,
        verified_at=work.at,
        verified_how=how,
        confidence=worth,
        confirmed_at=work.at,
    )
    found = Found()
    others = holders(work.connection, work.tenant, row, but=row.customer_id)
    if not row.shared or any(not each.shared for each in others):
        point = Point(row.kind, row.value_raw, row.value_norm, tail9=row.tail9)
        found = settle(work, row.customer_id, point, verified=True)
    kept = _living(work, row) if found.merged else row
    _told(work, kept)
    return PointAdded(shown_point(work.connection, kept.id), found.merged, found.candidate)


def confirm(work: Work, ref: str) -> ContactPoint:
    """A contact by it: its years begin anew. Not written down, for it happens with every call."""
    row = need_point(work, ref)
    if row.ended_at is None:
        put(work, row.id, confirmed_at=max(work.at, row.confirmed_at))
    return shown_point(work.connection, row.id)


def _read(work: Work, new: NewPoint) -> Point:
    _label(new.label)
    try:
        Origin(new.origin)
        point = read_point(new.kind, new.value, work.house.country, new.network)
    except ValueError as error:
        raise NotValidError(str(error)) from None
    if point.standing is Standing.WITHHELD or not point.raw.strip():
        raise NotValidError("value: nothing to reach anybody at")
    return point


def _label(text: object) -> str:
    if not isinstance(text, str) or len(text) > _LABEL_LENGTH:
        raise NotValidError(f"label: text, at most {_LABEL_LENGTH} characters")
    return text


def _own(connection: Connection, customer_id: int, point: Point) -> Row[Any] | None:
    """The row that the customer has of this already; what is never matched is equal as typed."""
    same = contact_point.c.value_norm == point.norm
    if point.norm is None:
        same = contact_point.c.value_norm.is_(None) & (contact_point.c.value_raw == point.raw)
    question = select(contact_point).where(
        contact_point.c.customer_id == customer_id, contact_point.c.kind == point.kind, same
    )
    return connection.execute(question.order_by(contact_point.c.id).limit(1)).one_or_none()


def _insert(work: Work, owner: Row[Any], point: Point, new: NewPoint) -> int:
    verified = new.origin == Origin.CODE
    row = {
        "tenant_id": work.tenant,
        "public_id": work.house.new_id(),
        "customer_id": owner.id,
        "kind": point.kind,
        "value_raw": point.raw,
        "value_norm": point.norm,
        "tail9": point.tail9,
        "label": new.label,
        "shared": True,  # until it is known to be his own
        "verified_at": work.at if verified else None,
        "verified_how": new.origin,
        "confidence": entry_confidence(new.origin),
        "confirmed_at": work.at,
    }
    inserted = insert(contact_point).values(row).returning(contact_point.c.id)
    return int(work.connection.execute(inserted).scalar_one())


def _again(work: Work, own: Row[Any], new: NewPoint) -> int:
    """The same number came to us once more."""
    confidence, at = renewed(own.confidence, own.confirmed_at, new.origin, work.at)
    fresh: dict[str, datetime | str | int | bool | None] = {
        "confidence": confidence,
        "confirmed_at": at,
        "label": new.label or own.label,
    }
    if own.ended_at is not None:
        fresh |= {"ended_at": None, "shared": True}
    if new.origin == Origin.CODE:
        fresh |= {"verified_at": work.at, "verified_how": new.origin}
    put(work, own.id, **fresh)
    return int(own.id)


def _share(work: Work, key: int, *, shared: bool) -> None:
    """Said to be shared: all rows of the number are. Else it is his own if nobody else has it."""
    row = one(work.connection, key)
    if row.value_norm is None:
        put(work, key, shared=shared)
        return
    others = holders(work.connection, work.tenant, row, but=row.customer_id)
    if shared:
        for each in (row, *others):
            put(work, each.id, shared=True)
    elif not others and row.shared:
        put(work, key, shared=False)


def _share_or_not(work: Work, row: Row[Any], *, shared: bool) -> None:
    others = holders(work.connection, work.tenant, row, but=row.customer_id)
    if not shared and others:
        raise IllegalTransitionError("somebody else has this number too")
    if row.value_norm is None or row.ended_at is not None:
        put(work, row.id, shared=shared)
    else:
        _share(work, row.id, shared=shared)


def _make_primary(work: Work, key: int, *, primary: bool) -> None:
    """One of a kind is the primary one."""
    if not primary:
        return
    row = one(work.connection, key)
    if row.ended_at is not None:
        raise IllegalTransitionError("a number that is not in use cannot be the primary one")
    same = (contact_point.c.customer_id == row.customer_id) & (contact_point.c.kind == row.kind)
    others = same & contact_point.c.is_primary & (contact_point.c.id != key)
    work.connection.execute(update(contact_point).where(others).values(is_primary=False))
    put(work, key, is_primary=True)


def _living(work: Work, row: Row[Any]) -> Row[Any]:
    """After a merge the number may stand on in the row of the other customer."""
    now = one(work.connection, row.id)
    if now.ended_at is None:
        return need_point(work, now.public_id)
    (other, *_) = holders(work.connection, work.tenant, row, but=now.customer_id)
    return need_point(work, other.public_id)


def _told(work: Work, row: Row[Any]) -> ContactPoint:
    owner = need(work.connection, work.tenant, row.customer_public_id)
    tell_updated(work, owner, ["contact_points"])
    return shown_point(work.connection, row.id)
