"""Reads `vars`, `inputs` and `outputs`: a name, its type, and the value it starts with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.flow.load.findings import Findings, inside, meant
from ivr.flow.load.names import RESERVED_VARIABLES, check_name
from ivr.flow.model import Variable
from ivr.flow.reader_tree import Entry, Map, Text
from ivr.flow.types import UNKNOWN, Type, TypeNameError, parse_literal, parse_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.problem import Position
    from ivr.domain.values import Value


@dataclass(frozen=True, slots=True)
class Types:
    """What types may name. told: record names whose absence was already noted elsewhere."""

    currency: str
    records: Mapping[str, Type]
    told: frozenset[str] = frozenset()


def read_variables(
    raw: Map, field: str, types: Types, seen: dict[str, Position], findings: Findings
) -> dict[str, Variable]:
    """The variables declared under one field of a flow. seen: names declared before, and where."""
    declared = raw.get(field)
    if not isinstance(declared, Map):
        return {}
    found: dict[str, Variable] = {}
    for entry in declared.entries:
        name = entry.key.value
        if name in seen:
            first = seen[name]
            message = f'"{name}" is here twice, first in line {first.line}'
            findings.error("F003", entry.key.at, message)
        elif check_name(name, entry.key.at, findings, RESERVED_VARIABLES):
            seen[name] = entry.key.at
            found[name] = _variable(entry, types, findings)
    return found


def _variable(entry: Entry, types: Types, findings: Findings) -> Variable:
    """One variable; of unknown type when that is wrong, so that it is at least declared."""
    name, text = entry.key.value, entry.value
    if not isinstance(text, Text):
        return Variable(name, UNKNOWN, None, entry.key.at)
    written, equals, literal = text.value.partition("=")
    kind = _type(written.strip(), text, types, findings)
    default: Value = None
    if equals and kind is not UNKNOWN:
        default = _default(literal, kind, text, findings)
    return Variable(name, kind, default, entry.key.at)


def _type(written: str, text: Text, types: Types, findings: Findings) -> Type:
    try:
        return parse_type(written, currency=types.currency, records=types.records)
    except TypeNameError as error:
        base = written.removesuffix("?").split()[-1:]
        if not types.told.intersection(base):
            findings.error("F103", text.at, error.message, meant(error.suggestion))
        return UNKNOWN


def _default(literal: str, kind: Type, text: Text, findings: Findings) -> Value:
    start = len(text.value) - len(literal.lstrip())
    try:
        return parse_literal(literal.strip(), kind)
    except ValueError as error:
        findings.error("F103", inside(text, start), str(error))
        return None
