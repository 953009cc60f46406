"""Results as text, JSON and JUnit XML."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from ivr.flow.cases import as_json, conversation, junit, run_file, text
from ivr.flow.cases.model import Line
from tests.flow.cases.scene import SHOP, case_file, stage

FILE = """\
flow: shop
calls:
  - name: good
    talk: [{presses: "2"}]
  - name: bad & <wrong>
    talk: [{presses: "2"}, {hears: choose}]
cover: {exits: 90%}
"""
BROKEN = SHOP.replace("human_within: 90s, stuck_within: 90s", "human_within: 5s, stuck_within: 8s")


def test_a_conversation_marks_the_first_difference() -> None:
    lines = [Line(0, "shop.hello", "caller hears", "a"), Line(61_250, "shop.b", "caller", "b")]
    assert conversation(lines, 1) == [
        "  00:00.000  shop.hello  caller hears a",
        "> 01:01.250  shop.b      caller b",
    ]


def test_text_shows_each_failure_with_its_conversation_then_figures() -> None:
    result = run_file(case_file(FILE), stage())
    lines = text(result).splitlines()
    assert lines[0].startswith('shop.test.yaml:6:29 T201 fail "bad & <wrong>": hears choose; heard')
    assert lines[4].startswith("> 00:03.772  shop.secret  caller hears pin")
    assert lines[-2].startswith("shop.test.yaml:7:8 T204 fail exits 1 of ")
    assert lines[-1].startswith("shop.test.yaml: 1 of 2 calls passed, exits 1 of ")
    assert not result.passed


def test_json_holds_calls_coverage_and_problems() -> None:
    (one,) = json.loads(json.dumps(as_json([run_file(case_file(FILE), stage())])))
    assert [call["passed"] for call in one["calls"]] == [True, False]
    assert one["calls"][0]["conversation"] == []
    assert one["coverage"]["taken"] == 1
    assert [(p["code"], p["line"], p["col"]) for p in one["problems"]] == [
        ("T201", 6, 29),
        ("T204", 7, 8),
    ]


def test_junit_counts_cases_and_failures() -> None:
    root = ET.fromstring(junit([run_file(case_file(FILE), stage())]))  # noqa: S314 - our own
    suite = root[0]
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    names = [case.get("name") for case in suite]
    assert names == ["good", "bad & <wrong>", "exits"]
    failure = suite[1].find("failure")
    assert failure is not None
    assert failure.get("type") == "T201"
    assert "> 00:03.772" in (failure.text or "")


def test_random_callers_stand_in_every_form() -> None:
    on = stage(BROKEN)
    result = run_file(case_file("flow: shop\nfuzz: {callers: 50, seed: 1}\n", on), on)
    assert "(seed 1): human_within 5s broken" in text(result)
    assert "  shortest talk:\n    (the caller does nothing)" in text(result)
    (one,) = as_json([result])
    assert one["fuzz"]["failures"][0]["broken"] == "promises"  # type: ignore[index]
    assert 'name="random callers"' in junit([result])
