"""What agents' desks have been shown, on a database."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Integer,
    String,
    Text,
    bindparam,
    delete,
    exists,
    func,
    select,
    update,
)

from ivr.domain.errors import StoreError
from ivr.runtime.ports.desk import PopMessage
from ivr.store.statements import Each, Rows
from ivr.store.tables import pop
from ivr.store.types import UTC

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Column

    from ivr.store.database import Database

_AGENT = bindparam("agent", type_=String)
_SHOWN = Rows(
    0,
    pop,
    lambda bind: {
        "agent": bind("agent", String),
        "seq": bind("seq", BigInteger),
        "at": bind("at", UTC),
        "pop": bind("pop", String),
        "rev": bind("rev", Integer),
        "body": bind("body", Text),
        "expires_at": bind("expires_at", UTC),
    },
)
_AFTER = (
    select(*(pop.c[name] for name in PopMessage.__dataclass_fields__))
    .where(pop.c.agent == _AGENT, pop.c.seq > bindparam("seq", type_=BigInteger))
    .order_by(pop.c.seq)
    .limit(bindparam("limit", type_=Integer))
)
_LAST = select(func.max(pop.c.seq)).where(pop.c.agent == _AGENT)

_later = pop.alias("later")
_FORGET = Each(
    0,
    delete(pop).where(
        pop.c.at < bindparam("before", type_=UTC),
        exists().where(_later.c.agent == pop.c.agent, _later.c.seq > pop.c.seq),
    ),
)


def _seen(stage: Column[datetime]) -> Each:
    """Sets the time of a stage where there is none yet."""
    first = update(pop).where(
        pop.c.pop == bindparam("id", type_=String),
        pop.c.rev == bindparam("of", type_=Integer),
        stage.is_(None),
    )
    return Each(1, first.values({stage: bindparam("when", type_=UTC)}))


_STAGES = {"received": _seen(pop.c.received_at), "rendered": _seen(pop.c.rendered_at)}


class SqlPops:
    """The port `Pops` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, message: PopMessage) -> None:
        """Keep a message; a second one of the same (agent, seq) is a StoreError."""
        row = asdict(message)
        await self._database.write([(_SHOWN, row)], size_bytes=len(message.body))

    async def after(self, agent: str, seq: int, limit: int = 200) -> Sequence[PopMessage]:
        """Those with a higher seq, oldest first."""
        params = {"agent": agent, "seq": seq, "limit": limit}
        rows = await self._database.read(lambda reader: reader.execute(_AFTER, params).all())
        return [PopMessage(*row) for row in rows]

    async def last_seq(self, agent: str) -> int:
        """The highest stored seq, 0 if none."""
        params = {"agent": agent}
        return int(await self._database.read(lambda it: it.scalar(_LAST, params)) or 0)

    async def ack(self, pop: str, rev: int, stage: str, at: datetime) -> None:
        """Keep the first time of a stage; what nobody was shown changes nothing."""
        if stage not in _STAGES:
            raise StoreError(f"a pop is received or rendered, not {stage}")
        await self._database.write([(_STAGES[stage], {"id": pop, "of": rev, "when": at})])

    async def forget(self, before: datetime) -> None:
        """Remove older ones, but each agent's newest."""
        await self._database.write([(_FORGET, {"before": before})])
