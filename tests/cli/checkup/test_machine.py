"""What `ivr doctor` says about the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.cli.checkup import machine
from ivr.cli.checkup.finding import Finding, Verdict
from ivr.runtime.clock import SystemClock
from ivr.web import guard

GB = 2**30


def verdicts(findings: list[Finding]) -> list[str]:
    return [each.verdict.value for each in findings]


@pytest.mark.parametrize(
    ("version", "verdict"), [((3, 10, 9), "fail"), ((3, 11, 0), "ok"), ((3, 14, 1), "ok")]
)
def test_python_must_be_new_enough(version: tuple[int, ...], verdict: str) -> None:
    assert verdicts(list(machine.interpreter(version))) == [verdict]


def test_the_libraries_of_this_environment_are_well() -> None:
    found = [*machine.libraries(), *machine.aiohttp()]
    assert [each.name for each in found] == ["libyaml", "re2", "uvloop", "aiohttp"]
    assert verdicts(found) == ["ok"] * 4


def test_another_aiohttp_is_refused_with_the_version_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> None:
        raise guard.WrongAiohttpError("aiohttp 3.14 is needed, 4.0 is installed")

    monkeypatch.setattr(guard, "check_aiohttp", refuse)
    [found] = machine.aiohttp()
    assert found.verdict is Verdict.FAIL
    assert "aiohttp==3.14.*" in found.remedy


def test_yaml_without_its_c_part_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yaml.__with_libyaml__", False)
    found = {each.name: each for each in machine.libraries()}
    assert found["libyaml"].verdict is Verdict.FAIL


def test_a_missing_uvloop_is_only_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    found = {each.name: each for each in machine.libraries()}
    assert found["uvloop"].verdict is Verdict.WARN


def test_root_is_warned_of() -> None:
    assert verdicts([*machine.user(0), *machine.user(1000)]) == ["warn", "ok"]


@pytest.mark.parametrize(("limit", "verdict"), [(1024, "warn"), (8192, "ok"), (-1, "ok")])
def test_a_small_limit_of_open_files_is_warned_of(limit: int, verdict: str) -> None:
    assert verdicts(list(machine.open_files(limit))) == [verdict]


@pytest.mark.parametrize(
    ("total", "free", "verdict"),
    [(100 * GB, 50 * GB, "ok"), (100 * GB, 10 * GB, "warn"), (100 * GB, GB // 10, "fail")],
)
def test_a_disk_is_judged_by_what_is_free(total: int, free: int, verdict: str) -> None:
    assert machine.disk(Path("var"), total, free).verdict.value == verdict


def test_one_disk_is_told_once(tmp_path: Path) -> None:
    assert len(list(machine.disks([tmp_path, tmp_path / "not" / "there"]))) == 1


def test_the_nearest_folder_of_a_place_that_is_not_there(tmp_path: Path) -> None:
    assert machine.nearest_folder(tmp_path / "a" / "b") == tmp_path


def test_a_clock_before_our_own_files_is_wrong(tmp_path: Path) -> None:
    assert verdicts(list(machine.clock(datetime(1970, 1, 2, tzinfo=UTC), tmp_path))) == ["fail"]


def test_a_clock_that_differs_from_the_disk_is_warned_of(tmp_path: Path) -> None:
    now = SystemClock().now()
    assert verdicts(list(machine.clock(now, tmp_path))) == ["ok"]
    assert verdicts(list(machine.clock(now + timedelta(hours=1), tmp_path))) == ["warn"]
