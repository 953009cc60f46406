"""`ivr test`: flow tests on a virtual clock."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.channels.sip.rehearsal import Rehearsal as SipRehearsal
from ivr.channels.twilio.rehearsal import Rehearsal as TwilioRehearsal
from ivr.cli.checking import STYLES, annotation
from ivr.cli.loading import load
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD, complain, say
from ivr.config.calendars import find_zone
from ivr.config.world import to_world
from ivr.domain.problem import Severity
from ivr.engine.state import CLASSES
from ivr.engine.step import step
from ivr.engine.verbs import EVERY
from ivr.flow.cases import (
    CaseFile,
    Channel,
    FileResult,
    LineChannel,
    Stage,
    as_json,
    fuzz,
    gathered,
    junit,
    missed_problems,
    read_cases,
    run_file,
    text,
)
from ivr.runtime.clock import SystemClock
from ivr.runtime.flows.folder import check_with_surveys
from ivr.runtime.flows.library import read_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.domain.problem import Problem

CHANNELS: Mapping[str, Callable[[], Channel]] = {
    "simulator": LineChannel,
    "twilio": TwilioRehearsal,
    "sip": SipRehearsal,
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What beside the tests themselves: JUnit file, untaken exits, only one random caller."""

    junit: Path | None = None
    coverage: bool = False
    caller: int | None = None


def test(paths: Sequence[Path], config_path: Path, style: str, wishes: Wishes) -> int:
    """Run and print. Returns the exit code."""
    refusal = _refusal(paths, style, wishes)
    if refusal:
        complain(refusal)
        return CANNOT_RUN
    config = load(config_path)
    folder = _flow_folder(paths, Path(config.flows.folder))
    if not folder.is_dir():
        complain(f"{folder} is not here; flows.folder in {config_path} names the flow folder")
        return CANNOT_RUN
    world = to_world(config, SystemClock().now())
    book, problems = check_with_surveys(read_folder(folder), world)
    if book is None:
        for problem in problems:
            if problem.severity is Severity.ERROR:
                _tell_problem(problem, style)
        return FOUND
    stage = Stage(step, book, EVERY, CLASSES, CHANNELS)
    bundles = {name: book.bundles[flow_hash] for name, flow_hash in book.live.items()}
    files = {path.as_posix(): path.read_bytes() for path in _test_files(paths, folder)}
    if not files:
        complain(f"no tests found; they are called NAME.test.yaml and stand in {folder}/tests")
    cases, wrong = read_cases(files, bundles, world, find_zone)
    for problem in wrong:
        _tell_problem(problem, style)
    results = [_played(case_file, stage, wishes.caller) for case_file in cases]
    _tell(results, style, wishes)
    return GOOD if not wrong and all(result.passed for result in results) else FOUND


def _refusal(paths: Sequence[Path], style: str, wishes: Wishes) -> str:
    """Why this cannot be run at all; empty if it can."""
    if style not in STYLES:
        return f'"{style}" is not a format; write {", ".join(STYLES)}'
    if wishes.caller is not None and wishes.caller < 1:
        return "random callers are counted from 1"
    if wishes.junit is not None and not wishes.junit.parent.is_dir():
        return f"{wishes.junit.parent} is not here; the JUnit file cannot be written"
    if wishes.junit is not None and wishes.junit.is_dir():
        return f"{wishes.junit} is a folder; --junit names a file"
    absent = [path for path in paths if not path.exists()]
    return f"{absent[0]} is not here" if absent else ""


def _flow_folder(paths: Sequence[Path], configured: Path) -> Path:
    """Where the flows are: the first folder named, unless that is part of the configured one."""
    named = next((path for path in paths if path.is_dir()), configured)
    return configured if named.resolve().is_relative_to(configured.resolve()) else named


def _test_files(paths: Sequence[Path], folder: Path) -> list[Path]:
    """The test files named and those of folders named, else all that belong to the flows.

    Of a folder: all that stand in it and in its folder `tests`.
    """
    found = {path for path in paths if path.is_file()}
    for each in [path for path in paths if path.is_dir()] or ([] if paths else [folder]):
        found |= {*each.glob("*.test.yaml"), *each.glob("tests/*.test.yaml")}
    return sorted(found)


def _played(case_file: CaseFile, stage: Stage, caller: int | None) -> FileResult:
    """Every call of a file and its random callers, or one of these alone."""
    if caller is None:
        return run_file(case_file, stage, zone_of=find_zone)
    alone = replace(case_file, cases=(), cover=None)
    return gathered(alone, stage, (), fuzz(case_file, stage, numbers=(caller,)))


def _tell(results: Sequence[FileResult], style: str, wishes: Wishes) -> None:
    if wishes.junit is not None:
        wishes.junit.write_text(junit(results), encoding="utf-8")
    if style == "json":
        say(json.dumps(as_json(results), ensure_ascii=False, indent=1))
        return
    for result in results:
        missed = missed_problems(result.coverage) if wishes.coverage else ()
        if style == "text":
            say(text(result))
        for problem in (*(result.problems if style == "github" else ()), *missed):
            say(str(problem) if style == "text" else annotation(problem))


def _tell_problem(problem: Problem, style: str) -> None:
    """A mistake that keeps flows or tests from being run."""
    if style == "github":
        say(annotation(problem))
    else:
        complain(str(problem))
