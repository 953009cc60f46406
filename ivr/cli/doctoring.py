"""`ivr doctor`: looks at the machine, the configuration and the database before calls do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.checkup import machine
from ivr.cli.checkup.finding import Finding, Verdict
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD, complain, say
from ivr.runtime.clock import SystemClock

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.config.model import Config

Check = Callable[[], Iterable[Finding]]


def doctor(path: Path, *, as_json: bool, invariants: bool = False) -> int:
    """Run every check and print its line. Returns the exit code.

    invariants: look through what is kept instead of what it is kept with.
    """
    if not path.is_file():
        complain(f"{path} is not here; run ivr in the project's folder or give --config FILE")
        return CANNOT_RUN
    findings: list[Finding] = []
    look = keeping if invariants else examine
    for finding in look(path, SystemClock().now()):
        findings.append(finding)
        if not as_json:
            say(str(finding))
    if as_json:
        say(json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=1))
    else:
        say(summed_up(findings))
    return FOUND if any(each.verdict is Verdict.FAIL for each in findings) else GOOD


def summed_up(findings: Iterable[Finding]) -> str:
    """How many of each, for the last line."""
    verdicts = [each.verdict for each in findings]
    failed, warned = verdicts.count(Verdict.FAIL), verdicts.count(Verdict.WARN)
    return f"{len(verdicts)} checks, {failed} failed, {warned} warnings"


def examine(path: Path, now: datetime) -> Iterator[Finding]:
    """Every check. The configuration's own come only if it loads, and it only with libyaml."""
    yield from machine.interpreter()
    libraries = list(machine.libraries())
    yield from libraries
    yield from machine.aiohttp()
    yield from machine.user()
    yield from machine.open_files()
    if not any(each.name == "libyaml" and each.verdict is Verdict.FAIL for each in libraries):
        yield from _configured(path, now)


def keeping(path: Path, now: datetime) -> Iterator[Finding]:
    """What must hold of all that is kept."""
    from ivr.cli.checkup.invariants import invariants

    config, wrong = _read(path, now)
    yield from wrong if config is None else invariants(config)


def _configured(path: Path, now: datetime) -> Iterator[Finding]:
    from ivr.cli.checkup import settings

    config, wrong = _read(path, now)
    if config is None:
        yield from wrong
        return
    yield from settings.warnings(config, path)
    for check in _checks(config, now):
        yield from check()


def _read(path: Path, now: datetime) -> tuple[Config | None, tuple[Finding, ...]]:
    """The configuration, or what is wrong with it."""
    from ivr.cli.checkup import settings
    from ivr.config.load import load_config
    from ivr.domain.errors import ConfigError

    try:
        return load_config(path, os.environ, now=now), ()
    except ConfigError as error:
        return None, tuple(settings.mistakes(error))


def _checks(config: Config, now: datetime) -> tuple[Check, ...]:
    from ivr.cli.checkup import database, doors, mail, settings, sip, speech, texts

    url = config.database.reveal()
    file = database.sqlite_file(url)
    data = file.parent if file else Path(config.keys.file).parent
    return (
        lambda: settings.trunks(config),
        lambda: settings.public_base(config),
        lambda: settings.master_key(Path(config.keys.file)),
        lambda: settings.folders(config, file),
        lambda: settings.flows(config, now),
        lambda: speech.speech(config, now),
        lambda: database.database(url),
        lambda: machine.disks([data, Path(config.recordings)]),
        lambda: machine.clock(SystemClock().now(), data),
        lambda: doors.ports(config),
        lambda: sip.sip(config),
        lambda: mail.mail(config),
        lambda: texts.texts(config),
        doors.limits,
    )
