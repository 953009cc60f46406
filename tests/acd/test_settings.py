"""What the queue machine is told of queues: plain data."""

from __future__ import annotations

import pytest

from ivr.acd.settings import Overflow


@pytest.mark.parametrize("kind", ["exit", "queue", "flow", "callback", "number"])
def test_a_rule_names_the_one_way_by_which_it_leads_on(kind: str) -> None:
    assert Overflow(waiting=1, **{kind: "x"}).way == f"{kind}:x"  # type: ignore[arg-type]
