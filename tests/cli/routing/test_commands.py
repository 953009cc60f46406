"""The command `ivr acd why` hands on what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from ivr.cli.outcome import CANNOT_RUN
from ivr.cli.routing.commands import acd

if TYPE_CHECKING:
    from tests.fakes.project import Project


@pytest.mark.usefixtures("project")
def test_a_language_that_is_not_spoken_is_named() -> None:
    asked = CliRunner().invoke(acd, ["why", "c-1", "--language", "de"])
    assert (asked.exit_code, asked.stderr) == (CANNOT_RUN, "--language is one of en, tr\n")


def test_a_configuration_that_is_not_there_is_named(project: Project) -> None:
    assert project is not None
    assert CliRunner().invoke(acd, ["why", "c-1", "-c", "none.yaml"]).exit_code == CANNOT_RUN
