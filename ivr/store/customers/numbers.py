"""Customer numbers: all digits, so that they can be keyed, with a check digit at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from ivr.flow.expressions.checks import damm_digit
from ivr.store.tables import customer, number_sequence

if TYPE_CHECKING:
    from sqlalchemy import Connection

NAME = "customer"
_FIRST, _WIDTH = 100_000, 6


def next_number(connection: Connection, tenant: int) -> str:
    """The next number of this tenant that no customer has: six digits or more and a Damm digit.

    The sequence is moved in the transaction that uses the number, so that none is lost or given
    twice; numbers that were imported are skipped.
    """
    while True:
        serial = str(_taken(connection, tenant))
        number = serial + damm_digit(serial)
        same = (customer.c.tenant_id == tenant) & (customer.c.customer_no == number)
        if connection.scalar(select(customer.c.id).where(same)) is None:
            return number


def _taken(connection: Connection, tenant: int) -> int:
    mine = (number_sequence.c.tenant_id == tenant) & (number_sequence.c.name == NAME)
    forward = (
        update(number_sequence).where(mine).values(next_value=number_sequence.c.next_value + 1)
    )
    after = connection.scalar(forward.returning(number_sequence.c.next_value))
    if after is not None:
        return int(after) - 1
    begun = {"tenant_id": tenant, "name": NAME, "width": _WIDTH, "next_value": _FIRST + 1}
    connection.execute(insert(number_sequence).values(begun))
    return _FIRST
