"""The JSON Schema for editors: accepts our flows, refuses what the loader refuses by shape.

The few keywords that the schema uses are checked here by hand, so that no validator is needed;
a keyword that is not among them fails.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from ruamel.yaml import YAML

from ivr.engine.verbs import SPECS
from ivr.flow.load.schema import DRAFT, flow_schema
from tests.flow.bank import bank_files
from tests.flow.shop import PIN, shop

SCHEMA = flow_schema(SPECS)
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
REMARKS = {"$schema", "$defs", "title", "description", "default"}


def is_type(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, TYPES[name])


def fits(value: object, schema: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether a value fits a schema."""
    if isinstance(schema, bool):
        return schema
    return all(
        RULES[word](value, wanted, schema) for word, wanted in schema.items() if word not in REMARKS
    )


def _type(value: object, wanted: Any, _schema: object) -> bool:  # noqa: ANN401 - any JSON
    return any(is_type(value, name) for name in ([wanted] if isinstance(wanted, str) else wanted))


def _additional(value: object, wanted: object, schema: Any) -> bool:  # noqa: ANN401 - any JSON
    known = schema.get("properties", {})
    return not isinstance(value, dict) or all(
        fits(inner, wanted) for name, inner in value.items() if name not in known
    )


RULES: dict[str, Any] = {
    "$ref": lambda v, w, _s: fits(v, SCHEMA["$defs"][w.removeprefix("#/$defs/")]),
    "additionalProperties": _additional,
    "anyOf": lambda v, w, _s: any(fits(v, one) for one in w),
    "const": lambda v, w, _s: v == w,
    "enum": lambda v, w, _s: v in w,
    "items": lambda v, w, _s: not isinstance(v, list) or all(fits(one, w) for one in v),
    "maximum": lambda v, w, _s: not isinstance(v, int) or v <= w,
    "minimum": lambda v, w, _s: not isinstance(v, int) or v >= w,
    "maxItems": lambda v, w, _s: not isinstance(v, list) or len(v) <= w,
    "minItems": lambda v, w, _s: not isinstance(v, list) or len(v) >= w,
    "maxProperties": lambda v, w, _s: not isinstance(v, dict) or len(v) <= w,
    "minProperties": lambda v, w, _s: not isinstance(v, dict) or len(v) >= w,
    "pattern": lambda v, w, _s: not isinstance(v, str) or bool(re.search(w, v)),
    "properties": lambda v, w, _s: (
        not isinstance(v, dict) or all(fits(v[name], w[name]) for name in w if name in v)
    ),
    "propertyNames": lambda v, w, _s: not isinstance(v, dict) or all(fits(name, w) for name in v),
    "required": lambda v, w, _s: not isinstance(v, dict) or all(name in v for name in w),
    "type": _type,
}


def accepted(text: str) -> bool:
    """Whether a YAML 1.2 editor with this schema finds nothing."""
    return fits(YAML(typ="safe", pure=True).load(text), SCHEMA)


def test_it_says_which_draft_it_is() -> None:
    assert SCHEMA["$schema"] == DRAFT


@pytest.mark.parametrize("name", ["bank", "identify"])
def test_the_worked_example_is_accepted(name: str) -> None:
    assert accepted(bank_files()[f"flows/{name}.yaml"].decode())


def test_the_shop_of_these_tests_is_accepted() -> None:
    assert accepted(shop())
    assert accepted(PIN)


@pytest.mark.parametrize(
    "steps",
    [
        "- hangup",
        "- hangup:",
        "- hangup: [a, b]",
        "- voicemail: a\n  ticket: b\n  done: c",
        "- voicemail: a\n  ticket: {subject: b, customer: =x}\n  done: c",
        "- transfer: a\n  kind: blind\n  busy: b\n  noanswer: b\n  failed: b",
        "- menu: [a, b]\n  noinput: [[a, b], c]\n  giveup: d",
        '- menu: a\n  keys: {"1": {go: a, words: {tr: [b]}}, "*": c}\n  giveup: d',
        "- ask: a\n  into: b\n  digits: 4\n  giveup: c",
        "- ask: a\n  into: b\n  digits: 3-11\n  giveup: c",
        "- run: a\n  with: {b: =c, d: 5}\n  failed: e\n  locked: f",
        "- set: {a: 5, b: true, c: =d}",
        "- split: {a: 10, b: 90}",
    ],
)
def test_every_short_form_is_accepted(steps: str) -> None:
    assert accepted(shop(steps))


@pytest.mark.parametrize(
    "steps",
    [
        "- menu: a\n  nomach: b\n  giveup: c",  # F101
        "- ask: a\n  giveup: b",  # F102
        "- menu: a\n  giveup: b\n  first: 6",  # F103
        "- menu: a\n  giveup: b\n  keys: {x: b}",
        "- record: strat",
        "- say: a\n  go: b",  # F104
        "- sya: a",
        "- say",
        "- menu: a\n  giveup: b\n  barge_in: yes",  # F106
        "- queue: a\n  full: b\n  timeout: b\n  done: b",  # F107
        "- fetch: a\n  failed: b\n  timeout: c",  # F108
        "- menu: a\n  tries: 9\n  giveup: b",  # F409
    ],
)
def test_wrong_shapes_are_refused(steps: str) -> None:
    assert not accepted(shop(steps))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1", "version: 2"),
        ("version: 1\n", ""),
        ("  main:", "  Main:"),
        ("vars: {customer", "vars: {Customer"),
        ("languages: [tr, en]", "languages: tr"),
        ("uses: {queues", "uses: {queue"),
        ("rescue: {error", "rescue: {eror"),
    ],
)
def test_a_wrong_top_is_refused(old: str, new: str) -> None:
    assert old in shop()
    assert not accepted(shop().replace(old, new))
