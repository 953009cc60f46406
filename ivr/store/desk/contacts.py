"""The port `Contacts` on a database: the table of contacts with customers and agents beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, insert, or_, select, update

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.ports.contacts import ContactPage, ContactRow, ContactSegment
from ivr.store.desk.pages import cursor_of, read_cursor
from ivr.store.tables import customer, interaction, interaction_segment, offer, wrapup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select

    from ivr.runtime.ports.contacts import ContactFilter, Handled
    from ivr.store.database import Database

MOST = 200
_REPEATED = interaction.alias("repeated")
_ALL: Select[Any] = (
    select(
        interaction,
        customer.c.public_id.label("its_customer"),
        _REPEATED.c.public_id.label("its_repeat"),
    )
    .outerjoin(customer, customer.c.id == interaction.c.customer_id)
    .outerjoin(_REPEATED, _REPEATED.c.id == interaction.c.repeat_of_id)
)
_ACCEPTED, _OFFER = "accepted", "offer"
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_SUMS = ("ivr_ms", "wait_ms", "talk_ms", "hold_ms", "wrapup_ms")


class SqlContacts:
    """Contacts in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self, which: ContactFilter, *, cursor: str = "", limit: int = 50, tenant: int = 1
    ) -> ContactPage:
        """A page of at most 200."""
        return await self._database.read(partial(_page, which, cursor, limit, tenant))

    async def get(
        self, contact: str, within: Handled | None = None, *, tenant: int = 1
    ) -> ContactRow | None:
        """One contact; None also if it lies outside of what may be seen."""
        return await self._database.read(partial(_get, contact, within, tenant))

    async def segments(self, contact: str, *, tenant: int = 1) -> Sequence[ContactSegment]:
        """Its parts in order."""
        return await self._database.read(partial(_segments, contact, tenant))

    async def code(self, contact: str, code: str, *, tenant: int = 1) -> None:
        """Set the wrap-up code."""
        await self._database.change(partial(_code, contact, code, tenant))

    async def serves(
        self, agent: str, customer: str, ended_since: datetime, *, tenant: int = 1
    ) -> bool:
        """Whether this agent has a contact of the customer that goes on, or ended since then."""
        return await self._database.read(partial(_serves, agent, customer, ended_since, tenant))


def listed(which: ContactFilter, tenant: int) -> Select[Any]:
    """The question of a list, the newest first."""
    order = (interaction.c.started_at.desc(), interaction.c.public_id.desc())
    # Added to nothing, the tenant is no reason to take an index by tenant and sort all of it.
    mine = interaction.c.tenant_id + 0 == tenant
    found = (mine, *_listed(which), *_about(which, tenant), *_times(which))
    return _ALL.where(*found).order_by(*order)


def _page(
    which: ContactFilter, cursor: str, limit: int, tenant: int, reader: Connection
) -> ContactPage:
    question, limit = listed(which, tenant), max(1, min(limit, MOST))
    if cursor:
        at, name = read_cursor(cursor)
        mine = interaction.c
        earlier = or_(mine.started_at < at, and_(mine.started_at == at, mine.public_id < name))
        question = question.where(earlier)
    rows = reader.execute(question.limit(limit + 1)).all()
    shown = tuple(_row(row) for row in rows[:limit])
    last = shown[-1] if len(rows) > limit else None
    return ContactPage(shown, cursor_of(last.started_at, last.id) if last else "")


def _get(
    contact: str, within: Handled | None, tenant: int, reader: Connection
) -> ContactRow | None:
    row = reader.execute(_ALL.where(*_one(contact, tenant), *inside(within))).one_or_none()
    return None if row is None else _row(row)


def _segments(contact: str, tenant: int, reader: Connection) -> list[ContactSegment]:
    part = interaction_segment.c
    names = list(ContactSegment.__dataclass_fields__)
    question = (
        select(*(part[name] for name in names))
        .join(interaction, interaction.c.id == part.interaction_id)
        .where(*_one(contact, tenant))
        .order_by(part.seq)
    )
    found: list[dict[str, Any]] = [
        {name: "" if each is None else each for name, each in row.items()}
        for row in reader.execute(question).mappings()
    ]
    return [ContactSegment(**row) for row in found]


