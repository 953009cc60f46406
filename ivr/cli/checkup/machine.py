"""The machine: interpreter, libraries, user, open files, free disk, clock."""

from __future__ import annotations

import importlib.util
import os
import resource
import shutil
import sys
import sysconfig
import tempfile
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.checkup.finding import Finding, fail, ok, warn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OLDEST_PYTHON = (3, 11)
OPEN_FILES = 8192
"""5,000 connections that the door lets in, and as many files again for everything else."""
FULL_DISK = 0.85
LEAST_FREE_BYTES = 200 * 1024 * 1024
OFF = timedelta(seconds=2)
LIBYAML = "reinstall PyYAML from a wheel, or install libyaml and build it again"
RE2 = "install google-re2; flows that use matches() need it"


def interpreter(found: tuple[int, ...] = tuple(sys.version_info[:3])) -> Iterator[Finding]:
    """The version of Python."""
    shown = ".".join(map(str, found))
    if found[:2] >= OLDEST_PYTHON:
        yield ok("python", shown)
    else:
        yield fail("python", f"{shown} is too old", "install Python 3.11 or newer")


def libraries() -> Iterator[Finding]:
    """Compiled parts that the server leans on."""
    yield _libyaml()
    yield _re2()
    if importlib.util.find_spec("uvloop"):
        yield ok("uvloop", version("uvloop"))
    else:
        yield warn("uvloop", "is not installed, the server is slower", "install uvloop")


def _libyaml() -> Finding:
    import yaml

    if yaml.__with_libyaml__:
        return ok("libyaml", f"PyYAML {yaml.__version__} has it")
    return fail("libyaml", "PyYAML was built without it; flows cannot be read", LIBYAML)


def _re2() -> Finding:
    try:
        import re2
    except ImportError as error:
        return fail("re2", f"cannot be loaded ({error})", RE2)
    works = re2.compile("a+b").fullmatch("aab") is not None
    return ok("re2", version("google-re2")) if works else fail("re2", "does not work", RE2)


def aiohttp() -> Iterator[Finding]:
    """The door leans on inner parts of one minor version."""
    from ivr.web.guard import AIOHTTP_MINOR, WrongAiohttpError, check_aiohttp

    try:
        check_aiohttp()
    except WrongAiohttpError as error:
        yield fail("aiohttp", str(error), f'install "aiohttp=={AIOHTTP_MINOR}.*"')
    else:
        yield ok("aiohttp", version("aiohttp"))


def user(number: int | None = None) -> Iterator[Finding]:
    """Who the server would run as. number: the user's id, default our own."""
    if (os.geteuid() if number is None else number) == 0:
        remedy = "run the server as a user of its own"
        yield warn("user", "root; whoever breaks in owns the machine", remedy)
    else:
        yield ok("user", "not root")


def open_files(soft: int | None = None) -> Iterator[Finding]:
    """How many files and connections one process may have open."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if soft is None else soft
    if limit == resource.RLIM_INFINITY or limit >= OPEN_FILES:
        yield ok("open files", "no limit" if limit == resource.RLIM_INFINITY else str(limit))
    else:
        remedy = f"ulimit -n {OPEN_FILES}, or LimitNOFILE={OPEN_FILES} in the service"
        yield warn("open files", f"at most {limit}", remedy)


def disks(folders: Sequence[Path]) -> Iterator[Finding]:
    """Room on the file systems that are written to."""
    seen: set[int] = set()
    for folder in folders:
        place = nearest_folder(folder)
        device = place.stat().st_dev
        if device not in seen:
            seen.add(device)
            usage = shutil.disk_usage(place)
            yield disk(folder, usage.total, usage.free)


def disk(folder: Path, total_bytes: int, free_bytes: int) -> Finding:
    """The verdict on one file system."""
    used = 1 - free_bytes / max(total_bytes, 1)
    said = f"{folder} has {free_bytes / 2**30:.1f} GB free, {used:.0%} used"
    if free_bytes < LEAST_FREE_BYTES:
        return fail("disk", said, "make room: calls cannot be stored on a full disk")
    if used > FULL_DISK:
        return warn("disk", said, "make room before it is full")
    return ok("disk", said)


def nearest_folder(path: Path) -> Path:
    """The folder itself, or the nearest one above that is there."""
    return next(each for each in (path.absolute(), *path.absolute().parents) if each.is_dir())


def clock(now: datetime, folder: Path) -> Iterator[Finding]:
    """Whether the clock can be right: not before our own files, and as the disk's clock."""
    remedy = "switch time synchronisation on (timedatectl set-ntp true)"
    built = datetime.fromtimestamp(Path(sysconfig.get_path("stdlib"), "os.py").stat().st_mtime, UTC)
    if now < built:
        yield fail("clock", f"{now:%Y-%m-%d %H:%M} is before this machine was set up", remedy)
        return
    try:
        with tempfile.TemporaryFile(dir=nearest_folder(folder)) as file:
            written = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    except OSError:
        written = now
    if abs(written - now) > OFF:
        yield warn("clock", f"differs from that of {folder}'s disk by {abs(written - now)}", remedy)
    else:
        yield ok("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")
