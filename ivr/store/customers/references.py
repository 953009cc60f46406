"""Which tables point to customers, and their rows as the rules of merging read and write them.

Consents belong to numbers and addresses, not to customers, so a merge does not touch them. Keys of
sealed values stay with the record whose values they seal.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import CompoundSelect, Connection, bindparam, or_, select, update

from ivr.store.tables import METADATA, interaction
from ivr.store.types import UTC
from ivr.tickets.merging import Reference, Row, Unique, Write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Table

# A call that goes on while its customer is merged is still his when it is over.
_OF_CONTACT = ("tenant_id", "customer_id", "contact_point_id", "match_how", "match_score")
_CLOSED_LATER = tuple(each.name for each in interaction.c if each.name not in _OF_CONTACT)


def references(at: datetime, by: str) -> tuple[Reference, ...]:
    """Every table whose rows point to customers. at, by: of rows that a merge has to end."""
    return (
        Reference("customer", ("company_id",), itself=True, beside=("version", "updated_at")),
        Reference(
            "contact_point",
            ("customer_id",),
            (
                Unique(("customer_id", "kind", "value_norm")),
                Unique(("tenant_id", "kind", "value_norm"), ("shared", "ended_at")),
            ),
            end={"ended_at": at},
            ended="ended_at",
            beside=("confidence", "confirmed_at"),
        ),
        Reference(
            "customer_identifier",
            ("customer_id",),
            (Unique(("tenant_id", "scheme", "value_hash")),),
        ),
        Reference("asset", ("customer_id",), (Unique(("product_id", "serial_no")),)),
        Reference("ticket", ("customer_id",), beside=("version", "last_activity_at")),
        Reference("interaction", ("customer_id",), beside=_CLOSED_LATER),
        Reference("intake_item", ("suggested_customer_id",)),
        Reference("erasure_request", ("customer_id",)),
        Reference("legal_hold", ("customer_id",)),
        Reference(
            "identity_candidate",
            ("a_id", "b_id"),
            (Unique(("a_id", "b_id")),),
            end={"state": "merged", "decided_at": at, "decided_by": by},
            ended="decided_at",
            pair=True,
        ),
    )


def rows_of(
    connection: Connection, known: Iterable[Reference], loser: int, survivor: int
) -> Iterator[Row]:
    """All that points to the loser, and what of the survivor's could be in its way; locked."""
    for reference in known:
        table = METADATA.tables[reference.table]
        wanted = [loser, survivor] if reference.unique else [loser]
        points = or_(*(table.c[column].in_(wanted) for column in reference.columns))
        question = select(table).where(points).order_by(table.c.id).with_for_update()
        yield from _read(connection, table, question)


def rows_named(connection: Connection, keys: Sequence[tuple[str, int]]) -> Iterator[Row]:
    """These rows as they are now, those that are left of them; locked."""
    for name in sorted({name for name, _ in keys}):
        table = METADATA.tables[name]
        ids = sorted({key for of, key in keys if of == name})
        for begin in range(0, len(ids), _CHUNK):
            some = table.c.id.in_(ids[begin : begin + _CHUNK])
            question = select(table).where(some).order_by(table.c.id).with_for_update()
            yield from _read(connection, table, question)


_CHUNK = 500


def write(connection: Connection, change: Write) -> None:
    """One change of one row; times that come from a journal are text."""
    table = METADATA.tables[change.table]
    values = {name: _typed(table, name, value) for name, value in change.values.items()}
    connection.execute(update(table).where(table.c.id == change.row_id).values(values))


def outward(connection: Connection, table: str, key: int) -> str:
    """What the outside calls a row: its public id or number; "" if it has neither."""
    columns = METADATA.tables[table].c
    name = next((one for one in ("public_id", "number", "scheme") if one in columns), "")
    if not name:
        return ""
    return str(connection.scalar(select(columns[name]).where(columns.id == key)) or "")


def _read(connection: Connection, table: Table, question: Any) -> Iterator[Row]:  # noqa: ANN401
    for row in connection.execute(question).mappings():
        values = {name: _plain(value) for name, value in row.items() if name != "id"}
        yield Row(table.name, row["id"], values)


def _plain(value: Any) -> Any:  # noqa: ANN401 - of any column
    """A day as text: the rules know moments, but no days."""
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return value.isoformat() if is_day else value


def _typed(table: Table, name: str, value: object) -> object:
    if isinstance(table.c[name].type, UTC) and isinstance(value, str):
        return datetime.fromisoformat(value)
    return value


def merged_into(connection: Connection, ids: Sequence[int]) -> Mapping[int, int | None]:
    """`merged_into` of these customers, of all they went into, and of all that went into them."""
    rows = connection.execute(_chains(), {"ids": list(ids)})
    return {row.id: row.merged_into for row in rows}


@cache
def _chains() -> CompoundSelect[int, int | None]:
    """Put together once: that takes longer than the answer, and forgetting asks it at each step."""
    customer = METADATA.tables["customer"]
    link = (customer.c.id, customer.c.merged_into)
    asked = select(*link).where(customer.c.id.in_(bindparam("ids", expanding=True)))
    up = asked.cte("up", recursive=True)
    up = up.union(select(*link).where(customer.c.id == up.c.merged_into))
    down = asked.cte("down", recursive=True)
    down = down.union(select(*link).where(customer.c.merged_into == down.c.id))
    return select(up.c.id, up.c.merged_into).union(select(down.c.id, down.c.merged_into))
