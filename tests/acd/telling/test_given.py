"""To which queues agents' time goes."""

from __future__ import annotations

import pytest

from ivr.acd.telling.given import WINDOW_NS, Given

MINUTE = 60_000_000_000


def test_agents_of_one_queue_give_it_all_their_time() -> None:
    assert Given().share(0, "cards", 1) == 1.0


def test_before_the_first_call_all_queues_get_alike() -> None:
    assert Given().share(0, "cards", 4) == 0.25


def test_the_shares_follow_the_calls_of_the_last_half_hour() -> None:
    given = Given()
    given.handled(MINUTE, "cards", 27 * MINUTE)
    assert given.share(MINUTE, "cards", 2) == pytest.approx(28.5 / 30)
    assert given.share(MINUTE, "loans", 2) == pytest.approx(1.5 / 30)
    assert given.share(MINUTE + WINDOW_NS, "cards", 2) == 0.5
