"""Whom a request is about: one customer with all that was merged into him, and what is his."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, or_, select

from ivr.store.customers.references import merged_into
from ivr.store.customers.resolving import need
from ivr.store.tables import (
    call,
    contact_point,
    customer,
    intake_item,
    interaction,
    ticket,
    ticket_article,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement

CHUNK = 500
"""So many keys go into one question."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A customer. root: his row; ids: that and all that went into it. public_id: of the root.

    values: every number and address of his in its normal form; own: those that nobody else has.
    written: the same as they were typed. names: as people wrote them; his customer numbers too.
    hidden: the pseudonyms of
    his own numbers, by which an erasure finds again what it has begun with.
    """

    tenant: int
    root: int
    public_id: str
    ids: tuple[int, ...]
    values: tuple[str, ...]
    own: tuple[str, ...]
    written: tuple[str, ...]
    names: tuple[str, ...]
    hidden: tuple[str, ...] = ()

    @property
    def senders(self) -> tuple[str, ...]:
        """What stands in place of him where his record is not named."""
        return (*self.own, *self.hidden)

    def contacts(self, connection: Connection) -> list[int]:
        """Rows of his contacts: known as his, or from a number that is his alone."""
        mine = interaction.c.customer_id.in_(self.ids)
        nobodys = interaction.c.customer_id.is_(None)
        senders = or_(
            interaction.c.from_norm.in_(self.senders),
            interaction.c.from_raw.in_(self.senders),
            interaction.c.to_norm.in_(self.senders),
        )
        question = select(interaction.c.id).where(
            interaction.c.tenant_id == self.tenant, or_(mine, nobodys & senders)
        )
        return list(connection.scalars(question.order_by(interaction.c.id)))

    def calls(self, connection: Connection) -> list[tuple[int, str]]:
        """Rows of the journalled calls among his contacts, with their outward ids."""
        found = []
        for some in chunks(self.contacts(connection)):
            question = select(call.c.id, call.c.public_id).join(
                interaction, interaction.c.public_id == call.c.public_id
            )
            rows = connection.execute(question.where(interaction.c.id.in_(some)))
            found += [(row.id, row.public_id) for row in rows]
        return found

    def tickets(self, connection: Connection) -> list[int]:
        """Rows of his tickets."""
        question = select(ticket.c.id).where(ticket.c.customer_id.in_(self.ids))
        return list(connection.scalars(question.order_by(ticket.c.id)))

    def articles(self, connection: Connection) -> list[int]:
        """Rows of all that was said on his tickets."""
        found: list[int] = []
        for some in chunks(self.tickets(connection)):
            question = select(ticket_article.c.id).where(ticket_article.c.ticket_id.in_(some))
            found += connection.scalars(question)
        return found

    def items(self, connection: Connection) -> list[int]:
        """Rows of what he sent to the intake pool."""
        found = set[int](connection.scalars(select(intake_item.c.id).where(self._sent())))
        for some in chunks(self.tickets(connection)):
            question = select(intake_item.c.id).where(intake_item.c.ticket_id.in_(some))
            found |= set(connection.scalars(question))
        return sorted(found)

    def _sent(self) -> ColumnElement[bool]:
        return (intake_item.c.tenant_id == self.tenant) & or_(
            intake_item.c.suggested_customer_id.in_(self.ids),
            intake_item.c.sender_norm.in_(self.senders),
        )


def subject_of(connection: Connection, tenant: int, ref: str) -> Subject:
    """Whom this id or number means now. Raises NotFoundError."""
    return subject_at(connection, need(connection, tenant, ref).id)


def subject_at(connection: Connection, key: int) -> Subject:
    """The customer of a row, or whom he was merged into."""
    above = merged_into(connection, [key])
    root = next(each for each, into in sorted(above.items()) if into is None)
    ids = tuple(sorted(merged_into(connection, [root])))
    rows = connection.execute(select(customer).where(customer.c.id.in_(ids))).all()
    top = next(row for row in rows if row.id == root)
    points = connection.execute(
        select(contact_point).where(contact_point.c.customer_id.in_(ids))
    ).all()
    values = sorted({row.value_norm for row in points if row.value_norm})
    return Subject(
        tenant=top.tenant_id,
        root=root,
        public_id=top.public_id,
        ids=ids,
        values=tuple(values),
        own=tuple(_own(connection, top.tenant_id, ids, values)),
        written=tuple(sorted({row.value_raw for row in points if row.value_raw})),
        names=tuple(
            sorted({text for row in rows for text in (row.full_name, row.customer_no) if text})
        ),
    )


def chunks(keys: Iterable[int]) -> Iterator[Sequence[int]]:
    """Keys in parts that any database takes in one question."""
    every = list(keys)
    for begin in range(0, len(every), CHUNK):
        yield every[begin : begin + CHUNK]


def _own(
    connection: Connection, tenant: int, ids: Sequence[int], values: Sequence[str]
) -> list[str]:
    """The values that no other customer has, or has had."""
    question = select(contact_point.c.value_norm).where(
        contact_point.c.tenant_id == tenant,
        contact_point.c.value_norm.in_(values),
        contact_point.c.customer_id.not_in(ids),
    )
    others = set(connection.scalars(question))
    return [value for value in values if value not in others]
