"""The commands `ivr user ...` hand on what was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from ivr.cli.outcome import CANNOT_RUN, GOOD
from ivr.cli.people_commands import user

if TYPE_CHECKING:
    from tests.fakes.project import Project


@pytest.fixture
def phones(project: Project) -> Project:
    """A project with one trunk where phones register."""
    old = "trunks: {browser: {provider: simulator}}"
    line = 'phones: {provider: sip, listen: "127.0.0.1:5060", registrar: true}'
    project.change("config.yaml", old, f"trunks:\n  {line}\n")
    return project


def test_a_person_is_added_listed_and_removed(phones: Project) -> None:
    run = CliRunner().invoke
    words = "add ayse --role agent --team cards --number 117 --skill cards=80 --phone phones"
    added = run(user, words.split())
    assert added.exit_code == GOOD
    assert "ayse sets a password within a day" in added.stdout
    listed = run(user, ["list"]).stdout.splitlines()
    assert listed[1].split() == [
        *("ayse", "agent", "cards", "117", "sip:ayse@phones"),
        *("no", "password", "yet"),
    ]
    assert listed[-1].split() == ["ayse", "ivr", "phones"]
    assert run(user, ["remove", "ayse", "--sip", "ayse"]).exit_code == GOOD
    assert run(user, ["list"]).stdout.startswith("nobody can sign in")
    assert run(user, ["remove", "ayse"]).exit_code == CANNOT_RUN


def test_telephones_alone_work_as_before(phones: Project) -> None:
    run = CliRunner().invoke
    assert run(user, ["add", "--sip", "ali", "--trunk", "phones"]).exit_code == GOOD
    assert "ali   ivr    phones" in run(user, ["list", "--sip"]).stdout
    assert run(user, ["remove", "--sip", "ali"]).exit_code == GOOD
    assert run(user, ["remove", "--sip", "ali"]).exit_code == CANNOT_RUN
    assert run(user, ["add", "--sip", "ali", "-c", "none.yaml"]).exit_code == CANNOT_RUN


@pytest.mark.parametrize("command", ["add", "remove"])
def test_nobody_named_is_told(phones: Project, command: str) -> None:
    done = CliRunner().invoke(user, [command])
    assert done.exit_code == CANNOT_RUN
    assert "say whom" in done.stderr
    assert not Path("var").exists()
