"""The command `ivr survey preview` hands on what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.testing import CliRunner

from ivr.cli.outcome import CANNOT_RUN, GOOD
from ivr.cli.survey.commands import survey
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_survey_is_shown_in_the_language_and_medium_that_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped(tmp_path)
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    shown = run(survey, ["support", "--language", "tr", "--medium", "sms"])
    assert (shown.exit_code, shown.stdout[:23]) == (GOOD, "support, tr, by text:\n ")
    assert "on the line" not in shown.stdout
    assert run(survey, ["support", "-c", "none.yaml"]).exit_code == CANNOT_RUN
