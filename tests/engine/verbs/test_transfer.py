"""`transfer` is not carried out yet: it fails."""

from __future__ import annotations

from tests.engine.verbs.unbuilt import asked

STEP = """
    - transfer: desk
      busy: start
      noanswer: start
      failed: taken
      done: start
"""


def test_no_connection_is_made() -> None:
    note = asked(STEP, leads_on=True)
    assert (note["exit"], note["pii"]) == ("failed", {"transfer": "desk", "kind": "bridge"})


def test_a_blind_one_needs_no_done() -> None:
    step = STEP.replace("done: start", "kind: blind")
    assert asked(step, leads_on=True)["pii"] == {"transfer": "desk", "kind": "blind"}
