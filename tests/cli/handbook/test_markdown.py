"""The tables of the README."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.cli.handbook.entry import Entry
from ivr.cli.handbook.markdown import _row, filled, main, topics

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "before\n<!-- table: metrics -->\nold\n<!-- end -->\nafter\n"


def test_a_table_is_written_and_the_rest_is_left() -> None:
    made = filled(TEXT)
    assert made.startswith("before\n<!-- table: metrics -->\n| figure | meaning |\n|---|---|\n")
    assert made.endswith("<!-- end -->\nafter\n")
    assert "| `ivr_calls_live` | Calls going on |" in made
    assert "old" not in made


def test_writing_it_again_changes_nothing() -> None:
    assert filled(filled(TEXT)) == filled(TEXT)


def test_a_text_without_places_is_left_alone() -> None:
    assert filled("nothing here\n") == "nothing here\n"
    assert topics(TEXT) == ("metrics",)


def test_a_command_has_its_options_behind_it() -> None:
    command = Entry("Commands", "call", "Call.", ("  [FLOW]  The flow.", "  --as  Who."))
    assert _row("commands", command) == "| `call` | Call. `[FLOW]` `--as` |"


def test_a_bar_does_not_break_the_table() -> None:
    assert _row("flow", Entry("k", "n", "a | b")) == "| `n` | a \\| b |"


def test_a_file_is_written_in_place(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text(TEXT, encoding="utf-8")
    main(file)
    assert file.read_text(encoding="utf-8") == filled(TEXT)
