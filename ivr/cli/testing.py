"""`ivr test`: flow tests on a virtual clock, on every core."""

from __future__ import annotations

import json
import multiprocessing
import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.channels.twilio.rehearsal import Rehearsal
from ivr.cli.checking import STYLES, annotation
from ivr.cli.loading import load
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD, complain, say
from ivr.config.calendars import find_zone
from ivr.config.world import to_world
from ivr.domain.problem import Severity
from ivr.engine.checking import check_flows
from ivr.engine.state import Frame, Heard, State
from ivr.engine.step import step
from ivr.engine.verbs import SPECS
from ivr.flow.cases import (
    CaseFile,
    CaseResult,
    Channel,
    FileResult,
    FuzzResult,
    LineChannel,
    Stage,
    as_json,
    fuzz,
    gathered,
    junit,
    missed_problems,
    play,
    read_cases,
    text,
)
from ivr.flow.cases.written.names import Names
from ivr.runtime.clock import SystemClock
from ivr.runtime.flows.library import read_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.domain.problem import Problem

CHUNK = 50
"""Calls that one worker plays at a time."""
ALONE = 100
"""Fewer calls than this are not worth a second process."""


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
    book, problems = check_flows(read_folder(folder), world)
    if book is None:
        for problem in problems:
            if problem.severity is Severity.ERROR:
                _tell_problem(problem, style)
        return FOUND
    channels: Mapping[str, Callable[[], Channel]] = {"simulator": LineChannel, "twilio": Rehearsal}
    stage = Stage(step, book, SPECS, (State, Frame, Heard), channels)
    bundles = {name: book.bundles[flow_hash] for name, flow_hash in book.live.items()}
    files = {path.as_posix(): path.read_bytes() for path in _test_files(paths, folder)}
    cases, wrong = read_cases(files, bundles, world, find_zone)
    for problem in wrong:
        _tell_problem(problem, style)
    results = _Run(cases, stage, wishes.caller).results()
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


@dataclass(frozen=True, slots=True)
class _Job:
    """Some calls or some random callers of one file."""

    file: int
    first: int
    last: int
    random: bool = False


class _Run:
    """All calls of all files, shared out between processes if there are many."""

    def __init__(self, cases: Sequence[CaseFile], stage: Stage, caller: int | None) -> None:
        self._cases = cases
        self._stage = stage
        self._caller = caller

    def results(self) -> list[FileResult]:
        """One result per file."""
        jobs = self._jobs()
        done = self._shared_out(jobs) if self._count(jobs) > ALONE else list(map(self._do, jobs))
        return [self._gathered(place, jobs, done) for place in range(len(self._cases))]

    def _jobs(self) -> list[_Job]:
        jobs: list[_Job] = []
        for place, case_file in enumerate(self._cases):
            if self._caller is not None:
                jobs.append(_Job(place, self._caller, self._caller + 1, random=True))
                continue
            count = len(case_file.cases)
            jobs += [_Job(place, n, min(n + CHUNK, count)) for n in range(0, count, CHUNK)]
            callers = case_file.fuzz.callers if case_file.fuzz else 0
            jobs += [
                _Job(place, n, min(n + CHUNK, callers + 1), random=True)
                for n in range(1, callers + 1, CHUNK)
            ]
        return jobs

    @staticmethod
    def _count(jobs: Sequence[_Job]) -> int:
        return sum(job.last - job.first for job in jobs)

    def _shared_out(self, jobs: Sequence[_Job]) -> list[_Done]:
        """Forked workers share the loaded flows; only jobs and results cross between processes."""
        global _RUN  # noqa: PLW0603 - how a forked worker finds what it cannot be sent
        _RUN = self
        context = multiprocessing.get_context("fork")
        with context.Pool(os.cpu_count()) as pool:
            return pool.map(_do, jobs, chunksize=1)

    def _do(self, job: _Job) -> _Done:
        case_file = self._cases[job.file]
        if job.random:
            return (), fuzz(case_file, self._stage, numbers=range(job.first, job.last))
        world = self._stage.book.world
        names = Names(self._stage.bundle(case_file.flow), world, find_zone)
        played = partial(play, stage=self._stage, names=names)
        return tuple(map(played, case_file.cases[job.first : job.last])), FuzzResult(0)

    def _gathered(self, place: int, jobs: Sequence[_Job], done: Sequence[_Done]) -> FileResult:
        own = [found for job, found in zip(jobs, done, strict=True) if job.file == place]
        results = [result for played, _random in own for result in played]
        callers = FuzzResult(
            sum(random.callers for _played, random in own),
            tuple(failure for _played, random in own for failure in random.failures),
            sum(random.seconds for _played, random in own),
        )
        return gathered(self._judged(place), self._stage, results, callers)

    def _judged(self, place: int) -> CaseFile:
        """A file, without its bar if one caller alone was wanted: that shows nothing of exits."""
        case_file = self._cases[place]
        if self._caller is None or case_file.cover is None:
            return case_file
        return replace(case_file, cover=replace(case_file.cover, percent=0))


_Done = tuple[tuple[CaseResult, ...], FuzzResult]
_RUN: _Run | None = None


def _do(job: _Job) -> _Done:
    """A worker's share."""
    assert _RUN is not None  # noqa: S101 - set before the workers are forked
    return _RUN._do(job)  # noqa: SLF001 - the same class, in another process


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
