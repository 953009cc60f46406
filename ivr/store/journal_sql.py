"""The statements behind the journal and the calls.

Fencing: a journal row is inserted with the number of its call only if the call exists, its epoch is
not newer than the writer's, and the row is the next one; else the number is NULL, which the table
refuses, and with it the whole step. No count of changed rows is needed, so many steps can share one
statement. In PostgreSQL `FOR SHARE` keeps a claim by another process waiting until the commit.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Integer,
    LargeBinary,
    ScalarSelect,
    String,
    Text,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    update,
)

from ivr.store.statements import Binds, Each, Rows
from ivr.store.tables import call, call_reply, call_snapshot, journal, owner
from ivr.store.types import UTC

_ONE = literal_column("1", BigInteger)
_LAST_SEQ = (
    select(func.coalesce(func.max(journal.c.seq), literal_column("0", BigInteger)))
    .where(journal.c.call_id == call.c.id)
    .correlate(call)
    .scalar_subquery()
)


def _current_epoch(bind: Binds) -> ScalarSelect[Any]:
    """The writer's epoch if no newer owner is known. The lock keeps `claim` waiting meanwhile."""
    epoch = bind("epoch", BigInteger)
    fresh = select(epoch).select_from(owner).where(owner.c.epoch <= epoch)
    return fresh.with_for_update(read=True).scalar_subquery()


def _owned_call(bind: Binds) -> ScalarSelect[Any]:
    """The call's own number if the writer owns it. PostgreSQL locks the row against `claim`."""
    mine = select(call.c.id).where(
        call.c.public_id == bind("call", String), call.c.epoch <= bind("epoch", BigInteger)
    )
    return mine.with_for_update(read=True).scalar_subquery()


def _next_call(bind: Binds) -> ScalarSelect[Any]:
    """As `_owned_call`, and only if `seq` is the next one and a closing is the first."""
    mine = select(call.c.id).where(
        call.c.public_id == bind("call", String),
        call.c.epoch <= bind("epoch", BigInteger),
        bind("seq", BigInteger) - _ONE == _LAST_SEQ,
        or_(call.c.ended_at.is_(None), bind("closing", Boolean).is_(False)),
    )
    return mine.with_for_update(read=True).scalar_subquery()


def _any_call(bind: Binds) -> ScalarSelect[Any]:
    return select(call.c.id).where(call.c.public_id == bind("call", String)).scalar_subquery()


OPEN = Rows(
    10,
    call,
    lambda bind: {
        "public_id": bind("call", String),
        "trunk": bind("trunk", String),
        "channel": bind("channel", String),
        "provider_ref": bind("provider_ref", Text),
        "flow_hash": bind("flow_hash", String),
        "epoch": _current_epoch(bind),
        "sealed_key": bind("sealed_key", LargeBinary),
        "opened_at": bind("at", UTC),
    },
)
STEP = Rows(
    20,
    journal,
    lambda bind: {
        "call_id": _next_call(bind),
        "seq": bind("seq", BigInteger),
        "epoch": bind("epoch", BigInteger),
        "at": bind("at", UTC),
        "event": bind("event", Text),
        "notes": bind("notes", Text),
    },
)
SNAPSHOT = Rows(
    30,
    call_snapshot,
    lambda bind: {
        "call_id": _any_call(bind),
        "seq": bind("seq", BigInteger),
        "snapshot": bind("snapshot", Text),
    },
    replaces=("call_id",),
)
REPLY = Rows(
    30,
    call_reply,
    lambda bind: {
        "call_id": _owned_call(bind),
        "leg": bind("leg", Integer),
        "turn": bind("turn", BigInteger),
        "part": bind("part", Integer),
        "status": bind("status", Integer),
        "content_type": bind("content_type", String),
        "body": bind("body", LargeBinary),
    },
    replaces=("call_id", "leg"),
)
END = Each(
    50,
    update(call)
    .where(call.c.public_id == bindparam("call"))
    .values(ended_at=bindparam("at", type_=UTC), sealed_key=None),
)

STANDING = Each(
    0,
    select(call.c.epoch, _LAST_SEQ.label("seq"), call.c.ended_at.isnot(None).label("ended")).where(
        call.c.public_id == bindparam("call", type_=String)
    ),
)
NEWEST = Each(0, select(owner.c.epoch))
FIND = select(call.c.public_id).where(
    call.c.trunk == bindparam("trunk", type_=String),
    call.c.provider_ref == bindparam("provider_ref", type_=Text),
)
TAKEN = Each(0, FIND)
LIVE = select(call.c.public_id).where(call.c.ended_at.is_(None)).order_by(call.c.id)
SAVED = (
    select(call, call_snapshot.c.seq.label("snapshot_seq"), call_snapshot.c.snapshot)
    .outerjoin(call_snapshot, call_snapshot.c.call_id == call.c.id)
    .where(call.c.public_id == bindparam("call", type_=String))
)
LATER = (
    select(journal.c.seq, journal.c.event)
    .where(
        journal.c.call_id == bindparam("id", type_=BigInteger),
        journal.c.seq > bindparam("after", type_=BigInteger),
    )
    .order_by(journal.c.seq)
)
LAST_REPLY = (
    select(call_reply)
    .join(call, call.c.id == call_reply.c.call_id)
    .where(
        call.c.public_id == bindparam("call", type_=String),
        call_reply.c.leg == bindparam("leg", type_=Integer),
    )
)
_HIGHEST_LIVE = (
    select(func.coalesce(func.max(call.c.epoch), 0))
    .where(call.c.ended_at.is_(None))
    .scalar_subquery()
)
RAISE = Each(
    0,
    update(owner)
    .values(epoch=case((owner.c.epoch < _HIGHEST_LIVE, _HIGHEST_LIVE), else_=owner.c.epoch) + 1)
    .returning(owner.c.epoch),
)
CLAIM = Each(
    1,
    update(call)
    .where(call.c.ended_at.is_(None))
    .values(epoch=select(owner.c.epoch).scalar_subquery()),
)
