"""Reading the configuration for a command, with every mistake printed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ivr.cli.outcome import CANNOT_RUN, FOUND, complain, stop
from ivr.domain.errors import ConfigError
from ivr.domain.problem import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.config.model import Config


def load(path: Path) -> Config:
    """The configuration; ends the command (1 with mistakes, 2 without a file)."""
    from ivr.config.load import load_config
    from ivr.runtime.clock import SystemClock

    if not path.is_file():
        complain(f"{path} is not here; run ivr in the project's folder or give --config FILE")
        stop(CANNOT_RUN)
    try:
        return load_config(path, os.environ, now=SystemClock().now())
    except ConfigError as error:
        complain_of(error)
        stop(FOUND)


def complain_of(error: ConfigError) -> None:
    """Every mistake that keeps a server from starting, a line each."""
    for problem in error.problems:
        if problem.severity is Severity.ERROR:
            complain(str(problem))
