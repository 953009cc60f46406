"""How a command ends: 0 good, 1 problems found, 2 could not run, 3 an extra is missing."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

GOOD, FOUND, CANNOT_RUN, MISSING_EXTRA = 0, 1, 2, 3


def stop(code: int) -> NoReturn:
    """End the command with its exit code."""
    raise typer.Exit(code)


def say(text: str = "") -> None:
    """A line for people, on standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """A line about what is wrong, on standard error."""
    sys.stderr.write(text + "\n")
