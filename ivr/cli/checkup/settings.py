"""The configuration: what it warns of, its secrets, its folders, its flows and tables."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.checkup.finding import Finding, fail, ok, warn
from ivr.cli.checkup.machine import nearest_folder
from ivr.config.world import to_world
from ivr.cti.sources.opening import read_tables
from ivr.domain.errors import ConfigError
from ivr.domain.problem import Problem, Severity
from ivr.runtime.flows.folder import check_folder
from ivr.runtime.flows.library import read_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ivr.config.model import Config

KEY_BYTES = 32
WEBHOOKS = ("twilio",)


def mistakes(error: ConfigError) -> Iterator[Finding]:
    """A configuration that does not load."""
    for problem in error.problems:
        yield _told("config", problem)


def warnings(config: Config, path: Path) -> Iterator[Finding]:
    """A configuration that loads."""
    for problem in config.warnings:
        yield _told("config", problem)
    if not config.warnings:
        yield ok("config", f"{path} is in order")


def _told(name: str, problem: Problem) -> Finding:
    remedy = problem.hint or f"ivr explain {problem.code}"
    message = f"{problem.at} {problem.code} {problem.message}"
    if problem.severity is Severity.ERROR:
        return fail(name, message, remedy)
    return warn(name, message, remedy)


def trunks(config: Config) -> Iterator[Finding]:
    """Tokens that everybody knows."""
    for name, trunk in config.trunks.items():
        demo = [key for key, secret in trunk.secrets.items() if secret.is_demo]
        if demo:
            remedy = f"before real calls set the provider's own token ({', '.join(demo)})"
            yield warn("trunks", f"{name} uses the demo token, good on loopback only", remedy)
        else:
            yield ok("trunks", f"{name} ({trunk.provider})")


def public_base(config: Config) -> Iterator[Finding]:
    """The address by which a provider reaches us."""
    base = config.public_base
    if not any(trunk.provider in WEBHOOKS for trunk in config.trunks.values()):
        yield ok("public_base", "no trunk needs one")
    elif base.startswith("https://"):
        yield ok("public_base", base)
    else:
        remedy = "write the https address that the provider can reach in web.public_base"
        yield warn("public_base", f"{base} is for this machine only", remedy)


def master_key(path: Path) -> Iterator[Finding]:
    """The file without which stored secrets cannot be opened again."""
    try:
        found = path.stat()
    except FileNotFoundError:
        yield ok("master key", f"{path} is made at the first start")
        return
    except OSError as error:
        yield fail("master key", f"{path}: {error.strerror}", "let the server's user read it")
        return
    yield _key(path, found)


def _key(path: Path, found: os.stat_result) -> Finding:
    mode = stat.S_IMODE(found.st_mode)
    if not stat.S_ISREG(found.st_mode) or found.st_size != KEY_BYTES:
        remedy = "put the saved key back; a new one cannot open what is stored"
        return fail("master key", f"{path} is no key of {KEY_BYTES} bytes", remedy)
    if mode & 0o077:
        message = f"{path} has mode {mode:04o}, others may use it"
        return fail("master key", message, f"chmod 600 {path}")
    if not os.access(path, os.R_OK):
        return fail("master key", f"{path} cannot be read", "let the server's user read it")
    return ok("master key", f"{path}, mode {mode:04o}; keep a copy of it elsewhere")


def folders(config: Config, database: Path | None) -> Iterator[Finding]:
    """Places that the server writes to. database: the SQLite file, None for another kind."""
    places = [Path(config.recordings), Path(config.keys.file).parent]
    if database is not None:
        places.append(database.parent)
    for place in dict.fromkeys(places):
        yield _writable(place)


def _writable(place: Path) -> Finding:
    there = nearest_folder(place)
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        return fail("folder", f"{place} cannot be written: {error.strerror}", f"chown it: {there}")
    return ok("folder", f"{place} can be {'written' if there == place.absolute() else 'made'}")


def flows(config: Config, now: datetime) -> Iterator[Finding]:
    """The flows, checked as at the start, and the tables that they look up in."""
    folder = Path(config.flows.folder)
    try:
        problems = check_folder(read_folder(folder), config, now).problems
    except OSError as error:
        yield fail("flows", f"{folder}: {error.strerror or error}", "correct flows.folder")
        return
    errors = [each for each in problems if each.severity is Severity.ERROR]
    warned = sum(each.severity is Severity.WARNING for each in problems)
    if errors:
        message = f"{len(errors)} errors, {warned} warnings; the first: {errors[0]}"
        yield fail("flows", message, f"ivr check {folder}")
    elif warned:
        yield warn("flows", f"0 errors, {warned} warnings in {folder}", f"ivr check {folder}")
    else:
        yield ok("flows", f"{folder} is in order")
    yield from _tables(config, now)


def _tables(config: Config, now: datetime) -> Iterator[Finding]:
    try:
        tables = read_tables(config, to_world(config, now), Path.read_bytes)
    except ConfigError as error:
        for problem in error.problems:
            yield _told("tables", problem)
    else:
        yield ok("tables", f"{len(tables)} can be read")
