"""`record` is not carried out yet: nothing is recorded and no notice is said."""

from __future__ import annotations

from ivr.engine.verbs.record import RecordFields, exits
from tests.engine.verbs.unbuilt import asked


def test_it_goes_on_and_tells_what_was_asked() -> None:
    note = asked("    - record: start\n      notice: notice\n      consent: kvkk")
    assert (note["verb"], note["exit"]) == ("record", "next")
    assert note["pii"] == {"record": "start", "consent": "kvkk"}


def test_only_a_key_that_refuses_makes_a_way_out() -> None:
    assert exits(RecordFields(record="start")).targets == {"next": "next"}
    refusing = RecordFields(record="start", refuse_key="2", refused="end")
    assert exits(refusing).targets == {"next": "next", "refused": "end"}
