"""The address of a database, as written in the configuration."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ivr.domain.errors import StoreError

_FORMS = "sqlite:///path/to/file or postgresql://user:password@host/name"


def read_address(url: str) -> URL:
    """Read an address. Raises StoreError, which never repeats the password."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(f"the database address cannot be read; it looks like {_FORMS}") from None
    if address.drivername == "sqlite" and address.database not in {None, "", ":memory:"}:
        return address
    if address.drivername == "postgresql" and address.host and address.database:
        return address
    raise StoreError(f"no such kind of database: {address.drivername}; it looks like {_FORMS}")


def sqlite_path(address: URL) -> Path:
    """The file of an SQLite address."""
    return Path(str(address.database))
