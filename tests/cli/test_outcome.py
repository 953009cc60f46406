"""How commands speak and end."""

from __future__ import annotations

import pytest
import typer

from ivr.cli import outcome


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
