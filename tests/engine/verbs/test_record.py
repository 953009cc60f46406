"""`record` is not carried out yet: nothing is recorded and no notice is said."""

from __future__ import annotations

from tests.engine.verbs.unbuilt import asked


def test_it_goes_on_and_tells_what_was_asked() -> None:
    note = asked("    - record: start\n      notice: notice\n      consent: kvkk")
    assert (note["verb"], note["exit"]) == ("record", "next")
    assert note["pii"] == {"record": "start", "consent": "kvkk"}
