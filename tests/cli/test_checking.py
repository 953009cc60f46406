"""`ivr check`: every mistake at once, exit codes that scripts can rely on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from ivr.cli import app, checking
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD
from ivr.domain.problem import Position, Problem, Severity
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from tests.fakes.project import Project

CONFIG = Path("config.yaml")


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


def test_the_catalogue_of_tickets_is_checked_with_the_flows(folder: Path) -> None:
    damage(folder, "flows/tickets/catalogue.yaml", "team: card_desk", "team: card_dsk")
    damage(folder, "flows/tickets/sla.yaml", "hours: branch", "hours: brunch")
    for words in ([], ["flows/"], ["flows/tickets/"]):
        done = check(*words)
        assert done.exit_code == 1
        lines = [line for line in done.stdout.splitlines() if " error " in line]
        assert [line.partition(":")[0] for line in lines] == [
            *("flows/tickets/catalogue.yaml", "flows/tickets/sla.yaml"),
        ]
        assert 'F920 error no team "card_dsk"; did you mean "card_desk"?' in lines[0]
    assert "sla.yaml" not in check("flows/tickets/catalogue.yaml").stdout


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


# --- a small project ------------------------------------------------------------------------------

Shown = pytest.CaptureFixture[str]


def judged(*paths: str, style: str = "text", verbose: bool = False) -> int:
    return checking.check([Path(path) for path in paths], CONFIG, style, verbose=verbose)


def wrong(project: Project) -> None:
    """An error in one flow, a warning in another."""
    text = (project.folder / "flows" / "line.yaml").read_text(encoding="utf-8")
    other = text.replace("flow: line", "flow: other").replace(", emergency: bye", "")
    project.write("flows/other.yaml", other)
    project.change("flows/line.yaml", "hangup: goodbye", "hangup: goodby")


@pytest.mark.usefixtures("project")
def test_a_clean_project_is_one_line(capsys: Shown) -> None:
    assert judged() == GOOD
    assert capsys.readouterr().out == "0 errors, 0 warnings\n"


@pytest.mark.usefixtures("project")
def test_what_was_proven_is_one_line_for_each_language(capsys: Shown) -> None:
    assert judged(verbose=True) == GOOD
    proven, summary = capsys.readouterr().out.splitlines()
    name, flow_hash, language, _rest = proven.split(" ", 3)
    assert (name, len(flow_hash), language) == ("line", 12, "en:")
    for figure in ("human step within ", "out of any menu within ", "agent key within "):
        seconds = float(proven.partition(figure)[2].partition(" s")[0])
        assert 0 < seconds < 60
    assert summary == "0 errors, 0 warnings"


def test_problems_are_lines_that_an_editor_can_jump_to(project: Project, capsys: Shown) -> None:
    wrong(project)
    assert judged() == FOUND
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith('flows/line.yaml:15:15 F501 error no prompt "goodby"')
    assert lines[1].startswith("flows/other.yaml:6:1 F805 warning ")
    assert lines[2:] == ["1 errors, 1 warnings"]


def test_what_was_proven_of_broken_flows_is_nothing(project: Project, capsys: Shown) -> None:
    wrong(project)
    assert judged(verbose=True) == FOUND
    assert "within" not in capsys.readouterr().out


@pytest.mark.parametrize("style", ["json", "github"])
@pytest.mark.usefixtures("project")
def test_machines_are_told_nothing_beside_the_problems(capsys: Shown, style: str) -> None:
    assert judged(style=style, verbose=True) == GOOD
    assert capsys.readouterr().out == {"json": "[]\n", "github": ""}[style]


# --- which files ----------------------------------------------------------------------------------


def test_an_error_elsewhere_is_none_of_the_file_that_was_named(
    project: Project, capsys: Shown
) -> None:
    wrong(project)
    assert judged("flows/other.yaml") == GOOD
    assert capsys.readouterr().out.splitlines()[-1] == "0 errors, 1 warnings"
    assert judged("flows/line.yaml", "flows/other.yaml") == FOUND


def test_a_folder_beside_a_file_means_everything(project: Project, capsys: Shown) -> None:
    wrong(project)
    assert judged("flows/other.yaml", "flows") == FOUND
    assert "1 errors, 1 warnings" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["other.yaml", "drafts/line.yaml", "notes.txt"])
def test_a_file_that_nobody_looks_at_is_not_called_good(
    project: Project, capsys: Shown, name: str
) -> None:
    project.write(name, "flow: [broken")
    assert judged(name) == CANNOT_RUN
    shown = capsys.readouterr()
    assert shown.err == f"{name} is not in flows; name its folder\n"
    assert shown.out == ""


def test_naming_its_folder_as_well_is_enough(project: Project, capsys: Shown) -> None:
    shutil.copytree(project.folder / "flows", project.folder / "drafts")
    project.change("drafts/line.yaml", "hangup: goodbye", "hangup: goodby")
    assert judged("drafts/line.yaml", "drafts") == FOUND
    assert "drafts/line.yaml:15:15 F501 error " in capsys.readouterr().out


def test_the_configuration_itself_can_be_named(project: Project, capsys: Shown) -> None:
    assert judged("config.yaml") == GOOD
    project.change("config.yaml", "flow: line", "flow: lane")
    assert judged("config.yaml") == FOUND
    assert 'C120 error no flow "lane" answers' in capsys.readouterr().out
    assert judged("flows/line.yaml") == GOOD


def test_a_folder_that_is_not_the_configured_one_need_not_answer_the_numbers(
    project: Project,
) -> None:
    project.write("drafts/prompts.yaml", "{}\n")
    assert judged("drafts") == GOOD


def test_a_table_can_be_named(folder: Path, capsys: Shown) -> None:
    assert judged("flows/data/pins.yaml") == GOOD
    damage(folder, "flows/data/pins.yaml", 'pin: "1111"', "pin: x")
    shutil.move("flows/data/pins.yaml", "pins.yaml")
    damage(folder, "config.yaml", "flows/data/pins.yaml", "pins.yaml")
    capsys.readouterr()
    assert judged("pins.yaml") == FOUND
    assert capsys.readouterr().out.startswith("pins.yaml:")


# --- one problem ----------------------------------------------------------------------------------

AT = Position("flows/a.yaml", 3, 5)


@pytest.mark.parametrize(
    ("severity", "kind"),
    [
        (Severity.ERROR, "error"),
        (Severity.FAIL, "error"),
        (Severity.WARNING, "warning"),
        (Severity.NOTE, "notice"),
    ],
)
def test_a_mark_has_the_weight_of_its_problem(severity: Severity, kind: str) -> None:
    mark = checking.annotation(Problem("F201", severity, AT, "wrong", "mend it"))
    assert mark == f"::{kind} file=flows/a.yaml,line=3,col=5::F201 wrong; mend it"


def test_a_mark_is_one_line_whatever_it_says() -> None:
    at = Position("a,b:c%.yaml", 1, 1)
    mark = checking.annotation(Problem("F201", Severity.ERROR, at, "50 %\nor less\r"))
    assert mark == "::error file=a%2Cb%3Ac%25.yaml,line=1,col=1::F201 50 %25%0Aor less%0D"


def test_a_problem_for_machines_ends_where_it_begins_unless_it_says_so() -> None:
    short = checking.as_data(Problem("F201", Severity.NOTE, AT, "ş"))
    assert (short["severity"], short["end_line"], short["end_col"]) == ("note", 3, 5)
    end = Position("flows/a.yaml", 4, 9)
    long = checking.as_data(Problem("F201", Severity.NOTE, AT, "ş", end=end))
    assert (long["line"], long["col"], long["end_line"], long["end_col"]) == (3, 5, 4, 9)
