"""A session comes back from the store as it went in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.surveys.texting.dialogue import Answer, Session
from ivr.surveys.texting.keeping import kept, read_back

NOW = datetime(2026, 11, 23, 10, 0, 0, 7, tzinfo=UTC)
MOMENTS = st.integers(0, 10**9).map(lambda us: NOW + timedelta(microseconds=us))
ANSWERS = st.builds(
    Answer,
    question=st.text(min_size=1, max_size=8),
    number=st.none() | st.integers(0, 10),
    value=st.text(max_size=8),
    comment=st.text(max_size=8),
    raw=st.text(max_size=8),
    tries=st.integers(1, 2),
    at=MOMENTS,
)
SESSIONS = st.builds(
    Session,
    begun_at=MOMENTS,
    asked_at=MOMENTS,
    question=st.text(max_size=8),
    tries=st.integers(0, 2),
    heard_at=st.none() | MOMENTS,
    reminded=st.booleans(),
    answers=st.lists(ANSWERS, max_size=4).map(lambda all_: {each.question: each for each in all_}),
)


@given(SESSIONS)
def test_it_survives_being_stored_as_json(session: Session) -> None:
    found = read_back(json.loads(json.dumps(kept(session))))
    assert found == session
    assert list(found.answers) == list(session.answers)


def test_what_is_no_session_is_refused() -> None:
    with pytest.raises(KeyError):
        read_back({})
