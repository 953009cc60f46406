"""The register of capabilities: each core one has tests that exist, or says why it is open."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
REGISTER = ROOT.parent / "shared" / "design" / "capabilities.md"
KEPT = tomllib.loads((ROOT / "tests" / "capabilities.toml").read_text(encoding="utf-8"))
_ROW = re.compile(r"\| ([SU][0-9-]+) \| (.*?) \| core", re.MULTILINE)


@cache
def named_in(path: str) -> frozenset[str]:
    """The names of the tests in a file, or in all files of a folder."""
    place = ROOT / path
    files = sorted(place.rglob("test_*.py")) if place.is_dir() else [place]
    names = [
        node.name
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return frozenset(name for name in names if name.startswith("test_"))


@pytest.mark.parametrize("key", KEPT)
def test_each_capability_has_tests_or_says_why_it_is_open(key: str) -> None:
    row: dict[str, Any] = KEPT[key]
    assert row["what"]
    assert ("tests" in row) != ("open" in row)
    assert row.get("tests", True)
    assert row.get("open", True)
    for test in row.get("tests", ()):
        path, _, name = test.partition("::")
        assert (ROOT / path).exists(), test
        assert named_in(path), test
        assert not name or name in named_in(path), test


def test_no_core_capability_of_the_register_is_left_out() -> None:
    if not REGISTER.exists():
        pytest.skip("needs ../shared/design: the register of capabilities is not here")
    core = dict(_ROW.findall(REGISTER.read_text(encoding="utf-8")))
    assert {key: row["what"] for key, row in KEPT.items()} == core
