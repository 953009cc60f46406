"""Cursors lead back to where a page ended, and nothing else is one."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import NotValidError
from ivr.store.desk.pages import cursor_of, read_cursor

NOON = datetime(2026, 11, 23, 12, 0, 0, 250_001, tzinfo=UTC)


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=3))])), st.text())
def test_a_cursor_is_read_as_it_was_written(at: datetime, name: str) -> None:
    assert read_cursor(cursor_of(at, name)) == (at, name)


@pytest.mark.parametrize(
    "text", ["{}", "[]", '["2026-11-23T12:00:00", "x"]', '["x", "y"]', "[1, 2]", '["2026", 3]']
)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(NotValidError):
        read_cursor(urlsafe_b64encode(text.encode()).decode())


@pytest.mark.parametrize("text", ["x", "ş", "====", "AAAA"])
def test_what_is_not_even_text_is_refused(text: str) -> None:
    with pytest.raises(NotValidError):
        read_cursor(text)
