"""One line per check, the same for every check."""

from __future__ import annotations

from ivr.cli.checkup.finding import Verdict, fail, ok, warn


def test_a_line_begins_with_the_verdict_and_ends_with_the_remedy() -> None:
    assert str(ok("python", "3.11.7")) == "ok   python: 3.11.7"
    assert str(warn("disk", "nearly full", "make room")) == "warn disk: nearly full; make room"
    assert str(fail("port", "taken", "change it")) == "fail port: taken; change it"


def test_a_verdict_is_its_word() -> None:
    assert [str(each) for each in Verdict] == ["ok", "warn", "fail"]
