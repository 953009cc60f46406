"""Lines of standard input, wherever they come from; at a keyboard, see `test_calling.py`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ivr.cli.keyboard import keyboard

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


async def test_a_pipe_gives_its_lines_and_then_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = os.pipe()
    with os.fdopen(here) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        os.write(there, b"one\ntwo")
        os.close(there)
        async with keyboard() as reader:
            assert [await reader.readline() for _ in range(3)] == [b"one\n", b"two", b""]


async def test_a_file_does_as_well(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "typed"
    file.write_text("one\n")
    with file.open(encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        async with keyboard() as reader:
            assert [await reader.readline() for _ in range(2)] == [b"one\n", b""]
