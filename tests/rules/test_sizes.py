"""Caps on modules, classes and folders, so that nothing grows past what one can read at once.

Functions are capped by ruff; these three are what it does not measure (architecture 10).
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ("ivr", "tests", "benchmarks")
MODULE_LINES = 400
TEST_LINES = 600  # a module has one test file, and tables of examples are long but easy
CLASS_LINES = 200
FOLDER_FILES = 20
WIDE_FOLDERS = frozenset(
    {"verbs", "adapters", "reports", "kinds", "versions"}
)  # one module per thing one can add


def modules() -> Iterator[Path]:
    """Every Python file of the product, its tests and benchmarks."""
    for name in HOUSE:
        yield from sorted((ROOT / name).rglob("*.py"))


def cap(file: Path) -> int:
    """The most lines that this file may have."""
    return TEST_LINES if file.name.startswith("test_") else MODULE_LINES


def test_modules_stay_short() -> None:
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in modules()}
    long = {str(file.relative_to(ROOT)): n for file, n in lengths.items() if n > cap(file)}
    assert long == {}


def test_classes_stay_short() -> None:
    long = {
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}": (node.end_lineno or 0)
        - node.lineno
        + 1
        for file in modules()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and (node.end_lineno or 0) - node.lineno >= CLASS_LINES
    }
    assert long == {}


def test_folders_stay_small() -> None:
    folders = sorted({file.parent for file in (ROOT / "ivr").rglob("*.py")})
    sizes = {
        str(folder.relative_to(ROOT)): len(list(folder.glob("*.py")))
        for folder in folders
        if folder.name not in WIDE_FOLDERS
    }
    assert {name: size for name, size in sizes.items() if size > FOLDER_FILES} == {}
