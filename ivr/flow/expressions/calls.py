"""The type check of function calls: the kind of each argument and what the call gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from ivr.flow.expressions.evaluate import is_written
from ivr.flow.expressions.rules import (
    NOTHING,
    ORDERED,
    Found,
    Refusal,
    joined,
    mixed,
    noun,
    refused_order,
    shown,
)
from ivr.flow.expressions.scope import Scope, prefixes
from ivr.flow.expressions.signatures import FUNCTIONS
from ivr.flow.expressions.syntax import Call, Literal, Name, Node
from ivr.flow.types import BOOL, NUMBER, SCALARS, TEXT, TEXT_FAMILY, Path, Type, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALLOWED: Mapping[str, frozenset[str]] = {
    "text": TEXT_FAMILY,
    "checked": TEXT_FAMILY,
    "number": frozenset({"number"}),
    "amount": frozenset({"number", "money", "duration"}),
    "payable": frozenset({"number", "money"}),
    "ordered": ORDERED,
    "day": frozenset({"date", "datetime"}),
    "moment": frozenset({"datetime"}),
    "datetime": frozenset({"datetime"}),
    "written": frozenset({"text"}),
    "pattern": frozenset({"text"}),
    "node": frozenset({"text"}),
    "any": frozenset(SCALARS),
}
_WANTS: Mapping[str, str] = {
    "text": "text",
    "checked": "text",
    "number": "a number",
    "amount": "a number, money or a duration",
    "payable": "a number or money",
    "ordered": "numbers, money, days, times or durations",
    "day": "a date or a datetime",
    "moment": "a datetime or a text in quotes",
    "datetime": "a datetime",
    "any": "a single value",
}


class Checker(Protocol):
    """The part of the type check that the check of calls builds on."""

    scope: Scope

    def report(self, refusal: Refusal, node: Node, path: Path = ()) -> Found:
        """Note a mistake."""
        ...

    def check(self, node: Node, facts: frozenset[Path]) -> Found:
        """Any value, also one that may be missing."""
        ...

    def name(self, node: Name, facts: frozenset[Path], *, may_miss: bool = False) -> Found:
        """A path."""
        ...

    def present(self, node: Node, facts: frozenset[Path]) -> Found:
        """A value that is not missing."""
        ...

    def plain(self, node: Node, facts: frozenset[Path], reader: str) -> Found:
        """A value that is neither missing nor sealed."""
        ...


def check_call(checker: Checker, node: Call, facts: frozenset[Path]) -> Found:
    """The type and facts of a call."""
    if node.name == "known":
        return _known(checker, node.parts[0], facts)
    if node.name == "default":
        return _default(checker, node, facts)
    kinds = FUNCTIONS[node.name].kinds(len(node.parts))
    found = [
        _argument(checker, node.name, kind, part, facts)
        for kind, part in zip(kinds, node.parts, strict=True)
    ]
    if kinds[0] == "ordered" and _unlike(checker, node, found):
        return NOTHING
    return Found(_gives(node.name, found[0]))


def _maybe(checker: Checker, node: Node, facts: frozenset[Path]) -> Found:
    if isinstance(node, Name):
        return checker.name(node, facts, may_miss=True)
    return checker.check(node, facts)


def _known(checker: Checker, part: Node, facts: frozenset[Path]) -> Found:
    found = _maybe(checker, part, facts)
    if found.is_unknown:
        return NOTHING
    constant = None if found.type.optional else True
    sure = prefixes(part.path) if isinstance(part, Name) else frozenset[Path]()
    return Found(BOOL, true=sure, constant=constant)


def _default(checker: Checker, node: Call, facts: frozenset[Path]) -> Found:
    first, second = node.parts
    found = _maybe(checker, first, facts)
    if isinstance(second, Literal) and second.value is None:
        return replace(found, texts=(), true=frozenset(), false=frozenset(), constant=None)
    other = checker.check(second, facts)
    sure = replace(found, type=found.type.present)
    kind = joined(sure, other)
    if kind is None:
        return checker.report(_unlike_default(sure, other), node)
    return Found(kind, label=found.label if kind.sealed else "")


def _unlike_default(found: Found, other: Found) -> Refusal:
    if found.type.sealed != other.type.sealed:
        label = shown(found) if found.type.sealed else shown(other)
        return "F702", f'sealed "{label}" would be mixed with a plain value', ""
    if found.type.name == other.type.name == "money":
        return "F307", mixed(found.type, other.type), ""
    hint = "test it with known(..) instead" if found.type.name == "money" else ""
    sentence = f"{shown(found)} is {noun(found.type)}, its default is {noun(other.type)}"
    return "F306", sentence, hint


def _argument(checker: Checker, name: str, kind: str, part: Node, facts: frozenset[Path]) -> Found:
    if kind == "checked":
        found = checker.present(part, facts)
    else:
        found = checker.plain(part, facts, f"{name}()")
    if found.is_unknown or (kind == "moment" and is_written(part)):
        return found
    if found.type.name not in _ALLOWED[kind]:
        message = f"{name} wants {_WANTS[kind]}, {shown(found)} is {noun(found.type)}"
        return checker.report(("F302", message, ""), part)
    if kind == "node":
        return _node(checker, part, found)
    return found


def _node(checker: Checker, part: Node, found: Found) -> Found:
    nodes = checker.scope.now_nodes()
    if found.texts[0] in nodes:
        return found
    near = nearest(found.texts[0], nodes)
    hint = f'did you mean "{near}"?' if near else ""
    return checker.report(("F201", f'no node "{found.texts[0]}"', hint), part)


def _unlike(checker: Checker, node: Call, found: list[Found]) -> bool:
    first = found[0]
    for other, part in zip(found[1:], node.parts[1:], strict=True):
        refusal = refused_order(first, other)
        if refusal is None and not (first.is_unknown or other.is_unknown):
            sentence = f"{node.name} wants one type, not {noun(first.type)} and {noun(other.type)}"
            refusal = None if first.type == other.type else ("F306", sentence, "")
        if refusal:
            checker.report(refusal, part)
            return True
    return False


def _gives(name: str, first: Found) -> Type:
    gives = FUNCTIONS[name].gives
    if gives == "number?":
        return replace(NUMBER, optional=True)
    if gives != "same":
        return Type(gives)
    if first.type.name in TEXT_FAMILY and first.type.name != "digits":
        return TEXT
    return first.type
