"""Reading the configuration for a command, with every mistake printed."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.outcome import CANNOT_RUN, FOUND, complain, stop

if TYPE_CHECKING:
    from ivr.config.model import Config


def load(path: Path) -> Config:
    """The configuration; ends the command (1 with mistakes, 2 without a file)."""
    from ivr.config.load import load_config
    from ivr.domain.errors import ConfigError

    if not path.is_file():
        complain(f"{path} is not here; run ivr in the project's folder or give --config FILE")
        stop(CANNOT_RUN)
    try:
        return load_config(path, os.environ, now=datetime.now(UTC))
    except ConfigError as error:
        for problem in error.problems:
            complain(str(problem))
        stop(FOUND)
