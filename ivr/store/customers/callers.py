"""Whose contact an interaction is: found when it begins, corrected when he says who he is.

Looking up happens on a reading connection and the answer is one update that waits a moment to be
committed together with a step of any call: a telephone exchange pays no transaction for it.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Row,
    String,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)

from ivr.runtime.ports.customers import OWNER, Match, Owners
from ivr.store.customers.contacts import about, belongs, repeated
from ivr.store.customers.matching import (
    Matched,
    Sender,
    candidates,
    match_call,
    point_row,
    shown,
)
from ivr.store.customers.resolving import find
from ivr.store.customers.work import House, Work
from ivr.store.statements import Each
from ivr.store.tables import contact_point, customer, interaction, interaction_segment, ticket
from ivr.store.tickets.refs import root_id
from ivr.store.types import UTC
from ivr.tickets.identity import ladder
from ivr.tickets.identity.ladder import Entered as Known
from ivr.tickets.identity.points import read_phone
from ivr.tickets.identity.trust import Arrival, Trust, may_match, sender_trust
from ivr.tickets.states import UNDER_WAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from ivr.domain.call import CallId
    from ivr.runtime.ports.customers import Act, Entered
    from ivr.store.database import Database

_ITS = interaction.c.public_id == bindparam("call", type_=String)
_FOUND = {
    "customer_id": bindparam("its_customer", type_=BigInteger),
    "contact_point_id": bindparam("its_point", type_=BigInteger),
    "match_how": bindparam("its_how", type_=String),
    "match_score": bindparam("its_score", type_=Integer),
}
_ARRIVED = Each(
    12,  # before all that a later step of its call writes in the same transaction
    update(interaction)
    .where(_ITS, interaction.c.match_how.is_(None))
    .values(
        from_norm=bindparam("its_number", type_=String),
        ani_trust=bindparam("its_trust", type_=String),
        **_FOUND,
    ),
)
_ENTERED = Each(
    52,
    update(interaction)
    .where(_ITS)
    .values(repeat_of_id=bindparam("its_repeat", type_=BigInteger), **_FOUND),
)
_AFTER = 10_000
"""Segments after the talk are numbered from here: they may come before those of the call itself."""
_SAME = interaction_segment.c.interaction_id == interaction.c.id
_LATEST = (
    select(func.coalesce(func.max(interaction_segment.c.seq), _AFTER) + 1)
    .where(_SAME, interaction_segment.c.seq >= _AFTER)
    .scalar_subquery()
)
_MOMENTS = (bindparam("begun_at", type_=UTC), bindparam("ended_at", type_=UTC))
_WRAPUP = Each(
    54,
    insert(interaction_segment).from_select(
        ["interaction_id", "seq", "kind", "party", "detail", "agent", "started_at", "ended_at"],
        select(
            interaction.c.id,
            _LATEST,
            literal("wrapup"),
            literal("agent"),
            bindparam("its_agent", type_=String),
            bindparam("its_agent", type_=String),
            *_MOMENTS,
        ).where(_ITS),
    ),
)
_SPENT = func.coalesce(interaction.c.wrapup_ms, 0) + bindparam("took", type_=Integer)
_WOUND_UP = Each(55, update(interaction).where(_ITS).values(wrapup_ms=_SPENT))
_CONFIRMED = Each(
    53,
    update(contact_point)
    .where(
        contact_point.c.id == bindparam("point", type_=BigInteger),
        contact_point.c.confirmed_at < bindparam("at", type_=UTC),
    )
    .values(confirmed_at=bindparam("at", type_=UTC)),
)


class SqlCallers:
    """The port `Callers` on a database."""

    def __init__(self, database: Database, house: House) -> None:
        self._database = database
        self._house = house

    async def arrived(
        self, call: CallId, number: str | None, arrival: Arrival, at: datetime
    ) -> Match:
        """Look the sender up and write down who it is."""
        country = self._house.country
        point = read_phone(number or "", country)
        sender = Sender(point, sender_trust(point, country, arrival), at)
        matched = await match_call(self._database, call, sender)
        row = {"its_number": sender.point.norm, "its_trust": str(sender.trust)}
        row |= {"call": call, **_found(matched)}
        await self._database.write([(_ARRIVED, row)], unhurried=True)
        return matched.match

    async def entered(self, call: CallId, entered: Sequence[Entered], at: datetime) -> Match:
        """Write down who he says he is, if it was verified; his number is confirmed by it."""
        asked = partial(_entered, self._house, call, tuple(entered), at)
        matched, repeat = await self._database.read(asked)
        if matched.customer is None:
            return matched.match
        row = {"call": call, "its_repeat": repeat, **_found(matched)}
        writes: list[Any] = [(_ENTERED, row)]
        if matched.point is not None:
            writes.append((_CONFIRMED, {"point": matched.point, "at": at}))
        await self._database.write(writes, call=call)
        return matched.match

    async def wound_up(
        self, call: CallId, agent: str, begun_at: datetime, ended_at: datetime
    ) -> None:
        """An agent's work after it."""
        took = -((begun_at - ended_at) // timedelta(milliseconds=1))
        row = {"call": call, "its_agent": agent, "begun_at": begun_at, "ended_at": ended_at}
        await self._database.write([(_WRAPUP, row), (_WOUND_UP, {"call": call, "took": took})])

    async def owners(self, call: CallId, ticket: str = "") -> Owners:
        """Who looks after the customer and the tickets."""
        return await self._database.read(partial(_owners, call, ticket))

    async def belongs(self, call: CallId, customer: str, act: Act) -> None:
        """A person says whose contact it is."""
        await self._database.change(lambda it: belongs(Work(it, act, self._house), call, customer))

    async def about(self, call: CallId, category: str, act: Act) -> None:
        """What it was about."""
        await self._database.change(lambda it: about(Work(it, act, self._house), call, category))


def _entered(
    house: House, call: CallId, entered: Sequence[Entered], at: datetime, reader: Connection
) -> tuple[Matched, int | None]:
    row = reader.execute(select(interaction).where(interaction.c.public_id == call)).one_or_none()
    if row is None:
        return Matched(), None
    point = read_phone(row.from_raw or "", house.country)
    trust = Trust(row.ani_trust) if row.ani_trust else sender_trust(point, house.country, Arrival())
    rows = []
    if may_match(point, trust):
        rows = list(candidates(reader, point, row.tenant_id))
    numbers, people = [], []
    for one in entered:
        owner = _owner(reader, row.tenant_id, one)
        if owner is not None:
            numbers.append(Known(owner.id, one.by, one.verified))
            people.append(owner)
    found = ladder.match(point, trust, [point_row(each) for each in rows], at, numbers)
    matched = shown(found, rows, people)
    customer_id = None if matched.customer is None else matched.customer.id
    return matched, repeated(reader, row, customer_id=customer_id)


_TICKETS_LOOKED_AT = 20
_WHOSE = (
    select(interaction.c.tenant_id, interaction.c.customer_id, customer.c.attrs)
    .outerjoin(customer, customer.c.id == interaction.c.customer_id)
    .where(_ITS)
)
_OWNED_OPEN = (
    select(ticket.c.assignee)
    .where(ticket.c.state_type.in_(sorted(UNDER_WAY)), ticket.c.assignee != "")
    .order_by(ticket.c.opened_at.desc(), ticket.c.id.desc())
    .limit(_TICKETS_LOOKED_AT)
)


def _owners(call: CallId, number: str, reader: Connection) -> Owners:
    row = reader.execute(_WHOSE, {"call": call}).one_or_none()
    if row is None:
        return Owners()
    account = (row.attrs or {}).get(OWNER)
    key = root_id(reader, number, row.tenant_id) if number else row.customer_id
    column = ticket.c.id if number else ticket.c.customer_id
    found: Iterable[str] = () if key is None else reader.scalars(_OWNED_OPEN.where(column == key))
    return Owners(tuple(dict.fromkeys(found)), account if isinstance(account, str) else "")


def _owner(reader: Connection, tenant: int, one: Entered) -> Row[Any] | None:
    """The customer with this number, or whose ticket has it."""
    if one.by != "ticket_number":
        return find(reader, tenant, one.value)
    ref = (
        select(customer.c.public_id)
        .join(ticket, ticket.c.customer_id == customer.c.id)
        .where(ticket.c.tenant_id == tenant, ticket.c.number == one.value)
    )
    name = reader.scalar(ref)
    return None if name is None else find(reader, tenant, name)


def _found(matched: Matched) -> dict[str, Any]:
    return {
        "its_customer": None if matched.customer is None else matched.customer.id,
        "its_point": matched.point,
        "its_how": str(matched.match.how),
        "its_score": matched.match.score,
    }
