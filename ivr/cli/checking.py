"""`ivr check`: every mistake in configuration and flows, at once."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.app.judging import judge_agents
from ivr.cli.loading import load
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD, complain, say
from ivr.config.sources import TableSource
from ivr.config.world import to_world
from ivr.cti.sources.opening import read_tables
from ivr.domain.errors import ConfigError, MissingExtraError, StoreError
from ivr.domain.problem import Problem, Severity
from ivr.engine.verbs import EVERY
from ivr.flow.promises import Proven, Worst, prove
from ivr.runtime.clock import SystemClock
from ivr.runtime.flows.answered import unanswered
from ivr.runtime.flows.folder import check_folder
from ivr.runtime.flows.library import Files, read_folder
from ivr.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ivr.config.model import Config
    from ivr.engine.book import Book
    from ivr.flow.world import World

STYLES = ("text", "json", "github")
_KINDS = {Severity.ERROR: "error", Severity.FAIL: "error", Severity.WARNING: "warning"}


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
    folders = [path for path in paths if path.is_dir()] or [Path(config.flows.folder)]
    if not folders[0].is_dir():
        complain(f"{folders[0]} is not here; flows.folder in {config_path} names the flow folder")
        return CANNOT_RUN
    strange = _strange(paths, [*folders, config_path, *_tables(config)])
    if strange is not None:
        complain(f"{strange} is not in {folders[0]}; name its folder")
        return CANNOT_RUN
    now = SystemClock().now()
    checked = check_folder(_files(folders), config, now)
    book = checked.book
    own = not any(path.is_dir() for path in paths)  # the numbers are for the configured flows
    missing = unanswered(config, book) if book is not None and own else []
    others = [*_of_tables(config, to_world(config, now)), *_of_agents(config)]
    wanted = _wanted([*config.warnings, *missing, *others, *checked.problems], paths)
    shown = [p for p in wanted if verbose or p.severity is not Severity.NOTE]
    _print(shown, style)
    if style == "text":
        _sum_up(shown, book if verbose else None)
    return FOUND if any(p.severity is Severity.ERROR for p in wanted) else GOOD


def _files(folders: Sequence[Path]) -> Files:
    return {name: data for folder in folders for name, data in read_folder(folder).items()}


def _tables(config: Config) -> list[Path]:
    """The files of the tables that stand for other systems."""
    return [Path(each.table) for each in config.sources.values() if isinstance(each, TableSource)]


def _strange(paths: Sequence[Path], looked_at: Sequence[Path]) -> Path | None:
    """A file named that is in nothing looked at: of it, silence would say nothing."""
    places = [place.resolve() for place in looked_at]
    for path in paths:
        if path.is_file() and not any(path.resolve().is_relative_to(place) for place in places):
            return path
    return None


def _of_tables(config: Config, world: World) -> Sequence[Problem]:
    """What is wrong in the tables that stand for other systems."""
    try:
        read_tables(config, world, Path.read_bytes)
    except ConfigError as error:
        return error.problems
    return ()


def _of_agents(config: Config) -> Sequence[Problem]:
    """What is wrong with the queues for the agents there are; nothing where none can be read."""
    try:
        return asyncio.run(_judged(config))
    except (StoreError, MissingExtraError, OSError):
        return ()


async def _judged(config: Config) -> Sequence[Problem]:
    store = open_store(config.database.reveal(), create=False)
    try:
        return await judge_agents(config, store.agents)
    finally:
        await store.close()


def _wanted(problems: Sequence[Problem], paths: Sequence[Path]) -> list[Problem]:
    """Only what concerns the files named; a folder or no path names all."""
    files = {path.resolve() for path in paths if path.is_file()}
    if not files or any(path.is_dir() for path in paths):
        return list(problems)
    return [problem for problem in problems if Path(problem.at.file).resolve() in files]


def _print(problems: Sequence[Problem], style: str) -> None:
    if style == "json":
        say(json.dumps([as_data(problem) for problem in problems], ensure_ascii=False, indent=1))
        return
    for problem in problems:
        say(str(problem) if style == "text" else annotation(problem))


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


def annotation(problem: Problem) -> str:
    """A workflow command that marks the line in a review."""
    kind = _KINDS.get(problem.severity, "notice")
    file = _plain(problem.at.file).replace(":", "%3A").replace(",", "%2C")
    place = f"file={file},line={problem.at.line},col={problem.at.column}"
    hint = f"; {problem.hint}" if problem.hint else ""
    return f"::{kind} {place}::{_plain(f'{problem.code} {problem.message}{hint}')}"


def _plain(text: str) -> str:
    """Workflow commands are one line each, with their own escapes."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _sum_up(problems: Sequence[Problem], book: Book | None) -> None:
    for line in _figures(book) if book is not None else ():
        say(line)
    kinds = (Severity.ERROR, Severity.WARNING)
    counts = [sum(p.severity is kind for p in problems) for kind in kinds]
    say(f"{counts[0]} errors, {counts[1]} warnings")


def _figures(book: Book) -> Iterator[str]:
    """What was proven of each flow: how long its worst caller waits, in each language."""
    for name, flow_hash in book.live.items():
        proven = prove(book.bundles[flow_hash], EVERY, book.world)
        for language, figures in proven.items():
            told = "; ".join(f"{what} {_told(found)}" for what, found in _worst(figures).items())
            yield f"{name} {flow_hash} {language}: {told}"


def _worst(figures: Proven) -> Mapping[str, Worst | None]:
    return {
        "human step within": figures.worst_human(),
        "out of any menu within": figures.worst_stuck(),
        "agent key within": figures.worst_agent_key(),
    }


def _told(found: Worst | None) -> str:
    return "-" if found is None else f"{found.seconds:.1f} s ({found.kind})"
