"""Reads the form of a category: each field with its type, its limits and how callers are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.tickets.catalogue.shapes import FormFieldFields
from ivr.tickets.forms import (
    ASKABLE,
    CHOICE,
    DIGITS,
    MONEY,
    MOST_DIGITS,
    MOST_KEYS,
    MOST_TEXT,
    TEXT,
    Form,
    FormField,
)

if TYPE_CHECKING:
    from ivr.flow.reader_tree import Node
    from ivr.tickets.catalogue.reading import NamedMap, Reading

_ONLY = {"length": DIGITS, "max_length": TEXT, "values": CHOICE}
"""Key -> the one type that it belongs to."""


def read_form(reading: Reading, node: Node | None, category: str) -> Form:
    """The form of a category, with all the fields that could be read."""
    named = reading.entries(node, "field", dotted=category)
    fields = (_read_field(reading, each) for each in named)
    return Form({each.name: each for each in fields if each is not None})


def _read_field(reading: Reading, named: NamedMap) -> FormField | None:
    fields = reading.shaped(FormFieldFields, named.raw, f"field {named.name}")
    if fields is None:
        return None
    _check_limits(reading, named, fields)
    found = FormField(
        named.name,
        fields.type,
        fields.required,
        reading.labels(named.raw, "label", f"field {named.name}"),
        fields.length or (1, MOST_DIGITS),
        fields.max_length or MOST_TEXT,
        _choices(reading, named, fields.type),
        fields.ask,
        reading.around.currency if fields.type == MONEY else "",
    )
    if fields.ask:
        _check_ask(reading, named, found)
    return found


def _check_limits(reading: Reading, named: NamedMap, fields: FormFieldFields) -> None:
    """F923: limits of another type, and limits that nothing could meet."""
    for key, kind in _ONLY.items():
        if named.raw.get(key) is not None and fields.type != kind:
            message = f"{key} is for {kind}, {named.name} is {fields.type}"
            reading.findings.error("F923", named.place(key), message)
    if fields.length is not None and not 1 <= fields.length[0] <= fields.length[1] <= MOST_DIGITS:
        message = f"a field of digits has 1 to {MOST_DIGITS} of them"
        reading.findings.error("F923", named.place("length"), message)
    if fields.max_length is not None and not 1 <= fields.max_length <= MOST_TEXT:
        message = f"a text has 1 to {MOST_TEXT} characters"
        reading.findings.error("F923", named.place("max_length"), message)


def _choices(reading: Reading, named: NamedMap, kind: str) -> dict[str, dict[str, str]]:
    node = named.raw.get("values")
    if kind != CHOICE:
        return {}
    if node is None:
        reading.findings.error("F923", named.at, f'{named.name} is an enum and needs "values"')
        return {}
    return {
        key.value: reading.texts(value, f"value {key.value}")
        for key, value in reading.pairs(node, "value")
    }


def _check_ask(reading: Reading, named: NamedMap, found: FormField) -> None:
    """F924: a type that no caller can give; F920 and F922: of the prompt."""
    at = named.place("ask")
    if found.type not in ASKABLE:
        asked = ", ".join(sorted(ASKABLE))
        message = f"{named.name} is {found.type}, which no caller can be asked for"
        reading.findings.error("F924", at, message, f"only {asked} can; take ask out")
    elif found.type == CHOICE and len(found.choices) > MOST_KEYS:
        message = f"{named.name} has {len(found.choices)} values; keys are there for {MOST_KEYS}"
        reading.findings.error("F924", at, message, "take ask out, or some of the values")
    prompts = reading.around.prompts
    if prompts is None or not reading.check(found.ask, prompts, "prompt", at):
        return
    for language in reading.around.languages:
        if language not in prompts[found.ask]:
            reading.findings.error("F922", at, f"prompt {found.ask} has no {language}")
