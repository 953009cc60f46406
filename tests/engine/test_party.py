"""One party of a call."""

from __future__ import annotations

from ivr.domain.call import CALLER, NO_LEG
from ivr.engine.party import ALONE, NO_BRIDGE, NO_DIAL, Phase, Purpose


def test_a_call_begins_with_its_caller_alone() -> None:
    (caller,) = ALONE
    assert (caller.id, caller.phase, caller.purpose) == (CALLER, Phase.UP, Purpose.CALLER)
    assert (caller.bridge, caller.turn, caller.partner) == (NO_BRIDGE, NO_DIAL, NO_LEG)
