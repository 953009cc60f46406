"""Column types."""

from __future__ import annotations

from datetime import UTC as UTC_ZONE
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import DateTime

from ivr.store.tables import METADATA
from ivr.store.types import UTC

if TYPE_CHECKING:
    from sqlalchemy import Dialect

DIALECTS: tuple[Dialect, ...] = (sqlite.dialect(), postgresql.dialect())  # type: ignore[no-untyped-call]
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
YEARS = (datetime(2, 1, 1), datetime(9998, 1, 1))  # noqa: DTZ001 - hypothesis wants naive bounds


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_naive_time_is_refused(dialect: Dialect) -> None:
    with pytest.raises(ValueError, match="naive datetime"):
        UTC().process_bind_param(datetime.fromisoformat("2026-11-23T12:00:00"), dialect)


@given(st.datetimes(*YEARS, timezones=ZONES), st.sampled_from(DIALECTS))
def test_a_moment_survives_the_database_to_the_microsecond(at: datetime, dialect: Dialect) -> None:
    back = UTC().process_result_value(UTC().process_bind_param(at, dialect), dialect)
    assert back == at
    assert back is not None
    assert back.tzinfo is UTC_ZONE


def test_nothing_stays_nothing() -> None:
    for dialect in DIALECTS:
        assert UTC().process_bind_param(None, dialect) is None
        assert UTC().process_result_value(None, dialect) is None


def test_no_table_has_a_plain_datetime() -> None:
    plain = [
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, DateTime)
    ]
    assert plain == []


@given(st.datetimes(*YEARS, timezones=ZONES))
def test_sqlite_gets_the_text_that_sqlalchemy_would_write(at: datetime) -> None:
    theirs = DateTime(timezone=True).dialect_impl(DIALECTS[0]).bind_processor(DIALECTS[0])
    ours = UTC().bind_processor(DIALECTS[0])
    assert ours is not None
    assert theirs is not None
    assert ours(at) == theirs(UTC().process_bind_param(at, DIALECTS[0]))
    assert ours(None) is None


def test_a_naive_time_is_no_text_either() -> None:
    ours = UTC().bind_processor(DIALECTS[0])
    assert ours is not None
    with pytest.raises(ValueError, match="naive datetime"):
        ours(datetime.fromisoformat("2026-11-23T12:00:00"))
