"""`sms` is not carried out yet: nothing is sent."""

from __future__ import annotations

from tests.engine.verbs.unbuilt import asked


def test_it_goes_on_and_tells_whom_and_what() -> None:
    note = asked("    - sms: hello\n      to: =call.dnis")
    assert note["exit"] == "next"
    assert note["pii"] == {"to": "+908502220000", "says": "hello", "text": "hello tr"}
