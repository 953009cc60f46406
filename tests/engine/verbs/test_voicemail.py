"""`voicemail` is not carried out yet: no message was left."""

from __future__ import annotations

from tests.engine.verbs.unbuilt import asked


def test_no_message_is_left() -> None:
    note = asked("    - voicemail: hello\n      box: general\n      done: taken", leads_on=True)
    assert (note["exit"], note["pii"]) == ("empty", {"voicemail": "general"})
