"""The commands `ivr audit ...` and `ivr export ...` hand on what was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ivr.cli.outcome import CANNOT_RUN, GOOD
from ivr.cli.proof.commands import audit, export
from tests.fakes.fresh_store import fresh_file

pytestmark = pytest.mark.usefixtures("project")


def test_the_log_is_proven_and_an_unknown_customer_is_not_written() -> None:
    fresh_file(Path("var/ivr.db"))
    run = CliRunner().invoke
    proven = run(audit, ["verify"])
    assert (proven.exit_code, proven.stdout[:7]) == (GOOD, "0 rows,")
    assert run(audit, ["verify", "--head", "none.jsonl"]).exit_code == CANNOT_RUN
    assert run(audit, ["verify", "-c", "none.yaml"]).exit_code == CANNOT_RUN
    words = ["customer", "42", "--why", "dilekçe 7", "--folder", "out"]
    assert run(export, words).exit_code == CANNOT_RUN
    assert run(export, words[:2]).exit_code != GOOD
