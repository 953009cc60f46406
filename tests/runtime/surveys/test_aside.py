"""What cannot be worked on is left alone for a while, and never forgotten."""

from __future__ import annotations

from ivr.runtime.memory.clock import START
from ivr.runtime.surveys.aside import AGAIN, Aside


def test_what_lies_aside_is_passed_by_until_its_time_comes() -> None:
    aside = Aside()
    aside.put("bad", START)
    assert aside.others(["bad", "good"], START) == ["good"]
    assert len(aside) == 1
    assert aside.others(["bad", "good"], START + AGAIN) == ["bad", "good"]
    assert len(aside) == 0
