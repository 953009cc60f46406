"""`ivr check`: every mistake in configuration and flows, at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ivr.cli.loading import load
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD, complain, say
from ivr.config.world import to_world
from ivr.domain.problem import Problem, Severity
from ivr.engine.book import Book
from ivr.engine.checking import check_flows
from ivr.engine.verbs import SPECS

PROVE = None
from ivr.runtime.flows.library import read_folder

STYLES = ("text", "json", "github")


def check(paths: Sequence[Path], config_path: Path, style: str, *, verbose: bool) -> int:
    """Check and print. Returns the exit code."""
    if style not in STYLES:
        complain(f'"{style}" is not a format; write {", ".join(STYLES)}')
        return CANNOT_RUN
    absent = [path for path in paths if not path.exists()]
    if absent:
        complain(f"{absent[0]} is not here")
        return CANNOT_RUN
    config = load(config_path)
    folder = next((path for path in paths if path.is_dir()), Path(config.flows.folder))
    if not folder.is_dir():
        complain(f"{folder} is not here; flows.folder in {config_path} names the flow folder")
        return CANNOT_RUN
    world = to_world(config, datetime.now(UTC))
    book, problems = check_flows(read_folder(folder), world)
    wanted = _wanted([*config.warnings, *problems], paths)
    shown = [p for p in wanted if verbose or p.severity is not Severity.NOTE]
    _print(shown, style)
    if style == "text":
        _sum_up(shown, folder, book if verbose else None)
    return FOUND if any(p.severity is Severity.ERROR for p in wanted) else GOOD


def _wanted(problems: Sequence[Problem], paths: Sequence[Path]) -> list[Problem]:
    """Only what concerns the files named; a folder or no path names all."""
    files = {path.as_posix() for path in paths if path.is_file()}
    if not files or any(path.is_dir() for path in paths):
        return list(problems)
    return [problem for problem in problems if problem.at.file in files]


def _print(problems: Sequence[Problem], style: str) -> None:
    if style == "json":
        say(json.dumps([as_data(problem) for problem in problems], ensure_ascii=False, indent=1))
        return
    for problem in problems:
        say(str(problem) if style == "text" else _annotation(problem))


def as_data(problem: Problem) -> dict[str, object]:
    """A problem for machines."""
    end = problem.end or problem.at
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "file": problem.at.file,
        "line": problem.at.line,
        "col": problem.at.column,
        "end_line": end.line,
        "end_col": end.column,
        "message": problem.message,
        "hint": problem.hint,
    }


def _annotation(problem: Problem) -> str:
    """A workflow command that marks the line in a review."""
    kind = {Severity.ERROR: "error", Severity.WARNING: "warning"}.get(problem.severity, "notice")
    place = f"file={problem.at.file},line={problem.at.line},col={problem.at.column}"
    text = f"{problem.code} {problem.message} {problem.hint}".strip().replace("%", "%25")
    return f"::{kind} {place}::{text}"


def _sum_up(problems: Sequence[Problem], folder: Path, book: Book | None) -> None:
    if book is not None:
        for name, flow_hash in book.live.items():
            proven = prove(book.bundles[flow_hash], SPECS, book.world)
            for language, figures in proven.items():
                say(f"{folder.as_posix()}/{name}.yaml {language}: {figures}")
    counts = [
        sum(p.severity is kind for p in problems) for kind in (Severity.ERROR, Severity.WARNING)
    ]
    say(f"{counts[0]} errors, {counts[1]} warnings")
