"""`say` told as call scripts."""

from __future__ import annotations

from ivr.domain.commands import Play
from tests.engine.small import ringing
from tests.fakes.call_script import Like


def test_prompts_wait_for_the_next_step_that_waits() -> None:
    script = ringing("  start:\n    - say: [hello, notice]\n    - hangup: bye")
    script << Like(Play, says=["hello", "notice", "bye"])
    assert script.noted("say") == [{"prompts": ("hello", "notice"), "language": "tr"}]
    assert script.now.prompts == ()


def test_what_is_said_is_what_was_true_when_it_was_said() -> None:
    nodes = """
  start:
    - set: {number: "1"}
    - say: read_back
    - set: {number: "2"}
    - hangup: read_back
"""
    script = ringing(nodes, "vars: {number: digits?}").skip()
    prompts = script.now.top.open["sound"].prompts  # type: ignore[attr-defined]
    assert [prompt.text for prompt in prompts] == ["tr bir", "tr iki"]


def test_barge_in_is_the_steps_else_the_flows() -> None:
    nodes = """
  start:
    - say: hello
    - say: notice
      barge_in: true
    - hangup
"""
    script = ringing(nodes, "listen: {barge_in: false}").skip()
    prompts = script.now.top.open["sound"].prompts  # type: ignore[attr-defined]
    assert [prompt.barge_in for prompt in prompts] == [False, True]
