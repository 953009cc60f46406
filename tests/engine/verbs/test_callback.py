"""`callback` is not carried out yet: it fails."""

from __future__ import annotations

from tests.engine.verbs.unbuilt import asked

STEP = """
    - callback: general
      number: =call.ani
      pop: {reason: a, rest: "=default(call.ani, None)"}
      failed: taken
"""


def test_nothing_is_promised() -> None:
    note = asked(STEP)
    assert note["exit"] == "failed"
    assert note["pii"] == {
        "queue": "general",
        "number": "+905321112233",
        "at": None,
        "pop": {"reason": "a", "rest": "+905321112233"},
    }
