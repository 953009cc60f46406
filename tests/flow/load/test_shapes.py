"""What pydantic says, in our words and at the place of the mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pytest
from pydantic import Field

from ivr.flow.fields import Flag, Seconds, Strict, Test, Whole
from ivr.flow.load.findings import Findings
from ivr.flow.load.shapes import names_of, shape
from ivr.flow.reader import Map, read


class Inner(Strict):
    """A map inside."""

    key: Whole
    often: Seconds | None = None


class Outer(Strict):
    """A map with everything that can be wrong."""

    name: str
    kind: Literal["bridge", "blind"] = "bridge"
    inner: Inner | None = None
    table: Mapping[str, Inner] = Field(default_factory=dict)
    items: tuple[str, ...] = ()
    flag: Flag = False
    test: Test = None
    with_: Mapping[str, str] = Field(default_factory=dict, alias="with")


def told(text: str, **stand_ins: object) -> tuple[Outer | None, list[str]]:
    """The model, and each problem without the file's name."""
    document, problems = read("f", text.encode())
    assert problems == ()
    assert document is not None
    assert isinstance(document.root, Map)
    findings = Findings()
    shaped = shape(Outer, document.root, "it", findings, stand_ins=stand_ins)
    return shaped.fields, [str(one).removeprefix("f:") for one in findings.problems]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind: blind", '1:1 F102 error it needs "name"'),
        ("nmae: x", '1:1 F101 error it has no field "nmae"; did you mean "name"?'),
        ("name: x\nzzz: y", '2:1 F101 error it has no field "zzz"'),
        ("name: [x]", "1:7 F103 error name wants one value, not a list or a map"),
        ("name: x\nitems: y", "2:8 F103 error items wants a list"),
        ("name: x\ninner: y", "2:8 F103 error inner wants a map of name: value"),
        ("name: x\ninner: {often: 1s}", '2:1 F102 error inner needs "key"'),
        (
            "name: x\ninner: {key: 1, oftn: 1s}",
            '2:17 F101 error inner has no field "oftn"; did you mean "often"?',
        ),
        (
            "name: x\ninner: {kye: 1}",
            '2:9 F101 error inner has no field "kye"; did you mean "key"?',
        ),
        ("name: x\ninner: {key: one}", '2:14 F103 error "one" is not a whole number'),
        ("name: x\ntable: {a: {often: 1s}}", '2:9 F102 error table "a" needs "key"'),
        ("name: x\ntable: {a: {key: 1, z: 2}}", '2:21 F101 error table "a" has no field "z"'),
        (
            "name: x\nkind: blnd",
            '2:7 F103 error kind is "blnd"; write bridge or blind; did you mean "blind"?',
        ),
        ("name: x\nflag: yes", '2:7 F106 error "yes" is not true or false; write true'),
        ("name: x\nwith: [a]", "2:7 F103 error with wants a map of name: value"),
        ("name: x\nwiht: {a: b}", '2:1 F101 error it has no field "wiht"; did you mean "with"?'),
        ("name: x\ntest: a = 1", '2:9 F301 error not an expression: "a = 1"; write == to compare'),
        (
            'name: x\ntest: "a = 1"',
            '2:10 F301 error not an expression: "a = 1"; write == to compare',
        ),
    ],
)
def test_each_mistake_gives_one_message_at_its_place(text: str, message: str) -> None:
    assert told(text)[1] == [message]


def test_what_is_right_is_read_without_what_is_wrong() -> None:
    fields, problems = told("name: x\nkind: blind\nflag: yes\nitems: [a]\nzz: 1")
    assert fields is not None
    assert (fields.kind, fields.flag, fields.items) == ("blind", False, ("a",))
    assert len(problems) == 2


def test_without_what_must_be_there_nothing_is_read() -> None:
    assert told("kind: blind")[0] is None


def test_a_stand_in_lets_the_rest_be_read() -> None:
    fields, problems = told("nmae: x\nkind: blind", name="unknown")
    assert fields is not None
    assert (fields.name, fields.kind, len(problems)) == ("unknown", "blind", 1)


def test_names_are_those_of_the_file() -> None:
    assert "with" in names_of(Outer)
    assert "with_" not in names_of(Outer)
