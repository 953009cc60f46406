"""Columns that many tables share: what must be there, what may be missing, what is by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import DateTime, MetaData, Table, create_engine, insert, select
from sqlalchemy.exc import IntegrityError

from ivr.store.tables import METADATA
from ivr.store.tables.columns import (
    flag,
    moment,
    plain,
    public_id,
    row_id,
    tenant,
    version,
    whole,
    word,
    words,
)
from ivr.store.types import UTC as MOMENT

THING = Table(
    "thing",
    MetaData(),
    row_id(),
    public_id(),
    tenant(),
    word("code"),
    words("note", missing=True),
    moment("at"),
    whole("count", default=3),
    flag("active", default=True),
    plain("facts"),
    version(),
)
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_what_is_not_written_has_the_tenant_1_the_version_1_and_its_own_default() -> None:
    engine = create_engine("sqlite://")
    THING.metadata.create_all(engine)
    with engine.begin() as connection:
        row = {"public_id": "x", "code": "c", "at": AT, "facts": {"ş": [1]}}
        connection.execute(insert(THING).values(**row))
        found = connection.execute(select(THING)).mappings().one()
    assert [found[name] for name in ("id", "tenant_id", "version", "count")] == [1, 1, 1, 3]
    assert (found["active"], found["note"], found["at"]) == (True, None, AT)
    assert found["facts"] == {"ş": [1]}


@pytest.mark.parametrize("left_out", ["public_id", "code", "at", "facts"])
def test_what_must_be_written_is_refused_when_it_is_missing(left_out: str) -> None:
    engine = create_engine("sqlite://")
    THING.metadata.create_all(engine)
    row = {"public_id": "x", "code": "c", "at": AT, "facts": {}}
    del row[left_out]
    with engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(insert(THING).values(**row))


def test_no_table_keeps_a_moment_without_its_zone() -> None:
    columns = [column for table in METADATA.tables.values() for column in table.c]
    assert not [column for column in columns if isinstance(column.type, DateTime)]
    assert any(isinstance(column.type, MOMENT) for column in columns)
