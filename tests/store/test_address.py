"""Addresses of databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.domain.errors import StoreError
from ivr.store.address import read_address, sqlite_path


def test_a_relative_and_an_absolute_file_are_told_apart() -> None:
    assert sqlite_path(read_address("sqlite:///data/ivr.db")) == Path("data/ivr.db")
    assert sqlite_path(read_address("sqlite:////var/lib/ivr.db")) == Path("/var/lib/ivr.db")


def test_a_postgresql_address_is_read() -> None:
    address = read_address("postgresql://ivr:s%40crt@db.example:5433/calls")
    assert (address.host, address.port, address.database) == ("db.example", 5433, "calls")
    assert str(address.password) == "s@crt"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ivr.db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://u:hunter2@h/n",
        "postgresql://u:hunter2@/n",
        "postgresql://u:hunter2@h",
        "postgresql://u:hunter2@h:port/n",
    ],
)
def test_anything_else_is_refused_without_repeating_the_password(url: str) -> None:
    with pytest.raises(StoreError, match="sqlite:///path") as caught:
        read_address(url)
    assert "hunter2" not in str(caught.value)
