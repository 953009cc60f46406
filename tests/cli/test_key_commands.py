"""The commands `ivr key ...` hand on what was written."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from ivr.cli.key_commands import key
from ivr.cli.outcome import CANNOT_RUN, GOOD

pytestmark = pytest.mark.usefixtures("project")


def test_a_key_is_added_listed_and_removed() -> None:
    run = CliRunner().invoke
    words = "add crm --scope event:r --scope number:r --days 30 --network 192.0.2.0/24"
    added = run(key, words.split())
    assert added.exit_code == GOOD
    assert added.stdout.startswith("ivrk_")
    assert "crm" in run(key, ["list"]).stdout
    assert run(key, ["remove", "crm"]).exit_code == GOOD
    assert run(key, ["remove", "crm"]).exit_code == CANNOT_RUN
    assert run(key, ["list", "-c", "none.yaml"]).exit_code == CANNOT_RUN
