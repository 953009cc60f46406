"""How commands speak and end."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from ivr.cli import outcome

LEFT_ALONE = """
import atexit, gc, sys
atexit.register(lambda: print(gc.get_freeze_count() > len(gc.get_objects())))
sys.argv = ["ivr", "--help"]
from ivr.cli import main
main()
"""


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_a_command_ends_with_its_exit_code(code: int) -> None:
    with pytest.raises(typer.Exit) as told:
        outcome.stop(code)
    assert told.value.exit_code == code


def test_the_exit_codes_are_those_that_scripts_rely_on() -> None:
    codes = (outcome.GOOD, outcome.FOUND, outcome.CANNOT_RUN, outcome.MISSING_EXTRA)
    assert codes == (0, 1, 2, 3)


def test_what_is_said_is_output_and_what_is_wrong_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome.say("Nöbetçi eczane")
    outcome.say()
    outcome.complain("no such flow")
    shown = capsys.readouterr()
    assert shown.out == "Nöbetçi eczane\n\n"
    assert shown.err == "no such flow\n"


def test_what_a_command_leaves_is_not_looked_over_for_garbage_at_its_end() -> None:
    command = [sys.executable, "-c", LEFT_ALONE]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603
    assert done.stdout.splitlines()[-1] == "True"
