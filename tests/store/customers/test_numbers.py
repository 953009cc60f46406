"""Numbers of customers: a row of their own for each tenant."""

from __future__ import annotations

from sqlalchemy import create_engine, select

from ivr.flow.expressions.checks import damm
from ivr.store.customers.numbers import NAME, next_number
from ivr.store.tables import METADATA, number_sequence


def test_each_tenant_counts_for_himself_and_every_number_can_be_checked() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        METADATA.create_all(connection)
        first = [next_number(connection, 1) for _ in range(30)]
        assert [number[:-1] for number in first] == [str(100_000 + one) for one in range(30)]
        assert all(damm(number) for number in first)
        assert next_number(connection, 2) == first[0]
        row = connection.execute(
            select(number_sequence).where(number_sequence.c.tenant_id == 1)
        ).one()
        assert (row.name, row.width, row.next_value) == (NAME, 6, 100_030)
    engine.dispose()
