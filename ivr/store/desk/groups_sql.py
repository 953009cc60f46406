"""The statements behind the record of the routing groups.

Fencing: before anything else of a batch, the number of the last stored event of its group is moved
on, to NULL if the batch is of another epoch or not the next one. The table refuses NULL, and with
it the whole batch. No count of changed rows is needed, so many groups share one transaction. The
row stays locked until the commit, so that in PostgreSQL a claim by another process waits for it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    case,
    literal,
    null,
    or_,
    select,
    update,
)

from ivr.store.statements import Binds, Each, Rows
from ivr.store.tables import (
    acd_decision,
    acd_event,
    acd_shard,
    agent_span,
    agent_state,
    offer,
    ring_group,
    waiting,
)

_ID = bindparam("group", type_=String)

KNOWN = Rows(
    0,
    acd_shard,
    lambda bind: {"id": bind("group", String), "owner": bind("owner", String)},
    replaces=("id",),
)
CLAIM = Each(
    1,
    update(acd_shard)
    .where(acd_shard.c.id == _ID)
    .values(epoch=acd_shard.c.epoch + 1)
    .returning(acd_shard.c.epoch, acd_shard.c.seq),
)
FENCE = Each(
    0,
    update(acd_shard)
    .where(acd_shard.c.id == _ID)
    .values(
        seq=case(
            (
                and_(
                    acd_shard.c.epoch == bindparam("as", type_=BigInteger),
                    acd_shard.c.seq == bindparam("before", type_=BigInteger),
                ),
                bindparam("last", type_=BigInteger),
            ),
            else_=null(),
        )
    ),
)
EVENT = Rows(
    10,
    acd_event,
    lambda bind: {
        "shard": bind("group", String),
        "seq": bind("seq", BigInteger),
        "epoch": bind("epoch", BigInteger),
        "at": bind("at", BigInteger),
        "kind": bind("kind", String),
        "body": bind("body", Text),
    },
)
DECISION = Rows(
    20,
    acd_decision,
    lambda bind: {
        "shard": bind("group", String),
        "seq": bind("seq", BigInteger),
        "call": bind("call", String),
        "body": bind("body", Text),
    },
)


def _projection(rank: int, table: Table, *names: str) -> Rows:
    """An upsert of the columns that every projection has, and of these."""

    def row(bind: Binds) -> dict[str, ColumnElement[Any]]:
        own = {name: bind(name, table.c[name].type) for name in names}
        shared = {"key": bind("key", String), "shard": bind("group", String)}
        return {**shared, **own, "body": bind("body", Text)}

    return Rows(rank, table, row, replaces=("shard", "key"))


WAITING = _projection(30, waiting, "live", "call", "queue", "joined_at", "ended_at", "end")
RING_GROUP = _projection(31, ring_group, "live", "call", "winner")
OFFER = _projection(32, offer, "live", "ring_group", "agent", "slot", "endpoint", "call", "state")
AGENT_STATE = _projection(33, agent_state, "state", "version")
AGENT_SPAN = Rows(
    34,
    agent_span,
    lambda bind: {
        name: bind(name, agent_span.c[name].type)
        for name in ("agent", "since", "state", "reason", "queue")
    },
    replaces=("agent", "since"),
)
"""One row for each time that an agent entered a state; several states at one instant: the last."""

STANDING = Each(0, select(acd_shard.c.epoch, acd_shard.c.seq).where(acd_shard.c.id == _ID))
STORED = Each(
    0,
    select(acd_event.c.kind, acd_event.c.at, acd_event.c.body)
    .where(
        acd_event.c.shard == _ID,
        acd_event.c.epoch == bindparam("as", type_=BigInteger),
        acd_event.c.seq.between(
            bindparam("first", type_=BigInteger), bindparam("last", type_=BigInteger)
        ),
    )
    .order_by(acd_event.c.seq),
)


def _load(table: Table) -> Select[str, str]:
    """Key and body of the rows of a group that are not over, the oldest first."""
    rows = select(table.c.key, table.c.body).where(table.c.shard == _ID).order_by(table.c.id)
    return rows.where(table.c.live) if "live" in table.c else rows


LOAD = {str(table.name): _load(table) for table in (waiting, ring_group, offer, agent_state)}
ENDED = (
    select(waiting.c.key, waiting.c.body)
    .where(waiting.c.shard == _ID, ~waiting.c.live)
    .order_by(waiting.c.id.desc())
    .limit(bindparam("most", type_=BigInteger))
)
"""The waits of a group that are over, the last to begin first."""
_QUEUE = bindparam("queue", type_=String)
ENDED_SINCE = (
    select(*(waiting.c[name] for name in ("key", "call", "queue", "joined_at", "ended_at", "end")))
    .where(
        waiting.c.shard == _ID,
        waiting.c.ended_at >= bindparam("since", type_=BigInteger),
        or_(literal("") == _QUEUE, waiting.c.queue == _QUEUE),
    )
    .order_by(waiting.c.ended_at.desc(), waiting.c.key.desc())
)
_OF_CALL = bindparam("call", type_=String)
DECISIONS = (
    select(acd_decision.c.body).where(acd_decision.c.call == _OF_CALL).order_by(acd_decision.c.id)
)
OFFERS = select(offer.c.body).where(offer.c.call == _OF_CALL).order_by(offer.c.id)
_AFTER, _MOST = bindparam("after", type_=BigInteger), bindparam("most", type_=BigInteger)
GROUPS = select(acd_shard.c.id).order_by(acd_shard.c.id)
EVENTS = (
    select(acd_event.c.seq, acd_event.c.epoch, acd_event.c.body)
    .where(acd_event.c.shard == _ID, acd_event.c.seq > _AFTER)
    .order_by(acd_event.c.seq)
    .limit(_MOST)
)
DECIDED = (
    select(acd_decision.c.id, acd_decision.c.seq, acd_decision.c.body)
    .where(acd_decision.c.shard == _ID, acd_decision.c.id > _AFTER)
    .order_by(acd_decision.c.id)
    .limit(_MOST)
)
