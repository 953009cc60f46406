"""`ivr doctor`: its lines, its JSON and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.cli import doctoring
from ivr.cli.checkup.finding import Finding, fail, ok, warn
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

ROOT = Path(__file__).resolve().parents[2]
SMALL = """
zone: Europe/Istanbul
web: {{listen: "127.0.0.1:0"}}
database: sqlite:///{folder}/ivr.db
recordings: {folder}/recordings
flows: {{folder: {flows}}}
keys: {{file: {folder}/master.key}}
trunks: {{browser: {{provider: simulator}}}}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A configuration whose every place is inside the test's own folder."""
    flows = tmp_path / "flows"
    flows.mkdir()
    file = tmp_path / "config.yaml"
    file.write_text(SMALL.format(folder=tmp_path, flows=flows), encoding="utf-8")
    return file


def finds(*findings: Finding) -> object:
    def examine(_path: Path, _now: datetime) -> Iterator[Finding]:
        yield from findings

    return examine


def test_every_check_has_its_line(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    doctoring.doctor(small, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert all(line[:5] in {"ok   ", "warn ", "fail "} for line in lines[:-1])
    names = {line[5:].partition(":")[0] for line in lines[:-1]}
    assert names >= {"python", "libyaml", "re2", "aiohttp", "uvloop", "open files", "config"}
    assert names >= {"sqlite", "database", "master key", "flows", "trunks", "public_base"}
    assert names >= {"folder", "disk", "clock", "http limits", "port"}


def test_the_same_as_json(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = doctoring.doctor(small, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert {tuple(each) for each in found} == {("verdict", "name", "message", "remedy")}
    assert code == (FOUND if any(each["verdict"] == "fail" for each in found) else GOOD)


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ((ok("a", "b"),), GOOD),
        ((ok("a", "b"), warn("a", "b", "c")), GOOD),
        ((warn("a", "b", "c"), fail("a", "b", "c")), FOUND),
    ],
)
def test_only_a_failure_makes_the_exit_code_one(
    small: Path, monkeypatch: pytest.MonkeyPatch, findings: tuple[Finding, ...], code: int
) -> None:
    monkeypatch.setattr(doctoring, "examine", finds(*findings))
    assert doctoring.doctor(small, as_json=False) == code


def test_without_a_configuration_it_cannot_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctoring.doctor(tmp_path / "nowhere.yaml", as_json=False) == CANNOT_RUN
    assert "--config FILE" in capsys.readouterr().err


def test_a_broken_configuration_is_told_and_the_machine_is_looked_at_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("zone: Nowhere/Else\nflowz: x\n", encoding="utf-8")
    assert doctoring.doctor(file, as_json=False) == FOUND
    out = capsys.readouterr().out
    assert "python:" in out
    assert out.count("fail config:") == 2
    assert "database:" not in out


def test_the_last_line_counts() -> None:
    found = [ok("a", "b"), warn("a", "b", "c"), fail("a", "b", "c"), fail("a", "b", "c")]
    assert doctoring.summed_up(found) == "4 checks, 2 failed, 1 warnings"
