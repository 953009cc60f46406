"""When a fake source answers, and what."""

from __future__ import annotations

import pytest

from ivr.domain.call import Turn
from ivr.domain.commands import Fetch
from ivr.flow.cases.model import Lookup
from ivr.flow.cases.sources import Sources
from tests.flow.cases.scene import shop_world

ASK = Fetch(turn=Turn(4), source="order", limit_s=1.0, retry=2)


def sources(*given: Lookup) -> Sources:
    """Sources of which one is given."""
    return Sources({"order": given} if given else {}, shop_world().sources, "tr")


@pytest.mark.parametrize(
    ("lookup", "after_ms", "result", "reason"),
    [
        (Lookup("found", {}, 0.9), 900, "found", ""),
        (Lookup("found", {}, 1.0), 1000, "found", ""),
        (Lookup("found", {}, 1.1), 3400, "failed", "timeout"),
        (Lookup("missing", {}, 0.3), 300, "missing", ""),
        (Lookup("missing", {}, 3.0), 3400, "failed", "timeout"),
        (Lookup("failed", {}, 0.2, "timeout"), 3400, "failed", "timeout"),
        (Lookup("failed", {}, 0.2, "error"), 1000, "failed", "error"),
        (Lookup("failed", {}, 0.1, "shape"), 700, "failed", "shape"),
    ],
)
def test_an_answer_takes_all_its_tries(
    lookup: Lookup, after_ms: int, result: str, reason: str
) -> None:
    took_ms, answer = sources(lookup).answer(ASK)
    assert (took_ms, answer.result, answer.reason) == (after_ms, result, reason)
    assert (answer.turn, answer.took_ms) == (Turn(4), after_ms)


def test_one_per_lookup_and_the_last_repeats() -> None:
    asked = sources(Lookup("missing"), Lookup("found"))
    assert [asked.answer(ASK)[1].result for _ in range(3)] == ["missing", "found", "found"]


def test_a_lookup_that_is_asked_again_gets_the_same_answer() -> None:
    asked = sources(Lookup("missing"), Lookup("found"))
    asked.answer(ASK)
    asked.forget("order")
    assert asked.answer(ASK)[1].result == "missing"


def test_a_source_that_is_not_given_finds_a_made_up_record() -> None:
    after_ms, answer = sources().answer(ASK)
    assert (after_ms, answer.record["state"], answer.record["note"]) == (200, "state", None)
