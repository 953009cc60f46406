"""Two systems that keep one ticket agree in the end, whatever happened in whichever order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.agreeing import FIELDS, OURS, THEIRS, agreed, meet


def fields(status: str = "new", assignee: str = "", priority: str = "2") -> dict[str, str]:
    return {"status": status, "assignee": assignee, "priority": priority}


def test_what_nobody_changed_is_left_alone() -> None:
    found = meet(fields(), fields(), fields(), OURS)
    assert (found.take, found.give, found.both) == ({}, frozenset(), ())


@pytest.mark.parametrize("master", [OURS, THEIRS])
def test_who_alone_changed_a_field_is_followed(master: str) -> None:
    assert meet(fields(), fields(), fields("open"), master).take == {"status": "open"}


def test_what_we_alone_changed_is_given_unless_theirs_counts() -> None:
    assert meet(fields(), fields("open"), fields(), OURS).give == {"status"}
    assert meet(fields(), fields("open"), fields(), THEIRS).give == frozenset()


def test_where_both_changed_the_same_field_the_master_decides() -> None:
    args = (fields(), fields("open"), fields("stalled"))
    ours, theirs = meet(*args, OURS), meet(*args, THEIRS)
    assert (ours.take, set(ours.give), ours.both) == ({}, {"status"}, ("status",))
    assert (theirs.take, set(theirs.give)) == ({"status": "stalled"}, set())
    assert theirs.both == ("status",)


def test_what_both_changed_alike_is_no_matter() -> None:
    found = meet(fields(), fields("open"), fields("open"), THEIRS)
    assert (found.take, found.give, found.both) == ({}, frozenset(), ())


def test_at_first_sight_ours_is_what_was_opened_there() -> None:
    assert meet(None, fields("open"), fields("new"), OURS).give == {"status"}
    found = meet(None, fields("open"), fields("new"), THEIRS)
    assert (found.take, set(found.give)) == ({}, set())


def test_an_owner_whom_they_do_not_know_is_never_given() -> None:
    ours = {"status": "new", "priority": "2"}
    assert meet(fields(), ours, fields(), OURS).give == frozenset()
    assert meet(fields(), ours, fields(assignee="bob"), OURS).take == {"assignee": "bob"}


def test_what_ours_could_not_take_stays_open_and_is_seen_again() -> None:
    kept = agreed(fields(), fields("deleted", "bob"), {}, ["status"])
    assert kept == fields("new", "bob")
    assert meet(kept, fields("new", "bob"), fields("deleted", "bob"), OURS).take == {
        "status": "deleted"
    }


WORDS = st.sampled_from(["a", "b", "c"])
TICKET = st.fixed_dictionaries(dict.fromkeys(FIELDS, WORDS))
SIDES = st.lists(st.tuples(st.booleans(), st.sampled_from(FIELDS), WORDS, st.booleans()))


@given(start=TICKET, steps=SIDES)
def test_any_changes_on_both_sides_end_in_agreement_and_then_in_silence(
    start: dict[str, str], steps: list[tuple[bool, str, str, bool]]
) -> None:
    """Each step changes one side; after some of them they meet. Ours counts."""
    ours, theirs, before = dict(start), dict(start), dict(start)
    for is_ours, field, word, meets in [*steps, (True, "status", "a", True)]:
        (ours if is_ours else theirs)[field] = word
        if meets:
            ours, theirs, before = _met(before, ours, theirs)
    assert ours == theirs == before
    again = meet(before, ours, theirs, OURS)
    assert (again.take, again.give) == ({}, frozenset())


def _met(before: dict[str, str], ours: dict[str, str], theirs: dict[str, str]) -> Any:  # noqa: ANN401
    found = meet(before, ours, theirs, OURS)
    given_ = {field: ours[field] for field in found.give}
    return {**ours, **found.take}, {**theirs, **given_}, agreed(before, theirs, given_)
