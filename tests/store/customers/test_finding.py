"""The short search: by the begin of a folded name, letter by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, create_engine

from ivr.store.customers.finding import search
from ivr.store.tables import METADATA, customer
from tests.fakes.filled_rows import fill

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def connection() -> Iterator[Connection]:
    """An SQLite database in memory with a few names."""
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        METADATA.create_all(opened)
        for name in ("isik", "isil", "is bank", "iz", "ırmak"):
            fill(opened, customer, full_name=name, name_fold=name, customer_no=f"no {name}")
        yield opened
    engine.dispose()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("IŞ", ["isik", "isil", "is bank"]),
        ("işi", ["isik", "isil"]),
        ("is b", ["is bank"]),
        ("isi%", []),
        ("i", []),
        ("12", []),
    ],
)
def test_a_name_is_found_by_its_begin(connection: Connection, text: str, names: list[str]) -> None:
    found = search(text, 1, "TR", 10, connection)
    assert [hit.customer.full_name for hit in found] == names


def test_no_more_than_wanted_is_given(connection: Connection) -> None:
    assert len(search("is", 1, "TR", 2, connection)) == 2
    assert search("is", 2, "TR", 2, connection) == []
