"""What people say of a contact: whose it was, what it was about, and so what it repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, or_, select, update

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.store.customers.resolving import need
from ivr.store.tables import interaction
from ivr.tickets.identity.confidence import CERTAIN
from ivr.tickets.identity.ladder import How
from ivr.tickets.identity.repeats import WITHIN, Contact, repeat_of

if TYPE_CHECKING:
    from ivr.store.customers.work import Work

_EARLIER = 50
_CATEGORY_LENGTH = 128


def belongs(work: Work, call: str, ref: str) -> None:
    """The contact is this customer's, surely."""
    row = _need(work.connection, work.tenant, call)
    owner = need(work.connection, work.tenant, ref)
    fresh = {
        "customer_id": owner.id,
        "match_how": str(How.ENTERED),
        "match_score": CERTAIN,
        "repeat_of_id": repeated(work.connection, row, customer_id=owner.id),
    }
    _set(work.connection, row.id, fresh)
    work.audit("interaction.customer", call, customer=owner.public_id)


def about(work: Work, call: str, category: str) -> None:
    """The contact has a category, and with it perhaps an earlier contact that it repeats."""
    if len(category) > _CATEGORY_LENGTH:
        raise NotValidError(f"category: at most {_CATEGORY_LENGTH} characters")
    row = _need(work.connection, work.tenant, call)
    repeat = repeated(work.connection, row, category=category)
    _set(work.connection, row.id, {"category": category or None, "repeat_of_id": repeat})
    work.audit("interaction.category", call, category=category)


def repeated(connection: Connection, row: Row[Any], **now: Any) -> int | None:  # noqa: ANN401
    """The contact of the last seven days that this one repeats. now: columns about to change."""
    values = {**row._mapping, **now}  # noqa: SLF001 - SQLAlchemy's public name for it
    this = _contact(values)
    whose = [interaction.c.customer_id == this.customer] if this.customer is not None else []
    if this.number:
        same = interaction.c.from_norm == this.number
        whose.append((interaction.c.tenant_id == values["tenant_id"]) & same)
    if not whose or not this.category:
        return None
    earlier = select(interaction).where(
        or_(*whose),
        interaction.c.tenant_id == values["tenant_id"],
        interaction.c.started_at >= this.at - WITHIN,
        interaction.c.started_at <= this.at,
    )
    newest = earlier.order_by(interaction.c.started_at.desc()).limit(_EARLIER)
    found = connection.execute(newest).mappings()
    return repeat_of(this, [_contact(each) for each in found])


def _contact(values: Any) -> Contact:  # noqa: ANN401 - a row's mapping
    return Contact(
        id=values["id"],
        at=values["started_at"],
        customer=values["customer_id"],
        number=values["from_norm"] or "",
        category=values["category"] or "",
        is_test=values["is_test"],
    )


def _need(connection: Connection, tenant: int, call: str) -> Row[Any]:
    mine = (interaction.c.tenant_id == tenant) & (interaction.c.public_id == call)
    row = connection.execute(select(interaction).where(mine)).one_or_none()
    if row is None:
        raise NotFoundError("there is no such contact")
    return row


def _set(connection: Connection, key: int, fresh: dict[str, Any]) -> None:
    connection.execute(update(interaction).where(interaction.c.id == key).values(fresh))
