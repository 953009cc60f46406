"""Reading the configuration for a command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer

from ivr.cli.loading import complain_of, load
from ivr.cli.outcome import CANNOT_RUN, FOUND
from ivr.domain.errors import ConfigError
from ivr.domain.problem import Position, Problem, Severity

if TYPE_CHECKING:
    from tests.fakes.project import Project

FILE = Path("config.yaml")


def ended(path: Path) -> int:
    with pytest.raises(typer.Exit) as told:
        load(path)
    return told.value.exit_code


def test_a_good_configuration_is_loaded(project: Project) -> None:
    config = load(FILE)
    assert str(config.zone) == "Europe/Istanbul"
    assert config.numbers["+908502220001"].flow == "line"


def test_values_come_from_the_environment(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.change("config.yaml", "Europe/Istanbul", '"${env:IVR_ZONE}"')
    monkeypatch.setenv("IVR_ZONE", "Europe/Berlin")
    assert str(load(FILE).zone) == "Europe/Berlin"


def test_without_a_file_the_command_cannot_run(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(Path("nowhere.yaml")) == CANNOT_RUN
    assert capsys.readouterr().err.startswith("nowhere.yaml is not here; ")


def test_a_folder_is_no_configuration(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(Path("flows")) == CANNOT_RUN
    assert "--config FILE" in capsys.readouterr().err


def test_every_mistake_is_told_at_its_place(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("config.yaml", "zone: Nowhere/Else\nflowz: {folder: x}\ncountry: 5\n")
    assert ended(FILE) == FOUND
    shown = capsys.readouterr()
    lines = shown.err.splitlines()
    assert [line.split(" ")[0].rsplit(":", 1)[0] for line in lines] == [
        "config.yaml:1",
        "config.yaml:2",
        "config.yaml:3",
    ]
    assert all(" error " in line for line in lines)
    assert shown.out == ""


@pytest.mark.parametrize("text", ["", "- a\n- list\n", "zone: [", "zone: \x00"])
def test_what_is_no_configuration_at_all_is_told_too(
    project: Project, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    project.write("config.yaml", text)
    assert ended(FILE) == FOUND
    assert capsys.readouterr().err.startswith("config.yaml:1:")


def test_warnings_beside_an_error_are_left_for_ivr_check(
    capsys: pytest.CaptureFixture[str],
) -> None:
    at = Position("flows/x.yaml", 3, 5)
    warning = Problem("F404", Severity.WARNING, at, "unwise")
    error = Problem("F201", Severity.ERROR, at, "wrong", "mend it")
    complain_of(ConfigError([warning, error]))
    assert capsys.readouterr().err == "flows/x.yaml:3:5 F201 error wrong; mend it\n"
