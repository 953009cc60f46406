"""Who talked with a caller, as surveys ask it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ivr.domain.call import Segment
from ivr.engine.party import OUTSIDE, QUEUE, TALK
from ivr.engine.record.talks import agent_of_record, ended_outside, talked_s
from tests.fakes.call_script import START


def part(kind: str, begin: float, end: float, who: str = "") -> Segment:
    at = [START + timedelta(seconds=each) for each in (begin, end)]
    return Segment(kind, at[0], at[1], who)


@pytest.mark.parametrize(
    ("parts", "seconds", "agent", "outside"),
    [
        ([], 0, "", False),
        ([part(QUEUE, 0, 30, "cards")], 0, "", False),
        ([part(TALK, 0, 30, "ayse")], 30, "ayse", False),
        ([part(TALK, 0, 30, "ayse"), part(TALK, 31, 40.999, "can")], 39.999, "ayse", False),
        ([part(TALK, 0, 30, "ayse"), part(TALK, 31, 41, "can")], 40, "can", False),
        ([part(TALK, 0, 5, "ayse"), part(TALK, 5, 9, "can")], 9, "can", False),
        ([part(TALK, 0, 30, "ayse"), part(TALK, 10, 60, "can")], 60, "can", False),
        ([part(TALK, 0, 60, "ayse"), part(TALK, 10, 30, "can")], 60, "ayse", False),
        ([part(TALK, 0, 30, "ayse"), part(OUTSIDE, 30, 90, "desk")], 30, "ayse", True),
        ([part(OUTSIDE, 0, 20, "desk"), part(TALK, 30, 90, "can")], 60, "can", False),
    ],
)
def test_the_agent_of_record_is_the_last_who_really_talked(
    parts: list[Segment], seconds: float, agent: str, outside: bool
) -> None:
    assert talked_s(parts) == pytest.approx(seconds)
    assert (agent_of_record(parts), ended_outside(parts)) == (agent, outside)
