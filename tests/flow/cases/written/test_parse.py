"""A whole test file: defaults, `each`, names that are there twice, random callers, the bar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flow.cases import read_cases
from ivr.flow.cases.model import KEEPS, CoverBar, Hears, Presses
from ivr.flow.reader import read as read_yaml
from tests.flow.cases.scene import (
    ZONE,
    bank_stage,
    bank_tests,
    bundles,
    call,
    case_file,
    shop_world,
    stage,
    told,
)


def test_a_call_has_usual_circumstances() -> None:
    (case,) = case_file(call()).cases
    assert case.started == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    assert (case.ani, case.dnis, case.channel) == ("+905321112233", "+902125550000", "simulator")
    assert (case.flow, case.name, case.language) == ("shop", "one", "")


def test_a_call_may_say_otherwise() -> None:
    more = (
        '    at: 2026-12-31 23:59 UTC\n    ani: none\n    dnis: "+902125550009"\n'
        "    channel: twilio\n    language: en\n"
    )
    text = call(more=more).replace("UTC", "Europe/Istanbul")
    (case,) = case_file(text).cases
    assert case.started == datetime(2026, 12, 31, 20, 59, tzinfo=UTC)
    assert (case.ani, case.dnis, case.channel) == (None, "+902125550009", "twilio")
    assert case.language == "en"


def test_defaults_lie_under_every_call_and_each_over_it() -> None:
    text = """\
flow: shop
defaults:
  ani: none
  given: {order: {state: a}, hours: {door: open}}
calls:
  - name: many
    talk: [{presses: "1"}]
    given: {hours: {door: closed}}
    each:
      - given: {order: {state: b}}
      - {name: own, talk: [{hears: welcome}]}
"""
    first, second = case_file(text).cases
    assert (first.name, second.name) == ("many [1]", "own")
    assert first.ani is None
    assert first.given.lookups["order"][0].record["state"] == "b"
    assert second.given.lookups["order"][0].record["state"] == "a"
    assert first.given.facts == second.given.facts == {"hours.door.open": False}
    assert [act.deed for act in first.talk] == [Presses("1")]
    assert [act.deed for act in second.talk] == [Hears(("welcome",))]
    assert (first.at.line, second.at.line) == (10, 11)


def test_random_callers_and_the_bar_are_read() -> None:
    text = (
        "flow: shop\nfuzz: {callers: 9, seed: 3, keep: [ends], languages: [en]}\n"
        "cover: {exits: 60%, skip: [desk.queue.full]}\n"
    )
    file = case_file(text)
    assert file.fuzz is not None
    assert (file.fuzz.callers, file.fuzz.seed) == (9, 3)
    assert (file.fuzz.keep, file.fuzz.languages) == (("ends",), ("en",))
    assert isinstance(file.cover, CoverBar)
    assert (file.cover.percent, file.cover.skip) == (60, ("desk.queue.full",))


def test_random_callers_keep_everything_unless_told() -> None:
    file = case_file("flow: shop\nfuzz: {callers: 9}\n")
    assert file.fuzz is not None
    assert file.fuzz.keep == KEEPS


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ':1:1 T102 error a test file needs "flow"'),
        ("calls: []\n", ':1:1 T102 error a test file needs "flow"'),
        ("flow: shp\n", ':1:7 T101 error no flow "shp"; did you mean "shop"?'),
        ("flow: shop\ncall: []\n", ':2:1 T102 error a test file has no field "call"; did you mean'),
        ("flow: shop\ncalls: {}\n", ":2:8 T103 error calls wants a list"),
        ("flow: shop\ncalls:\n  - talk: []\n", ':3:5 T102 error call needs "name"'),
        (
            "flow: shop\ncalls:\n  - {name: a, tlk: []}\n",
            ':3:15 T102 error call has no field "tlk"',
        ),
        (
            "flow: shop\ncalls:\n  - name: a\n  - name: a\n",
            ':4:11 T103 error name "a" is here twice, first in line 3',
        ),
        ("flow: shop\ndefaults: {name: a}\n", ':2:12 T102 error defaults has no field "name"'),
        (
            "flow: shop\ncalls:\n  - {name: a, at: now}\n",
            ':3:19 T103 error at: "now" is not a moment',
        ),
        (
            "flow: shop\ncalls:\n  - {name: a, at: 2026-11-23 10:30 Mars/Base}\n",
            ':3:19 T103 error at: no time zone "Mars/Base"',
        ),
        (
            "flow: shop\ncalls:\n  - {name: a, ani: 0532}\n",
            ':3:20 T103 error ani: "0532" is not a phone number',
        ),
        (
            "flow: shop\ncalls:\n  - {name: a, language: de}\n",
            ':3:25 T101 error no language "de"',
        ),
        (
            "flow: shop\ncalls:\n  - {name: a, channel: a b}\n",
            ':3:24 T103 error channel: "a b" is not the name of a channel',
        ),
        ("flow: shop\nfuzz: {callers: x}\n", ':2:17 T103 error callers: "x" is not a whole number'),
        ("flow: shop\nfuzz: {keep: [all]}\n", ':2:15 T101 error no keep "all"'),
        ("flow: shop\ncover: {exits: 60}\n", ':2:16 T103 error exits: "60" is not a percentage'),
        ("flow: shop\ncover: {skip: [x]}\n", ':2:16 T101 error no exit "x"'),
        ("flow: [\n", ":1:8 F002 error not YAML"),
    ],
)
def test_mistakes_are_told_where_they_stand(text: str, problem: str) -> None:
    (line, *_more) = told(text)
    assert line.startswith(f"shop.test.yaml{problem}"), line


def test_a_mistake_in_defaults_is_told_once() -> None:
    text = "flow: shop\ndefaults: {given: {ordr: {}}}\ncalls: [{name: a}, {name: b}]\n"
    assert len(told(text)) == 1


def test_a_file_with_a_mistake_is_left_out_and_the_others_are_read() -> None:
    files = {"b": b"flow: nix\n", "a": b"flow: shop\ncalls: [{name: a}]\n"}
    found, problems = read_cases(files, bundles(stage()), shop_world())
    assert [one.file for one in found] == ["a"]
    assert [problem.code for problem in problems] == ["T101"]


def test_the_tests_of_the_bank_are_read_without_a_mistake() -> None:
    on = bank_stage()
    found, problems = read_cases(
        {"bank.test.yaml": bank_tests()}, bundles(on), on.book.world, {ZONE.key: ZONE}.__getitem__
    )
    assert problems == ()
    assert len(found[0].cases) == 50


@pytest.mark.unmeasured
@settings(max_examples=60)
@given(st.data())
def test_no_damage_makes_the_reader_raise(data: st.DataObject) -> None:
    whole = bank_tests().decode()
    start = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 60))
    put = data.draw(st.sampled_from(["", "x", "[", "{a: b}", "\n", "none", ": ", "- "]))
    damaged = (whole[:start] + put + whole[start + length :]).encode()
    on = bank_stage()
    read_cases({"x": damaged}, bundles(on), on.book.world)
    assert read_yaml("x", damaged)[1] is not None
