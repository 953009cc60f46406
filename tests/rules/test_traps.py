"""Every invariant and every trap of queues has a test that names it (acd-cti.md 6 and 14)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
_OF_QUEUES = ("acd", "cti", "runtime/groups")
_NAME = r"\b[IR][0-9]+\b"
_NAMES = [*(f"I{number}" for number in range(1, 14)), *(f"R{number}" for number in range(1, 30))]


@cache
def _named() -> frozenset[str]:
    """What docstrings name: in tests of queues `I3, R6`, elsewhere, where reports have such names
    too, `R10 of acd-cti.md`."""
    found: set[str] = set()
    for folder in _OF_QUEUES:
        found.update(_in(ROOT / folder, rf"({_NAME})"))
    return frozenset(found.union(_in(ROOT, rf"({_NAME}) of acd-cti\.md")))


def _in(folder: Path, pattern: str) -> Iterator[str]:
    for file in folder.rglob("test_*.py"):
        for words in re.findall(r'"""([^"]+)', file.read_text(encoding="utf-8")):
            yield from re.findall(pattern, words)


@pytest.mark.parametrize("name", _NAMES)
def test_each_has_a_test_that_names_it(name: str) -> None:
    assert name in _named()
