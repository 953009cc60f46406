"""`ivr test`: what is run, how it is told, and when it says that something is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
import typer
from typer.testing import CliRunner

from ivr.cli import app, testing
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD
from ivr.cli.testing import Wishes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fakes.project import Project

CONFIG = Path("config.yaml")
TESTS = "flows/tests/line.test.yaml"
NAMES = ["leaves at once", "hears it again", "says nothing"]
WRONG = """\
  - name: hopes for too much
    talk: [{hears: goodbye}]
"""


def run(*paths: str, style: str = "text", wishes: Wishes | None = None) -> int:
    return testing.test([Path(path) for path in paths], CONFIG, style, wishes or Wishes())


def add(project: Project, text: str, name: str = TESTS) -> None:
    path = project.folder / name
    project.write(name, path.read_text(encoding="utf-8") + text)


Shown = pytest.CaptureFixture[str]


# --- what passes and what does not ----------------------------------------------------------------


def test_calls_that_pass_are_one_line_of_figures(project: Project, capsys: Shown) -> None:
    assert run() == GOOD
    assert capsys.readouterr().out == f"{TESTS}: 3 of 3 calls passed, exits 3 of 3 (100%)\n"


def test_a_call_that_goes_otherwise_is_told_with_its_conversation(
    project: Project, capsys: Shown
) -> None:
    add(project, WRONG)
    assert run() == FOUND
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{TESTS}:12:13 T201 fail ")
    assert lines[1].startswith("> 00:00.000  line.begin  caller hears choose ")
    assert lines[-1].startswith(f"{TESTS}: 3 of 4 calls passed, ")


def test_too_few_exits_are_a_failure_of_their_own(project: Project, capsys: Shown) -> None:
    project.write(TESTS, "flow: line\ncalls: [{name: one, talk: [{presses: '1'}]}]\n")
    add(project, "cover: {exits: 60%}\n")
    assert run() == FOUND
    assert "T204 fail exits 1 of 3 (33%), wanted 60%" in capsys.readouterr().out


def test_a_mistake_in_one_file_is_told_and_the_others_are_run(
    project: Project, capsys: Shown
) -> None:
    project.write("flows/tests/worse.test.yaml", "flow: lin\ncalls: []\n")
    assert run() == FOUND
    shown = capsys.readouterr()
    assert shown.err.startswith("flows/tests/worse.test.yaml:1:7 T101 error ")
    assert "3 of 3 calls passed" in shown.out


def test_a_broken_flow_is_told_and_nothing_is_run(project: Project, capsys: Shown) -> None:
    project.change("flows/line.yaml", "giveup: bye", "giveup: by")
    assert run() == FOUND
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("flows/line.yaml:")
    assert " F201 error " in shown.err
    assert " warning " not in shown.err


def test_without_tests_there_is_nothing_wrong(project: Project, capsys: Shown) -> None:
    (project.folder / TESTS).unlink()
    assert run(style="json") == GOOD
    assert json.loads(capsys.readouterr().out) == []


# --- which files ----------------------------------------------------------------------------------


def files(capsys: Shown, *paths: str) -> list[str]:
    assert run(*paths, style="json") == GOOD
    return [each["file"] for each in json.loads(capsys.readouterr().out)]


@pytest.fixture
def three(project: Project) -> Project:
    """Tests in the folder `tests`, beside the flow, and elsewhere."""
    text = (project.folder / TESTS).read_text(encoding="utf-8")
    project.write("flows/beside.test.yaml", text)
    project.write("elsewhere/far.test.yaml", text)
    return project


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        ([], ["flows/beside.test.yaml", TESTS]),
        (["flows"], ["flows/beside.test.yaml", TESTS]),
        (["flows/tests"], [TESTS]),
        ([TESTS], [TESTS]),
        (["elsewhere/far.test.yaml"], ["elsewhere/far.test.yaml"]),
        (["flows/tests", "elsewhere/far.test.yaml"], ["elsewhere/far.test.yaml", TESTS]),
        ([TESTS, "flows/tests"], [TESTS]),
    ],
)
def test_files_and_folders_named_are_run_and_no_others(
    three: Project, capsys: Shown, paths: Sequence[str], found: Sequence[str]
) -> None:
    assert files(capsys, *paths) == found


def test_another_folder_brings_its_own_flows(project: Project, capsys: Shown) -> None:
    for name in ("line.yaml", "prompts.yaml", "tests/line.test.yaml"):
        text = (project.folder / "flows" / name).read_text(encoding="utf-8")
        project.write(f"draft/{name}", text)
    project.change("draft/line.yaml", "giveup: bye", "giveup: by")
    assert run("draft") == FOUND
    assert capsys.readouterr().err.startswith("draft/line.yaml:")
    assert run() == GOOD


# --- what cannot be run ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paths", "style", "wishes", "said"),
    [
        ([], "xml", Wishes(), '"xml" is not a format; write text, json, github'),
        (["nowhere"], "text", Wishes(), "nowhere is not here"),
        ([TESTS, "nowhere"], "text", Wishes(), "nowhere is not here"),
        ([], "text", Wishes(junit=Path("no/folder.xml")), "no is not here; "),
        ([], "text", Wishes(junit=Path("flows")), "flows is a folder; "),
        ([], "text", Wishes(caller=0), "counted from 1"),
    ],
)
def test_what_cannot_be_run_is_told_before_anything_is_run(
    project: Project,
    capsys: Shown,
    paths: Sequence[str],
    style: str,
    wishes: Wishes,
    said: str,
) -> None:
    assert run(*paths, style=style, wishes=wishes) == CANNOT_RUN
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


def test_a_flow_folder_that_is_gone_cannot_be_tested(project: Project, capsys: Shown) -> None:
    (project.folder / "flows").rename(project.folder / "moved")
    assert run() == CANNOT_RUN
    assert capsys.readouterr().err.startswith("flows is not here; ")


def test_a_broken_configuration_is_told(project: Project, capsys: Shown) -> None:
    project.change("config.yaml", "Europe/Istanbul", "Nowhere/Else")
    with pytest.raises(typer.Exit) as told:
        run()
    assert told.value.exit_code == FOUND
    assert capsys.readouterr().err.startswith("config.yaml:1:")


# --- for machines ---------------------------------------------------------------------------------


def test_json_has_every_call_and_every_exit(project: Project, capsys: Shown) -> None:
    add(project, WRONG)
    assert run(style="json") == FOUND
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["file"], found["passed"]) == (TESTS, False)
    assert [call["name"] for call in found["calls"]] == [*NAMES, "hopes for too much"]
    assert [call["passed"] for call in found["calls"]] == [True, True, True, False]
    assert [bool(call["conversation"]) for call in found["calls"]] == [False, False, False, True]
    assert found["coverage"] == {"taken": 3, "total": 3, "percent": 100, "missed": []}
    assert [problem["code"] for problem in found["problems"]] == ["T201"]


def test_reviews_get_marks_on_the_lines(project: Project, capsys: Shown) -> None:
    add(project, WRONG)
    project.write("flows/tests/worse.test.yaml", "flow: lin\ncalls: []\n")
    assert run(style="github") == FOUND
    shown = capsys.readouterr()
    assert shown.err == ""
    assert [line.partition("::T")[0] for line in shown.out.splitlines()] == [
        "::error file=flows/tests/worse.test.yaml,line=1,col=7",
        f"::error file={TESTS},line=12,col=13",
    ]


def test_a_broken_flow_is_marked_too(project: Project, capsys: Shown) -> None:
    project.change("flows/line.yaml", "giveup: bye", "giveup: by")
    assert run(style="github") == FOUND
    assert capsys.readouterr().out.startswith("::error file=flows/line.yaml,line=")


def suite(path: str) -> ET.Element:
    (found,) = ET.parse(path).getroot()  # noqa: S314 - our own file
    return found


def test_junit_has_a_case_for_every_call_and_its_failure(project: Project) -> None:
    add(project, WRONG)
    assert run(wishes=Wishes(junit=Path("junit.xml"))) == FOUND
    found = suite("junit.xml")
    assert (found.get("name"), found.get("tests"), found.get("failures")) == (TESTS, "4", "1")
    assert [case.get("name") for case in found] == [*NAMES, "hopes for too much"]
    (failure,) = found.findall("testcase/failure")
    assert failure.get("type") == "T201"
    assert "caller hears choose" in (failure.text or "")


def test_junit_times_are_those_of_the_callers_also_of_the_random_ones(project: Project) -> None:
    add(project, "fuzz: {callers: 7}\n")
    assert run(wishes=Wishes(junit=Path("junit.xml"))) == GOOD
    seconds = {case.get("name"): float(case.get("time", "")) for case in suite("junit.xml")}
    assert set(seconds) == {*NAMES, "random callers"}
    assert all(time > 0 for time in seconds.values())


def test_exits_that_no_test_takes_are_listed_on_request(project: Project, capsys: Shown) -> None:
    project.write(TESTS, "flow: line\ncalls: [{name: one, talk: [{presses: '1'}]}]\n")
    assert run() == GOOD
    assert "F610" not in capsys.readouterr().out
    assert run(wishes=Wishes(coverage=True)) == GOOD
    lines = [line for line in capsys.readouterr().out.splitlines() if " F610 warning " in line]
    assert [line.split('"')[1] for line in lines] == ["2", "giveup"]
    assert all(line.startswith("flows/line.yaml:1") for line in lines)
    assert run(wishes=Wishes(coverage=True), style="github") == GOOD
    assert capsys.readouterr().out.count("::warning file=flows/line.yaml,line=1") == 2


# --- random callers -------------------------------------------------------------------------------


def trap(project: Project) -> None:
    """A key that divides by zero: no call of the tests presses it, some random caller will."""
    project.change("flows/line.yaml", "start: begin\n", "start: begin\nvars: {n: number = 0}\n")
    again = "  again:\n    - set: {n: =1 / n}\n    - go: begin\n"
    project.change("flows/line.yaml", '"2": {go: begin,', '"2": {go: again,')
    add(project, again, "flows/line.yaml")
    project.write(TESTS, "flow: line\nfuzz: {callers: 20, seed: 3, keep: [no_error]}\n")


def test_random_callers_are_counted(project: Project, capsys: Shown) -> None:
    add(project, "fuzz: {callers: 12}\n")
    assert run() == GOOD
    assert capsys.readouterr().out.endswith(", 12 random callers, 0 broke something\n")


def test_what_a_random_caller_broke_can_be_seen_again_alone(
    project: Project, capsys: Shown
) -> None:
    trap(project)
    assert run(style="json") == FOUND
    first = json.loads(capsys.readouterr().out)[0]["fuzz"]["failures"][0]
    assert first["broken"] == "no_error"
    assert run(style="json", wishes=Wishes(caller=first["caller"])) == FOUND
    alone = json.loads(capsys.readouterr().out)[0]
    assert alone["fuzz"] == {"callers": 1, "failures": [first]}
    assert alone["calls"] == []


def test_one_caller_alone_is_not_judged_by_the_exits_he_takes(
    project: Project, capsys: Shown
) -> None:
    add(project, "fuzz: {callers: 5}\ncover: {exits: 100%}\n")
    assert run(wishes=Wishes(caller=2)) == GOOD
    assert "0 of 0 calls passed" in capsys.readouterr().out


# --- the command ----------------------------------------------------------------------------------


def test_every_option_reaches_the_run(project: Project) -> None:
    add(project, "fuzz: {callers: 5}\n")
    words = ["test", TESTS, "--junit", "j.xml", "--coverage", "--caller", "2", "--format", "json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == GOOD
    assert json.loads(done.stdout)[0]["fuzz"]["callers"] == 1
    assert suite("j.xml").get("tests") == "1"


@pytest.mark.parametrize("channel", ["twilio", "sip"])
def test_the_channel_of_a_provider_can_be_rehearsed(
    project: Project, capsys: Shown, channel: str
) -> None:
    talk = "[{presses: '1'}, {hears: goodbye}]"
    add(project, f"  - {{name: other, channel: {channel}, talk: {talk}}}\n")
    assert run() == GOOD
    assert "4 of 4 calls passed" in capsys.readouterr().out
