"""`ivr check`: every mistake at once, exit codes that scripts can rely on."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from ivr.cli import app
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped flows in a folder of their own, made the working folder."""
    shipped(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*words: str) -> Result:
    return CliRunner().invoke(app, ["check", *words])


def damage(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.usefixtures("folder")
def test_the_shipped_flows_are_good_and_warnings_do_not_count() -> None:
    done = check()
    assert done.exit_code == 0
    assert "0 errors, " in done.stdout.splitlines()[-1]
    assert " warning " in done.stdout


@pytest.mark.usefixtures("folder")
def test_notes_and_what_was_proven_are_shown_on_request() -> None:
    plain, verbose = check().stdout, check("-v").stdout
    assert "human step within" not in plain
    for name in ("bank", "pharmacy"):
        for language in ("tr", "en"):
            lines = [x for x in verbose.splitlines() if x.startswith(f"{name} ")]
            assert any(f" {language}: human step within " in line for line in lines)


def test_every_mistake_of_flows_and_tables_is_told_at_once(folder: Path) -> None:
    damage(folder, "flows/bank.yaml", "giveup: agent", "giveup: agnet")
    damage(folder, "flows/prompts.yaml", "goodbye: {tr:", "goodby: {tr:")
    damage(folder, "flows/data/pins.yaml", 'pin: "1111"', "pin: x")
    done = check()
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert any(x.startswith("flows/bank.yaml:") and " F201 error " in x for x in lines)
    assert any(" F501 error " in line for line in lines)
    assert any(x.startswith("flows/data/pins.yaml:") and " C142 error " in x for x in lines)


def test_a_number_without_its_flow_is_told(folder: Path) -> None:
    (folder / "flows" / "pharmacy.yaml").unlink()
    done = check()
    assert done.exit_code == 1
    assert 'C120 error no flow "pharmacy" answers +908502220001' in done.stdout


def test_json_has_a_place_for_every_part(folder: Path) -> None:
    damage(folder, "flows/bank.yaml", "giveup: agent", "giveup: agnet")
    done = check("--format", "json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    errors = [each for each in found if each["severity"] == "error"]
    assert {each["code"] for each in errors} == {"F201"}
    assert set(errors[0]) == {
        *("code", "severity", "file", "line", "col", "end_line", "end_col", "message", "hint"),
    }
    assert json.loads(check("--json").stdout) == found


def test_reviews_get_marks_on_the_lines(folder: Path) -> None:
    damage(folder, "flows/bank.yaml", "giveup: agent", "giveup: agnet")
    lines = check("--format", "github").stdout.splitlines()
    assert any(x.startswith("::error file=flows/bank.yaml,line=") for x in lines)
    assert all(line.startswith("::") for line in lines)


@pytest.mark.parametrize("spelling", ["flows/bank.yaml", "./flows/bank.yaml", "absolute"])
def test_one_file_alone_is_judged_however_it_is_named(folder: Path, spelling: str) -> None:
    damage(folder, "flows/bank.yaml", "giveup: agent", "giveup: agnet")
    damage(folder, "flows/pharmacy.yaml", "giveup: goodbye", "giveup: goodby")
    path = str(folder / "flows" / "bank.yaml") if spelling == "absolute" else spelling
    done = check(path)
    assert done.exit_code == 1
    assert "bank.yaml:" in done.stdout
    assert "pharmacy.yaml:" not in done.stdout


def test_another_folder_is_judged_instead(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder / "flows", other)
    assert check(str(other)).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [["--format", "xml"], ["nowhere"], ["--config", "nowhere.yaml"]],
)
@pytest.mark.usefixtures("folder")
def test_what_cannot_run_is_no_finding(words: list[str]) -> None:
    done = check(*words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr != ""


def test_a_folder_that_is_gone_cannot_be_judged(folder: Path) -> None:
    (folder / "flows").rename(folder / "moved")
    assert check().exit_code == 2


def test_a_broken_configuration_is_a_finding(folder: Path) -> None:
    damage(folder, "config.yaml", "zone: Europe/Istanbul", "zone: Europe/Nowhere")
    done = check()
    assert done.exit_code == 1
    assert "config.yaml:" in done.stderr
