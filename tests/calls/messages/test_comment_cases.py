"""`ivr test` plays callers who speak a comment in a survey."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli import testing
from ivr.cli.testing import Wishes
from tests.calls.messages.test_comments import asking

if TYPE_CHECKING:
    import pytest

CASES = """\
flow: bank
defaults: {at: 2026-11-22 12:00 Europe/Istanbul, ani: "+905321112233"}
calls:
  - name: who speaks is thanked
    given: {surveys: {support: invited}}
    talk: [{presses: "2"}, {hears: survey_support_why}, {records: 5s}, {presses: "#"},
      {hears: survey_support_thanks}]
    expect: {survey: support, voicemail: none, tickets: 0}
  - name: who says nothing goes on
    given: {surveys: {support: invited}}
    talk: [{presses: "2"}, {hears: survey_support_why}, {waits: 10s}, {hears: goodbye}]
    expect: {survey: support}
  - name: who hangs up while he speaks has ended his comment
    given: {surveys: {support: invited}}
    talk: [{presses: "2"}, {hears: survey_support_why}, {records: 5s}, {hangs_up: true}]
    expect: {survey: support, not_heard: survey_support_thanks, ended: caller}
  - name: whoever was not chosen is not asked
    talk: [{presses: "2"}, {hears: goodbye}]
    expect: {not_heard: survey_support_why}
"""


def test_callers_who_speak_are_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asking(tmp_path)
    monkeypatch.chdir(tmp_path)
    cases = Path("flows/tests/bank.test.yaml")
    cases.write_text(CASES, encoding="utf-8")
    testing.test([cases], Path("config.yaml"), "text", Wishes())
    told = "".join(capsys.readouterr())
    assert "4 of 4 calls passed" in told, told
