"""Commands and options as they are told."""

from __future__ import annotations

from ivr.cli.handbook.commands import entries

FOUND = {each.name: each for each in entries()}


def test_a_command_inside_a_group_has_both_words() -> None:
    assert "db upgrade" in FOUND
    assert "db" not in FOUND


def test_options_and_arguments_are_told_with_their_help() -> None:
    rows = dict(line.strip().split("  ", 1) for line in FOUND["call"].lines)
    assert list(rows) == ["[FLOW]", "--config, -c", "--as"]
    assert rows["[FLOW]"].strip().startswith("The flow to call")
