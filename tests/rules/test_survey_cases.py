"""The test list of surveys: each line has tests on each way that it names, or says why not."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.rules.test_capabilities import ROOT, named_in

LIST = ROOT.parent / "shared" / "design" / "surveys.md"
KEPT = tomllib.loads((ROOT / "tests" / "surveys" / "cases.toml").read_text(encoding="utf-8"))
WAYS = frozenset("VSTM")
_ROW = re.compile(r"^\| (\d+) ([VSTM ]+) \| (.*?) \|", re.MULTILINE)


@pytest.mark.parametrize("line", KEPT)
def test_each_line_has_tests_that_exist(line: str) -> None:
    row: dict[str, Any] = KEPT[line]
    assert {*row} <= {"what", "open", *WAYS}
    assert row.get("open", True)
    for way in WAYS & {*row}:
        assert row[way], way
        for test in row[way]:
            path, _, name = test.partition("::")
            assert (ROOT / path).exists(), test
            assert named_in(path), test
            assert not name or name in named_in(path), test


def test_every_line_of_the_list_is_held_on_every_way_that_it_names() -> None:
    if not LIST.exists():
        pytest.skip("needs ../shared/design: the test list of surveys is not here")
    listed = {line: (what, {*ways.split()}) for line, ways, what in _ROW.findall(LIST.read_text())}
    assert {line: row["what"] for line, row in KEPT.items()} == {
        line: what for line, (what, _ways) in listed.items()
    }
    missing = {line: ways - {*KEPT[line]} for line, (_what, ways) in listed.items()}
    assert not {line: ways for line, ways in missing.items() if ways}
