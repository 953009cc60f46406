"""`queue` is not carried out yet: nobody serves it."""

from __future__ import annotations

from decimal import Decimal

from tests.engine.verbs.unbuilt import asked

STEP = """
    - queue: general
      priority: =9 if call.test else 5
      skills: [cards, =call.language, "=default(who, None)"]
      pop: {who: "=default(who, None)", ani: =call.ani}
      full: start
      timeout: start
      nobody: taken
      done: start
"""


def test_nobody_serves_it_and_what_is_missing_is_left_out() -> None:
    note = asked(STEP, "vars: {who: text?}", leads_on=True)
    assert note["exit"] == "nobody"
    assert note["pii"] == {
        "queue": "general",
        "priority": Decimal(5),
        "skills": ("cards", "tr"),
        "pop": {"ani": "+905321112233"},
    }
