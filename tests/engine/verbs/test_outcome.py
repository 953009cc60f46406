"""`outcome` told as call scripts."""

from __future__ import annotations

from ivr.domain.commands import CloseInteraction, HangUp
from tests.engine.small import ringing
from tests.fakes.call_script import Like


def test_the_last_candidate_is_the_outcome_and_its_note_is_kept() -> None:
    nodes = """
  start:
    - outcome: self_served
      note: ='by ' + call.dnis
    - outcome: paid
    - hangup
"""
    script = ringing(nodes).skip_closes() << Like(HangUp)
    script << Like(CloseInteraction, outcome="paid", note="by +908502220000")
    assert script.noted("outcome") == [{"outcome": "self_served"}, {"outcome": "paid"}]


def test_without_a_note_the_one_before_stays() -> None:
    nodes = "  start:\n    - outcome: self_served\n      note: a\n    - outcome: paid\n    - hangup"
    assert ringing(nodes).skip().now.note == "a"
