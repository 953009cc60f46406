"""One party of a call."""

from __future__ import annotations

from ivr.domain.call import CALLER, NO_LEG
from ivr.engine.party import ALONE, NO_BRIDGE, NO_DIAL, Phase, Purpose, how_ended, read_end


def test_a_call_begins_with_its_caller_alone() -> None:
    (caller,) = ALONE
    assert (caller.id, caller.phase, caller.purpose) == (CALLER, Phase.UP, Purpose.CALLER)
    assert (caller.bridge, caller.turn, caller.partner) == (NO_BRIDGE, NO_DIAL, NO_LEG)


def test_the_end_of_a_wait_is_read_as_it_was_written_with_or_without_a_target() -> None:
    went_on = how_ended("cards", "overflow", "queue:loans")
    assert (went_on, read_end(went_on)) == (
        "cards overflow queue:loans",
        ("cards", "overflow", "queue:loans"),
    )
    assert read_end(how_ended("cards", "answered")) == ("cards", "answered", "")
    assert read_end("") == ("", "", "")
