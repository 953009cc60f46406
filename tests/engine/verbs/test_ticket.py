"""`ticket` is not carried out yet: it fails, which is the next step."""

from __future__ import annotations

from tests.engine.verbs.unbuilt import asked

STEP = """
    - ticket: hello
      priority: high
      customer: =call.ani
      tags: [a, b]
      body: {one: "1"}
"""


def test_it_goes_on_and_tells_what_was_asked() -> None:
    note = asked(STEP)
    assert (note["verb"], note["exit"]) == ("ticket", "failed")
    assert note["pii"] == {
        "subject": "hello",
        "text": "hello tr",
        "priority": "high",
        "customer": "+905321112233",
        "tags": ("a", "b"),
        "category": "",
    }
