"""`hangup` told as call scripts."""

from __future__ import annotations

from ivr.domain.commands import CloseInteraction, HangUp, Play
from tests.engine.small import ringing
from tests.fakes.call_script import Like


def test_with_nothing_to_say_it_hangs_up_at_once() -> None:
    script = ringing("  start:\n    - hangup").skip_closes()
    (script << Like(HangUp) << Like(CloseInteraction)).silent()


def test_an_empty_value_is_nothing_to_say_and_what_was_said_before_is_heard() -> None:
    script = ringing("  start:\n    - say: hello\n    - hangup:\n")
    script << Like(Play, says=["hello"])
    assert not script.now.ended
    script.heard().skip_closes() << Like(HangUp) << Like(CloseInteraction)