def _code(contact: str, code: str, tenant: int, connection: Connection) -> None:
    mine = interaction.c
    row = connection.execute(
        select(mine.id, mine.last_agent, mine.ended_at).where(*_one(contact, tenant))
    ).one_or_none()
    if row is None:
        raise NotFoundError("there is no such contact")
    if row.ended_at is None:
        raise NotValidError("a contact that goes on has no wrap-up code yet")
    connection.execute(update(interaction).where(mine.id == row.id).values(wrapup_code=code))
    if row.last_agent:
        said = (wrapup.c.call == contact, wrapup.c.agent == row.last_agent)
        changed = connection.execute(update(wrapup).where(*said).values(code=code))
        if not changed.rowcount:
            fresh = {"call": contact, "agent": row.last_agent, "at": row.ended_at, "code": code}
            connection.execute(insert(wrapup).values(fresh))


def _serves(agent: str, whose: str, ended_since: datetime, tenant: int, reader: Connection) -> bool:
    mine = interaction.c
    fresh = or_(mine.ended_at.is_(None), mine.ended_at >= ended_since)
    his = (_belongs_to(whose, tenant), fresh, handled_by((agent,)))
    return reader.scalar(select(mine.id).where(*his).limit(1)) is not None


def _one(contact: str, tenant: int) -> tuple[ColumnElement[bool], ...]:
    return interaction.c.tenant_id == tenant, interaction.c.public_id == contact


def _listed(which: ContactFilter) -> list[ColumnElement[bool]]:
    columns = {
        "medium": which.media,
        "direction": which.directions,
        "last_queue": which.queues,
        "last_agent": which.agents,
        "outcome": which.outcomes,
    }
    return [interaction.c[name].in_(values) for name, values in columns.items() if values]


def _belongs_to(whose: str, tenant: int) -> ColumnElement[bool]:
    """The contacts of a customer, by public id or number."""
    named = or_(customer.c.public_id == whose, customer.c.customer_no == whose)
    his = select(customer.c.id).where(customer.c.tenant_id == tenant, named)
    return interaction.c.customer_id.in_(his)


def _about(which: ContactFilter, tenant: int) -> list[ColumnElement[bool]]:
    found = inside(which.within)
    if which.customer:
        found.append(_belongs_to(which.customer, tenant))
    if which.category:
        below = interaction.c.category.startswith(f"{which.category}.", autoescape=True)
        found.append(or_(interaction.c.category == which.category, below))
    if not which.tests:
        found.append(interaction.c.is_test.is_(False))
    return found


def _times(which: ContactFilter) -> list[ColumnElement[bool]]:
    mine = interaction.c
    found: list[ColumnElement[bool]] = []
    if which.is_open is not None:
        found.append(mine.ended_at.is_(None) if which.is_open else mine.ended_at.isnot(None))
    # Also without a beginning there is one, so that the database goes by time and need not sort.
    found.append(mine.started_at >= (which.since or _BEGINNING))
    if which.before is not None:
        found.append(mine.started_at < which.before)
    return found


def inside(within: Handled | None) -> list[ColumnElement[bool]]:
    """That a contact of a question lies within what may be seen."""
    if within is None:
        return []
    found = [handled_by(within.by)]
    if within.since is not None:
        found.append(interaction.c.started_at >= within.since)
    return found


def handled_by(people: tuple[str, ...], contact: FromClause = interaction) -> ColumnElement[bool]:
    """Who talked with the caller: written when it was over, and as an offer that was taken.

    contact: the table of contacts as the question names it.
    """
    part, mine = interaction_segment.c, contact.c
    talked = exists().where(
        part.interaction_id == mine.id, part.agent.in_(people), part.kind != _OFFER
    )
    taken = exists().where(
        offer.c.call == mine.public_id, offer.c.agent.in_(people), offer.c.state == _ACCEPTED
    )
    return or_(mine.last_agent.in_(people), talked, taken)


def _row(row: Row[Any]) -> ContactRow:
    return ContactRow(
        id=row.public_id,
        medium=row.medium,
        direction=row.direction,
        channel=row.channel,
        trunk=row.trunk,
        sender=row.from_norm or row.from_raw or "",
        receiver=row.to_norm,
        started_at=row.started_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        language=row.locale,
        flow=row.flow,
        outcome=row.outcome,
        result=row.result or "",
        cause=row.cause or "",
        ended_by=row.ended_by or "",
        customer=row.its_customer or "",
        match_how=row.match_how or "",
        queue=row.last_queue or "",
        agent=row.last_agent or "",
        category=row.category or "",
        wrapup_code=row.wrapup_code or "",
        repeat_of=row.its_repeat or "",
        is_test=row.is_test,
        **{name: getattr(row, name) for name in _SUMS},
    )
