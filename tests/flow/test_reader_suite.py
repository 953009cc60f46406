"""A second opinion on the reader: ruamel.yaml on every fixture, and the YAML test suite."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ivr.flow.reader import List, Node, Text, plain, read

ROOT = Path(__file__).resolve().parents[2]
SUITE = ROOT.parent / "shared" / "data" / "yaml_test_suite" / "yaml_test_suite.json"
ABSENT = "the YAML test suite is not here (shared/data/yaml_test_suite)"

FLOW = """\
# a comment
always:
  "*": {do: repeat, words: {tr: [tekrar], en: [repeat]}}
nodes:
  welcome:
    - fetch: customer
      only: known(call.ani)                 # ok F406: withheld
      with: {phone: =call.ani}
    - say: 'it''s # no comment'
    - hangup
  wrap_up:
    - text: |    # the block
        # not a comment
        ışık 😀

      kind: >-
        folded
        text
"""
TEXTS = {
    "flow": FLOW,
    "crlf": FLOW.replace("\n", "\r\n"),
    "turkish": 'ğüş: "😀 ı" # ö\nİ: {ş😀: [ç, 😀😀]}\n"ı😀": x -\n',
    "question mark": "{name: text?, a: [b?, c]}\n",
    "numbers": "a: 0212\nb: +902121234567\nc: 9:00\ne: 0077\nno: off\nf: ~\ng: 1e3\n",
    "quotes": 'a: "\\u0131\\n\\t\\"\\\\"\nb: \'x\'\'y\'\nc: "two\n  lines"\nd: two\n  lines\n',
}


def ours(node: Node) -> list[tuple[str, int, int]]:
    """Every text with its place, and `{ } [ ]` around what is inside, in order."""
    if isinstance(node, Text):
        return [(node.value, node.at.line, node.at.column)]
    place = (node.at.line, node.at.column)
    if isinstance(node, List):
        inside = [part for item in node.items for part in ours(item)]
        return [("[", *place), *inside, ("]", 0, 0)]
    pairs = [(entry.key, entry.value) for entry in node.entries]
    inside = [part for pair in pairs for child in pair for part in ours(child)]
    return [("{", *place), *inside, ("}", 0, 0)]


def theirs(text: str) -> list[tuple[str, int, int]]:
    """The same from the events of ruamel.yaml."""
    signs = {"MappingStartEvent": "{", "SequenceStartEvent": "["}
    ends = {"MappingEndEvent": "}", "SequenceEndEvent": "]"}
    found: list[tuple[str, int, int]] = []
    for event in YAML(typ="safe", pure=True).parse(text):
        name = type(event).__name__
        mark = event.start_mark
        if name in ends:
            found.append((ends[name], 0, 0))
        elif name in signs or name == "ScalarEvent":
            found.append((signs.get(name) or event.value, mark.line + 1, mark.column + 1))
    return found


def fixtures() -> dict[str, str]:
    """Our texts and every file that ships in flows/; all of them keep the rules."""
    files = sorted((ROOT / "flows").rglob("*.yaml"))
    return TEXTS | {str(file.relative_to(ROOT)): file.read_text("utf-8") for file in files}


@pytest.mark.parametrize("name", fixtures())
def test_two_parsers_agree_on_every_fixture(name: str) -> None:
    text = fixtures()[name]
    document, problems = read(name, text.encode())
    assert problems == ()
    assert document is not None
    assert document.root is not None
    assert ours(document.root) == theirs(text)


# --- the YAML test suite -------------------------------------------------------------------------

# Cases that YAML 1.2 forbids and libyaml reads, each as any reader would guess it.
LENIENT = {
    "9C9N/00": "a list in [ ] goes on at the margin",
    "DK95/01": "a text in quotes goes on after a tab",
    "G5U8/00": "a dash alone inside [ ] is the text -",
    "QB6E/00": "a text in quotes goes on at the margin",
    "S98Z/00": "blank lines before an empty > text are indented further than it",
    "YJV2/00": "a dash alone inside [ ] is the text -",
}


def suite() -> list[dict[str, Any]]:
    """The cases; the dashes by which the suite draws the width of a tab are taken out."""
    if not SUITE.exists():
        return []
    cases: list[dict[str, Any]] = json.loads(SUITE.read_text("utf-8"))["cases"]
    return [case | {"yaml": re.sub("—*\t", "\t", case["yaml"])} for case in cases]


CASES_OF_SUITE = {str(case["id"]): case for case in suite()}


def is_same(found: object, expected: object) -> bool:
    """Equal in shape and text; what YAML would make a number or null is some text here."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return list(found) == list(expected) and all(
            is_same(found[key], expected[key]) for key in expected
        )
    if isinstance(expected, list) and isinstance(found, list):
        return len(found) == len(expected) and all(map(is_same, found, expected))
    return found == expected if isinstance(expected, str) else isinstance(found, str)


@pytest.mark.parametrize("name", CASES_OF_SUITE or ["absent"])
def test_the_yaml_test_suite_is_read_or_refused(name: str) -> None:
    if not CASES_OF_SUITE:
        pytest.skip(ABSENT)
    case = CASES_OF_SUITE[name]
    document, problems = read(name, case["yaml"].encode())
    if problems:
        assert name not in LENIENT
        return
    assert document is not None
    assert bool(case["fail"]) == (name in LENIENT)
    if case["json"] and document.root and not case["fail"]:
        assert is_same(plain(document.root), json.loads(case["json"]))


def test_most_of_the_suite_that_keeps_our_rules_is_read() -> None:
    if not CASES_OF_SUITE:
        pytest.skip(ABSENT)
    taken = [case for case in CASES_OF_SUITE.values() if not read("f", case["yaml"].encode())[1]]
    assert len(CASES_OF_SUITE) == 406
    assert len(taken) >= 150
