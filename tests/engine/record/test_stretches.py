"""A call cut into stretches: the caller's without gap or overlap, the agents' beside them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.call import Segment
from ivr.engine.record.stretches import Stretch, answered_at, stretches, sums

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
END = 60


def at(second: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=second)


def cut(*segments: tuple[str, float, float, str], answered: float | None = 0) -> list[Stretch]:
    """The stretches of a call of a minute."""
    made = [Segment(kind, at(begin), at(end), detail) for kind, begin, end, detail in segments]
    return list(stretches(made, None if answered is None else at(answered), at(END)))


def brief(parts: list[Stretch]) -> list[tuple[str, float, float]]:
    """Kind, begin and end in seconds."""
    return [
        (one.kind, (one.started_at - NOON).total_seconds(), (one.ended_at - NOON).total_seconds())
        for one in parts
    ]


TALKED = (
    ("ivr", 0, 5, "bank"),
    ("queue", 5, 15, "cards answered"),
    ("ring", 5, 10, "can"),
    ("ring", 10, 15, "ayse"),
    ("talk", 15, 50, "ayse"),
    ("hold", 20, 30, "ayse"),
    ("ivr", 50, 60, "bank"),
)


def test_a_hold_cuts_the_talk_and_offers_lie_beside_the_wait() -> None:
    assert brief(cut(*TALKED)) == [
        ("ivr", 0, 5),
        ("offer", 5, 10),
        ("queue", 5, 15),
        ("offer", 10, 15),
        ("talk", 15, 20),
        ("hold", 20, 30),
        ("talk", 30, 50),
        ("ivr", 50, 60),
    ]


def test_each_stretch_says_whose_it_is_and_how_it_ended() -> None:
    told = [(one.kind, one.party, one.queue, one.agent, one.result) for one in cut(*TALKED)]
    assert told == [
        ("ivr", "caller", "", "", ""),
        ("offer", "agent", "cards", "can", "missed"),
        ("queue", "caller", "cards", "", "answered"),
        ("offer", "agent", "cards", "ayse", "accepted"),
        ("talk", "caller", "cards", "ayse", ""),
        ("hold", "caller", "cards", "ayse", ""),
        ("talk", "caller", "cards", "ayse", ""),
        ("ivr", "caller", "", "", ""),
    ]


def test_two_agents_at_once_are_a_conference() -> None:
    parts = cut(("talk", 0, 40, "ayse"), ("talk", 30, 60, "can"))
    assert brief(parts) == [("talk", 0, 30), ("conference", 30, 40), ("talk", 40, 60)]
    assert [one.agent for one in parts] == ["ayse", "ayse", "can"]


def test_a_wait_that_was_over_at_once_is_kept() -> None:
    parts = cut(("ivr", 0, 60, "bank"), ("queue", 20, 20, "cards full"))
    assert brief(parts) == [("ivr", 0, 20), ("queue", 20, 20), ("ivr", 20, 60)]
    assert parts[1].result == "full"


def test_who_is_reached_outside_is_external() -> None:
    parts = cut(("ivr", 0, 10, "bank"), ("transfer", 10, 60, "branch"))
    assert brief(parts) == [("ivr", 0, 10), ("external", 10, 60)]


def test_somebody_we_called_is_there_from_his_answer_on() -> None:
    called = (("queue", 0, 8, "cards answered"), ("ring", 0, 8, "ayse"), ("dial", 8, 20, ""))
    parts = cut(*called, ("talk", 20, 60, "ayse"), answered=20)
    assert brief(parts) == [("offer", 0, 8), ("talk", 20, 60)]
    assert [one.queue for one in parts] == ["cards", "cards"]
    assert answered_at([Segment("dial", at(8), at(20))]) == at(20)


def test_whom_nobody_reached_has_no_stretches() -> None:
    assert cut(("ivr", 0, 60, "bank"), answered=None) == []
    assert answered_at([]) is None


def test_a_call_that_was_over_at_once_has_one_stretch_without_length() -> None:
    assert brief(list(stretches([], at(0), at(0)))) == [("ivr", 0, 0)]


@pytest.mark.parametrize(("took", "ms"), [(0.0204, 21), (20.4, 20400), (0, 0)])
def test_sums_are_rounded_up_so_that_a_limit_is_never_passed_unseen(took: float, ms: int) -> None:
    assert sums([Stretch("talk", at(0), at(took), party="caller")])["talk_ms"] == ms


SEGMENTS = st.lists(
    st.tuples(
        st.sampled_from(("ivr", "queue", "ring", "talk", "transfer", "hold")),
        st.integers(0, END),
        st.integers(0, END),
        st.sampled_from(("ayse", "can")),
    ).map(lambda it: (it[0], min(it[1:3]), max(it[1:3]), it[3])),
    max_size=8,
)


@given(segments=SEGMENTS, answered=st.integers(0, END))
def test_the_stretches_of_the_caller_partition_the_call(
    segments: list[tuple[str, float, float, str]], answered: int
) -> None:
    parts = cut(*segments, answered=answered)
    own = [one for one in parts if one.party == "caller"]
    assert (own[0].started_at, own[-1].ended_at) == (at(answered), at(END))
    assert all(before.ended_at == after.started_at for before, after in pairwise(own))
    offers = [one for one in parts if one.party == "agent"]
    assert len(offers) == sum(one[0] == "ring" for one in segments)


@given(segments=SEGMENTS)
def test_the_sums_add_up_to_the_call(segments: list[tuple[str, float, float, str]]) -> None:
    parts = cut(*segments)
    outside = sum(end - begin for kind, begin, end in brief(parts) if kind == "external")
    assert sum(sums(parts).values()) == (END - outside) * 1000
