"""Which types go together: in `==`, in `<`, around `+`, and in the two ways of a choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from ivr.flow.types import (
    TEXT,
    TEXT_FAMILY,
    UNKNOWN,
    Path,
    Type,
    assignable,
    parse_literal,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

ORDERED = frozenset({"number", "money", "date", "time", "datetime", "duration"})
_NO_FACTS: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a part of an expression before it runs.

    texts: every text it can be, if it is made of literals only; such text also passes as `digits`,
    `phone` or `language` where it has that shape. true, false: the paths that are sure to have a
    value when it is true or false. constant: its value if it is always the same. label: its path.
    """

    type: Type
    texts: tuple[str, ...] = ()
    true: frozenset[Path] = _NO_FACTS
    false: frozenset[Path] = _NO_FACTS
    constant: bool | None = None
    label: str = ""

    @property
    def is_unknown(self) -> bool:
        """Whether a mistake in it was already told."""
        return self.type.name == "unknown"


NOTHING = Found(UNKNOWN)
Refusal: TypeAlias = tuple[str, str, str]
"""Code, message and hint of a mistake."""

_NOUNS: Mapping[str, str] = {
    "bool": "true or false",
    "phone": "a phone number",
    "list": "a list",
    "text": "text",
    "digits": "digits",
    "money": "money",
}


def noun(kind: Type) -> str:
    """The type in a sentence: `this is ...`."""
    word = _NOUNS.get(kind.name)
    if word is None:
        word = f"a {kind.name} record" if kind.is_record else f"a {kind.name}"
    return f"sealed {kind.name}" if kind.sealed else word


def fits(found: Found, wanted: Type) -> bool:
    """Whether the part may be put where the type is wanted."""
    return assignable(found.type, wanted) or _written_as(found, wanted)


def _written_as(found: Found, wanted: Type) -> bool:
    inner = wanted.item if found.type.name == "list" and wanted.name == "list" else wanted
    if not found.texts or inner is None or inner.sealed or inner.name not in TEXT_FAMILY:
        return False
    if (found.type.name == "list") != (wanted.name == "list"):
        return False
    return all(_is_literal(text, inner) for text in found.texts)


def _is_literal(text: str, kind: Type) -> bool:
    try:
        parse_literal(text, kind)
    except ValueError:
        return False
    return True


def joined(one: Found, other: Found) -> Type | None:
    """The type of something that is one or the other; None if they do not go together."""
    left, right = one.type, other.type
    optional = left.optional or right.optional
    if one.is_unknown or other.is_unknown:
        return UNKNOWN
    if left.sealed != right.sealed:
        return None
    for kind, part in ((left, other), (right, one)):
        if fits(replace(part, type=part.type.present), kind.present):
            return replace(kind, optional=optional)
    if left.name in TEXT_FAMILY and right.name in TEXT_FAMILY and not left.sealed:
        return replace(TEXT, optional=optional)
    return None


def refused_equality(left: Found, right: Found) -> Refusal | None:
    """Why `==` does not take the two, None if it does."""
    if left.is_unknown or right.is_unknown:
        return None
    one, other = replace(left.type, sealed=False), replace(right.type, sealed=False)
    for kind in (one, other):
        if kind.name == "list" or kind.is_record:
            hint = "use in" if kind.name == "list" else "compare one of its fields"
            return "F306", f"{noun(kind)} cannot be compared", hint
    if {one.name, other.name} == {"money", "number"} or one == other:
        return None
    if _written_as(left, other) or _written_as(right, one):
        return None
    return _unlike(left, right)


def _unlike(left: Found, right: Found) -> Refusal:
    if left.type.name == right.type.name == "money":
        return "F307", mixed(left.type, right.type), ""
    hint = ""
    if left.type.name in TEXT_FAMILY and right.type.name in TEXT_FAMILY:
        hint = "text(x) makes both text" if not left.texts + right.texts else ""
        written, kind = (left, right) if left.texts else (right, left)
        if written.texts and kind.type.name != "text":
            wrong = _misfit(written, kind.type)
            return "F306", f"{shown(kind)} is {noun(kind.type)}, {wrong} is not", ""
    return "F306", f"{shown(left)} is {noun(left.type)}, {shown(right)} is {noun(right.type)}", hint


def _misfit(written: Found, kind: Type) -> str:
    plain = replace(kind, sealed=False)
    wrong = [text for text in written.texts if not _is_literal(text, plain)]
    return f'"{wrong[0]}"' if wrong else "this"


def shown(found: Found) -> str:
    """The part's path, or `this`."""
    return found.label or "this"


def mixed(one: Type, other: Type) -> str:
    """The sentence about two currencies."""
    return f"money in {one.currency} and money in {other.currency} do not mix"


def refused_order(left: Found, right: Found) -> Refusal | None:
    """Why `<` and its like do not take the two, None if they do."""
    for part in (left, right):
        if not part.is_unknown and part.type.name not in ORDERED:
            hint = "number(t) makes a number of digits" if part.type.name in TEXT_FAMILY else ""
            return "F306", f"{shown(part)} is {noun(part.type)}, which has no order", hint
    return refused_equality(left, right)


_RESULTS: Mapping[tuple[str, str, str], str] = {
    **{(word, "number", "number"): "number" for word in ("+", "-", "*", "/", "//", "%")},
    ("+", "text", "text"): "text",
    ("+", "money", "money"): "money",
    ("-", "money", "money"): "money",
    ("*", "money", "number"): "money",
    ("*", "number", "money"): "money",
    ("/", "money", "number"): "money",
    ("/", "money", "money"): "number",
    ("+", "duration", "duration"): "duration",
    ("-", "duration", "duration"): "duration",
    ("*", "duration", "number"): "duration",
    ("*", "number", "duration"): "duration",
    ("/", "duration", "number"): "duration",
    ("/", "duration", "duration"): "number",
    ("+", "datetime", "duration"): "datetime",
    ("+", "duration", "datetime"): "datetime",
    ("-", "datetime", "duration"): "datetime",
    ("-", "datetime", "datetime"): "duration",
    ("-", "date", "date"): "duration",
}
_HINTS: Mapping[tuple[str, str], str] = {
    ("date", "duration"): "add_days(d, n) moves a date",
    ("date", "number"): "add_days(d, n) moves a date",
    ("datetime", "number"): "write duration('2h') or add_days(d, n)",
    ("money", "number"): "money takes money here; it may be multiplied with or divided by a number",
    ("number", "money"): "money takes money here; it may be multiplied with or divided by a number",
    ("text", "number"): "text(x) makes text of a number, number(t) a number of text",
    ("number", "text"): "text(x) makes text of a number, number(t) a number of text",
}


def arithmetic_type(word: str, left: Found, right: Found) -> Type | Refusal:
    """The type of `left word right`, or why the two cannot be calculated with."""
    if left.is_unknown or right.is_unknown:
        return UNKNOWN
    one, other = _calculated(left.type), _calculated(right.type)
    result = _RESULTS.get((word, one, other))
    if result is None:
        hint = _HINTS.get((one, other), "")
        return "F306", f"{word} does not take {noun(left.type)} and {noun(right.type)}", hint
    if one == other == "money" and left.type.currency != right.type.currency:
        return "F307", mixed(left.type, right.type), ""
    if result == "money":
        return left.type if one == "money" else right.type
    if left.type.name == right.type.name == "digits":
        return left.type
    return Type(result)


def _calculated(kind: Type) -> str:
    return "text" if kind.name in TEXT_FAMILY else kind.name
