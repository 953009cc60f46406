"""`go` told as call scripts."""

from __future__ import annotations

from ivr.domain.commands import Play
from tests.engine.small import ringing
from tests.fakes.call_script import Like


def test_it_jumps_and_is_no_exit_that_a_test_could_miss() -> None:
    script = ringing("  start:\n    - go: end\n  end:\n    - hangup: bye")
    script << Like(Play, says=["bye"])
    assert script.noted("exit") == []
    assert [note["node"] for note in script.noted("node")] == ["start", "end"]
    assert script.now.top.visits == {"start": 1, "end": 1}
