"""Of two tidings about a text the higher one counts."""

from __future__ import annotations

from itertools import permutations

import pytest

from ivr.domain.texting.states import DELIVERED, OUTGOING, higher, is_final


def test_every_order_of_reports_ends_in_the_same_state() -> None:
    for order in permutations(OUTGOING):
        state = order[0]
        for report in order[1:]:
            state = higher(state, report)
        assert state == DELIVERED


@pytest.mark.parametrize("state", OUTGOING)
def test_only_what_has_an_end_is_final(state: str) -> None:
    assert is_final(state) == (state not in {"queued", "sent"})
