"""Results for people and for machines: text with the conversation, JSON, and JUnit XML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ivr.flow.cases.actions import clock
from ivr.flow.cases.coverage import Coverage, bar_problem, coverage
from ivr.flow.cases.fuzzing.fuzz import FuzzFailure, FuzzResult, fuzz
from ivr.flow.cases.play import play
from ivr.flow.cases.written.names import Names, ZoneOf, own_zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ivr.domain.problem import Problem
    from ivr.flow.cases.model import CaseFile, CaseResult, Line
    from ivr.flow.cases.stage import Stage

_LOWEST_SIGN = 0x20


@dataclass(frozen=True, slots=True)
class FileResult:
    """Everything that came of one test file."""

    file: str
    results: tuple[CaseResult, ...]
    fuzz: FuzzResult
    coverage: Coverage
    problems: tuple[Problem, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether every call passed, no caller broke anything and the exit bar is met."""
        return not self.problems


def run_file(
    case_file: CaseFile, stage: Stage, *, zone_of: ZoneOf | None = None, with_fuzz: bool = True
) -> FileResult:
    """Play every call of a file, then its random callers; problems sorted by place."""
    bundle, world = stage.bundle(case_file.flow), stage.book.world
    names = Names(bundle, world, zone_of or own_zone(world))
    results = tuple(play(case, stage, names) for case in case_file.cases)
    random_callers = fuzz(case_file, stage) if with_fuzz else FuzzResult(0)
    return gathered(case_file, stage, results, random_callers)


def gathered(
    case_file: CaseFile, stage: Stage, results: Sequence[CaseResult], callers: FuzzResult
) -> FileResult:
    """The result of a file whose calls were played elsewhere (several processes)."""
    skip = case_file.cover.skip if case_file.cover else ()
    found = coverage(stage.bundle(case_file.flow), results, skip)
    bar = bar_problem(case_file, found)
    problems = [problem for result in results for problem in result.problems]
    problems += [*callers.problems, *([bar] if bar else [])]
    ordered = tuple(sorted(problems, key=lambda one: (one.at, one.code)))
    return FileResult(case_file.file, tuple(results), callers, found, ordered)


def text(result: FileResult) -> str:
    """What a person reads: each failure with its conversation, then one line of figures."""
    parts = [_failed(one) for one in result.results if not one.passed]
    parts += [_fuzzed(one) for one in result.fuzz.failures]
    shown = {problem for one in result.results for problem in one.problems}
    shown |= {failure.problem for failure in result.fuzz.failures}
    parts += [str(problem) for problem in result.problems if problem not in shown]
    passed = sum(one.passed for one in result.results)
    figures = f"{result.file}: {passed} of {len(result.results)} calls passed, {result.coverage}"
    if result.fuzz.callers:
        broken = len(result.fuzz.failures)
        figures += f", {result.fuzz.callers} random callers, {broken} broke something"
    return "\n".join((*parts, figures))


def _failed(result: CaseResult) -> str:
    problems = [str(problem) for problem in result.problems]
    return "\n".join((*problems, *conversation(result.conversation, result.marked)))


def _fuzzed(failure: FuzzFailure) -> str:
    talk = [f"    - {act.text}" for act in failure.case.talk] or ["    (the caller does nothing)"]
    lines = conversation(failure.conversation)
    return "\n".join((str(failure.problem), "  shortest talk:", *talk, *lines))


def conversation(lines: Iterable[Line], marked: int = -1) -> list[str]:
    """One line each: virtual time, node, who, what; `>` at the first difference."""
    shown = list(lines)
    width = max([0, *(len(line.node) for line in shown)])
    return [
        f"{'>' if number == marked else ' '} {clock(line.at_ms)}.{line.at_ms % 1000:03}"
        f"  {line.node:{width}}  {line.who} {line.text}"
        for number, line in enumerate(shown)
    ]


def as_json(results: Iterable[FileResult]) -> list[dict[str, object]]:
    """Plain JSON types, one object per file."""
    return [
        {
            "file": one.file,
            "passed": one.passed,
            "calls": [_case_json(result) for result in one.results],
            "coverage": {
                "taken": len(one.coverage.taken),
                "total": one.coverage.total,
                "percent": one.coverage.percent,
                "missed": [place.name for place in one.coverage.missed],
            },
            "fuzz": {
                "callers": one.fuzz.callers,
                "failures": [_fuzz_json(failure) for failure in one.fuzz.failures],
            },
            "problems": [_problem_json(problem) for problem in one.problems],
        }
        for one in results
    ]


def _case_json(result: CaseResult) -> dict[str, object]:
    return {
        "name": result.name,
        "line": result.at.line,
        "passed": result.passed,
        "seconds": result.seconds,
        "problems": [_problem_json(problem) for problem in result.problems],
        "exits": list(result.exits),
        "conversation": [] if result.passed else conversation(result.conversation, result.marked),
    }


def _fuzz_json(failure: FuzzFailure) -> dict[str, object]:
    return {
        "caller": failure.number,
        "broken": failure.what,
        "message": failure.message,
        "talk": [act.text for act in failure.case.talk],
    }


def _problem_json(problem: Problem) -> dict[str, object]:
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        "file": problem.at.file,
        "line": problem.at.line,
        "col": problem.at.column,
        "message": problem.message,
        "hint": problem.hint,
    }


def junit(results: Iterable[FileResult]) -> str:
    """JUnit XML as CI servers read it: a suite per file, a case per call, times in virtual s."""
    root = ET.Element("testsuites")
    for result in results:
        suite = ET.SubElement(root, "testsuite", name=result.file)
        for one in result.results:
            shown = _failed(one) if not one.passed else ""
            _junit_case(suite, result.file, one.name, one.seconds, one.problems, shown)
        if result.fuzz.callers:
            shown = "\n".join(_fuzzed(one) for one in result.fuzz.failures)
            callers = result.fuzz
            name = "random callers"
            _junit_case(suite, result.file, name, callers.seconds, callers.problems, shown)
        bars = [problem for problem in result.problems if problem.code == "T204"]
        if bars:
            _junit_case(suite, result.file, "exits", 0.0, bars, str(bars[0]))
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _junit_case(
    suite: ET.Element,
    file: str,
    name: str,
    seconds: float,
    problems: Sequence[Problem],
    shown: str,
) -> None:
    case = ET.SubElement(suite, "testcase", classname=file, name=_plain(name))
    case.set("time", f"{seconds:.3f}")
    if problems:
        message = _plain(problems[0].message)
        failure = ET.SubElement(case, "failure", type=problems[0].code, message=message)
        failure.text = _plain(shown)


def _plain(words: str) -> str:
    """XML 1.0 has no control characters."""
    return "".join(sign for sign in words if ord(sign) >= _LOWEST_SIGN or sign == "\n")
