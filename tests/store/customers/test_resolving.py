"""From what a customer was called to whom that is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, create_engine, update

from ivr.domain.errors import NotFoundError
from ivr.store.customers.resolving import find, is_public_id, need
from ivr.store.tables import METADATA, customer
from tests.fakes.filled_rows import fill

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def connection() -> Iterator[Connection]:
    """An SQLite database in memory."""
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        METADATA.create_all(opened)
        yield opened
    engine.dispose()


def _chain(connection: Connection, length: int) -> None:
    """Customers k0, k1 ...: each has gone into the next."""
    into = None
    for number in reversed(range(length)):
        names = {"full_name": "", "name_fold": "", "customer_no": f"k{number}"}
        into = fill(connection, customer, merged_into=into, **names)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", True),
        ("01arz3ndektsv4rrffq69g5fav", False),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAU", False),
        ("1000006", False),
    ],
)
def test_a_public_id_is_told_from_a_number(text: str, *, is_one: bool) -> None:
    assert is_public_id(text) is is_one


def test_eight_steps_are_gone_and_no_more(connection: Connection) -> None:
    _chain(connection, 10)
    row = find(connection, 1, "k1")
    assert row is not None
    assert (row.customer_no, row.hops) == ("k9", 8)
    assert find(connection, 1, "k0") is None


def test_a_circle_leads_nowhere(connection: Connection) -> None:
    _chain(connection, 2)
    connection.execute(update(customer).values(merged_into=customer.c.id))
    assert find(connection, 1, "k0") is None
    with pytest.raises(NotFoundError):
        need(connection, 1, "k0", lock=True)


def test_another_tenant_has_no_such_customer(connection: Connection) -> None:
    _chain(connection, 1)
    assert need(connection, 1, "k0", lock=True).customer_no == "k0"
    with pytest.raises(NotFoundError):
        need(connection, 2, "k0")
