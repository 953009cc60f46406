"""What is written of a queue, as it is played and as the flow reads it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from ivr.flow.cases.model import Given, QueueGiven
from ivr.flow.cases.written.queues import fate_of
from tests.flow.cases.scene import call, case_file, told


def given(text: str) -> Given:
    """What is given of the one queue."""
    return case_file(call(given=f"{{queues: {{desk: {text}}}}}")).cases[0].given


def test_everything_that_may_be_said_is_read() -> None:
    found = given("{agents: 2, answers: 15s, talks: 1m, rejects: 2, position: 4, estimate: 5m}")
    assert found.queues["desk"] == QueueGiven(15.0, 60.0, "", 2, 4, 300.0)
    assert found.facts["queues.desk.waiting"] == Decimal(3)
    assert found.facts["queues.desk.estimate"] == timedelta(minutes=5)


@pytest.mark.parametrize("word", ["full", "timeout", "nobody"])
def test_a_queue_that_refuses_says_how(word: str) -> None:
    found = given(f"{{agents: 2, {word}: true}}")
    assert found.queues["desk"].refuses == word
    assert fate_of(found.queues["desk"]) == word
    assert found.facts["queues.desk.open"] is (word != "nobody")


def test_a_queue_without_agents_has_nobody() -> None:
    found = given("{agents: 0}")
    assert found.queues["desk"].refuses == "nobody"
    assert given("{}").queues["desk"] == QueueGiven()
    assert fate_of(QueueGiven()) == ""


def test_mistakes_are_told_once() -> None:
    text = call(given="{queues: {desk: {answers: soon}}}")
    assert [one.partition(" T")[2][:3] for one in told(text)] == ["103"]
