"""A test's folder says what kind it is, so a test file has few places where it may stand."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
# Beside the mirrors of ivr's packages: contracts of ports, whole servers, the repository itself,
# and the fakes that stand for the other side of a wire.
OWN_HOMES = frozenset({"ports", "calls", "rules", "fakes"})


def mirrored() -> frozenset[str]:
    """The packages of ivr/, each of which has a home of the same name."""
    return frozenset(file.parent.name for file in (ROOT / "ivr").glob("*/__init__.py"))


def is_test_file(path: Path) -> bool:
    """What pytest would collect, under either spelling."""
    return path.name.startswith("test_") or path.stem.endswith("_test")


def fault(path: Path, packages: frozenset[str]) -> str:
    """Why this file, relative to tests/, must not stand where it does; empty if it may."""
    home = path.parts[0] if len(path.parts) > 1 else ""
    if path.name == "__init__.py":
        return "tests are no packages"
    if path.stem.endswith("_test"):
        return "test files are named test_*.py"
    if not is_test_file(path):
        return ""
    if home not in packages | OWN_HOMES:
        return "no home for tests"
    if home == "channels" and len(path.parts) < 3:
        return "a channel's tests stand in the folder of its provider"
    return ""


def test_every_test_file_stands_in_a_home() -> None:
    files = sorted(file.relative_to(TESTS) for file in TESTS.rglob("*.py"))
    faults = {str(file): fault(file, mirrored()) for file in files}
    assert {file: why for file, why in faults.items() if why} == {}


def test_no_test_file_stands_outside_the_tests() -> None:
    places = [
        file for folder in ("ivr", "benchmarks", "flows") for file in (ROOT / folder).rglob("*.py")
    ]
    assert [str(file.relative_to(ROOT)) for file in places if is_test_file(file)] == []


def test_no_test_hides_in_a_file_that_is_not_collected() -> None:
    hidden = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for file in sorted(TESTS.rglob("*.py"))
        if not is_test_file(file)
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    ]
    assert hidden == []


@pytest.mark.parametrize(
    ("path", "bad"),
    [
        ("flow/test_reader.py", False),
        ("flow/checker/test_reach.py", False),
        ("channels/twilio/wire/test_forms.py", False),
        ("ports/test_journal.py", False),
        ("engine/script.py", False),
        ("conftest.py", False),
        ("test_loose.py", True),
        ("elsewhere/test_x.py", True),
        ("channels/test_x.py", True),
        ("flow/__init__.py", True),
        ("flow/reader_test.py", True),
    ],
)
def test_the_rule_of_homes_itself(path: str, bad: bool) -> None:
    packages = frozenset({"flow", "channels", "engine"})
    assert bool(fault(Path(path), packages)) is bad
