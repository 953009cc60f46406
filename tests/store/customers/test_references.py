"""Every table that points to customers is moved by a merge, or there is a reason why not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, create_engine, select

from ivr.store.customers.references import outward, references, rows_named, rows_of, write
from ivr.store.tables import METADATA, asset, contact_point, customer, interaction, product
from ivr.tickets.merging import Write
from tests.fakes.filled_rows import NOON, fill

STAYS = {
    ("customer", "merged_into"): "says where a merged customer went",
    ("customer_key", "customer_id"): "seals values of the record it was made for",
    ("customer_merge", "survivor_id"): "the journal itself",
    ("customer_merge", "loser_id"): "the journal itself",
}


@pytest.fixture
def connection() -> Connection:
    """An SQLite database in memory."""
    opened = create_engine("sqlite://").connect()
    METADATA.create_all(opened)
    return opened


def test_every_column_that_points_to_customers_is_moved() -> None:
    known = {(one.table, column) for one in references(NOON, "") for column in one.columns}
    keys = {
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.c
        for key in column.foreign_keys
        if key.column.table is customer
    }
    # Not a foreign key, see its table.
    keys.add(("interaction", "customer_id"))
    assert keys - set(STAYS) == known


def test_only_what_can_be_in_the_way_is_read_of_the_survivor(connection: Connection) -> None:
    survivor, loser = (fill(connection, customer, full_name="", name_fold="") for _ in "ab")
    for who in (survivor, loser):
        fill(connection, contact_point, customer_id=who)
        fill(connection, interaction, customer_id=who)
    rows = list(rows_of(connection, references(NOON, ""), loser, survivor))
    assert [row.table for row in rows] == ["contact_point", "contact_point", "interaction"]


def test_days_are_text_for_the_rules_and_times_become_times_again(connection: Connection) -> None:
    who = fill(connection, customer, full_name="", name_fold="")
    kind = fill(connection, product, path="p")
    key = fill(connection, asset, customer_id=who, product_id=kind, sold_on=date(2026, 1, 2))
    (row,) = rows_named(connection, [("asset", key)])
    assert (row.values["sold_on"], row.values["created_at"]) == ("2026-01-02", NOON)
    write(connection, Write("asset", key, {"created_at": "2026-11-23T12:00:00+00:00"}))
    stored = connection.scalar(select(asset.c.created_at))
    assert stored == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_row_that_is_gone_is_not_named(connection: Connection) -> None:
    assert list(rows_named(connection, [("asset", 7)])) == []


def test_a_row_is_called_by_its_public_id(connection: Connection) -> None:
    key = fill(connection, customer, full_name="", name_fold="", public_id="01A")
    assert outward(connection, "customer", key) == "01A"
    assert outward(connection, "customer", key + 1) == ""
