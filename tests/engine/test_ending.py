"""How a call is written down: the first outcome that fits."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.domain.call import CallId, Cause, EndedBy, Outcome, Result
from ivr.engine.ending import close_interaction, outcome_of
from ivr.engine.state import State
from tests.fakes.call_script import START


def ended(**facts: Any) -> State:  # noqa: ANN401 - fields of the state
    """A call that ended so."""
    return State(CallId("C"), "hash", "1", START, **facts)


@pytest.mark.parametrize(
    ("facts", "outcome", "result"),
    [
        ({}, Outcome.LEFT_MENU, Result.SUCCESS),
        ({"failed": True}, Outcome.FAILED, Result.SERVER_ERROR),
        ({"cause": Cause.FAILED}, Outcome.LEFT_MENU, Result.UPSTREAM_ERROR),
        ({"cause": Cause.SYSTEM_LOST}, Outcome.SYSTEM_LOST, Result.SERVER_ERROR),
        ({"cause": Cause.SYSTEM_LOST, "failed": True}, Outcome.SYSTEM_LOST, Result.SERVER_ERROR),
        ({"outcome": "paid", "cause": Cause.SYSTEM_LOST}, "paid", Result.SERVER_ERROR),
        ({"outcome": "self_served", "failed": True}, "self_served", Result.SERVER_ERROR),
    ],
)
def test_the_first_outcome_that_fits(facts: dict[str, Any], outcome: str, result: Result) -> None:
    state = ended(**facts)
    assert outcome_of(state) == outcome
    assert close_interaction(state, START).result == result


def test_who_ended_it_how_and_where_it_went_are_written_down() -> None:
    state = ended(path=["a", "b"], note="said", language="en", ended_by=EndedBy.LOST)
    closing = close_interaction(state, START)
    assert (closing.path, closing.note, closing.language) == (("a", "b"), "said", "en")
    assert closing.ended_by is EndedBy.LOST
    assert closing.segments[0].detail == ""
