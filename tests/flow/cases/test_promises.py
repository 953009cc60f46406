"""How long until a person: from the answer, and from the last valid input."""

from __future__ import annotations

import pytest

from ivr.flow.cases.actions import Actor
from ivr.flow.cases.channel import LineChannel
from ivr.flow.cases.fuzzing.fuzz import _try
from ivr.flow.cases.virtual import VirtualCall
from tests.flow.cases.scene import SHOP, call, case_file, stage

TIGHT = SHOP.replace("human_within: 90s, stuck_within: 90s", "human_within: 5s, stuck_within: 8s")


def watched(talk: str, flow: str = SHOP) -> VirtualCall:
    """A call lived to its end."""
    on = stage(flow)
    lived = VirtualCall(on, case_file(call(talk), on).cases[0], LineChannel())
    lived.begin()
    actor = Actor(lived)
    for act in lived.case.talk:
        _try(actor, act)
    lived.run_until(lambda: False)
    return lived


def test_a_silent_caller_is_measured_from_the_answer() -> None:
    watch = watched("[]").watch
    assert watch.waits == [("human_within", 14.715)]
    assert watch.human_ms == 14715
    assert watch.broken() == ""


def test_valid_input_begins_a_new_measure_at_the_next_listen() -> None:
    watch = watched('[{presses: "1"}]').watch
    assert [name for name, _seconds in watch.waits] == ["stuck_within"]
    assert watch.waits[0][1] == pytest.approx(11.0, abs=0.01)


def test_a_key_straight_to_a_person_has_no_measure() -> None:
    watch = watched('[{presses: "3"}]').watch
    assert (watch.waits, watch.human_ms) == ([], 3772)


def test_a_wait_longer_than_promised_is_broken() -> None:
    assert watched("[]", TIGHT).watch.broken() == "human_within 5s broken, 14.7 s"
    assert watched('[{presses: "1"}]', TIGHT).watch.broken() == "stuck_within 8s broken, 11.0 s"


def test_a_repeated_prompt_is_input_too() -> None:
    watch = watched('[{presses: "*"}]').watch
    assert [name for name, _seconds in watch.waits] == ["stuck_within"]


def test_a_caller_who_hangs_up_reaches_nobody() -> None:
    assert watched("[{hangs_up: true}]").watch.human_ms is None
