"""`survey` is not carried out yet: nobody is invited."""

from __future__ import annotations

from tests.engine.verbs.unbuilt import asked


def test_nobody_is_invited() -> None:
    note = asked("    - survey: csat\n      done: taken", leads_on=True)
    assert (note["exit"], note["pii"]) == ("done", {"survey": "csat"})


def test_without_done_it_simply_goes_on() -> None:
    assert asked("    - survey: csat")["exit"] == "done"
