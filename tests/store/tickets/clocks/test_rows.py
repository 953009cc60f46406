"""Courses, keys and levels of escalation as they are stored."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.store.tickets.clocks.rows import (
    key_of,
    read_course,
    rule_word,
    rules_of,
    write_course,
    written_key,
)
from ivr.tickets.sla.course import Course, opened, step
from ivr.tickets.sla.happenings import (
    Answered,
    Assigned,
    CallbackPromised,
    CallbackTried,
    CustomerWrote,
    Moved,
    Opened,
    Pooled,
)
from ivr.tickets.sla.writing import Key
from ivr.tickets.states import TYPES

if TYPE_CHECKING:
    from ivr.tickets.sla.happenings import Happening

AT = datetime(2026, 11, 23, 9, 0, 0, 250_001, tzinfo=UTC)
HAPPENINGS: st.SearchStrategy[Happening] = st.one_of(
    st.sampled_from((Answered(AT), CustomerWrote(AT), Assigned(AT, "ali"), Pooled(AT, "ş"))),
    st.sampled_from(TYPES).map(lambda state: Moved(AT, state)),
    st.booleans().map(lambda reached: CallbackTried(AT, reached)),
    st.just(CallbackPromised(AT, AT)),
)


@given(st.lists(HAPPENINGS, max_size=12))
def test_a_course_comes_back_as_it_was(happenings: list[Happening]) -> None:
    course: Course = opened(Opened(AT, "cards"))
    for each in happenings:
        course = step(each, course)
    assert read_course(json.loads(json.dumps(write_course(course)))) == course


@pytest.mark.parametrize(
    ("kind", "policy", "owner"), [("sla", "vip", ""), ("ola", "inner", "inner"), ("uc", "u", "u")]
)
def test_only_inner_clocks_belong_to_their_policy(kind: Any, policy: str, owner: str) -> None:  # noqa: ANN401 - of a row
    row: Any = {"kind": kind, "policy": policy, "metric": "resolution", "instance": 2}
    assert key_of(row) == Key(kind, owner, "resolution", 2)
    assert written_key(key_of(row)) == f"{kind}:{owner}:resolution:2"


def test_a_level_is_one_word() -> None:
    assert rule_word(("a/b", 3, 7)) == "a/b/3"


def test_a_policy_that_is_gone_escalates_nothing() -> None:
    operation: Any = SimpleNamespace(catalogue=SimpleNamespace(policies=()))
    clock: Any = SimpleNamespace(state=SimpleNamespace(policy="gone"))
    assert rules_of(operation, clock) == ()
