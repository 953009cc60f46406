"""A scope and an environment that the tests of expressions share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

import pytest

from ivr.flow.expressions import Inferred, Names, infer, parse
from ivr.flow.types import Type, parse_type

if TYPE_CHECKING:
    from ivr.domain.values import Value

Path: TypeAlias = tuple[str, ...]
ISTANBUL = ZoneInfo("Europe/Istanbul")


@dataclass(frozen=True, slots=True)
class Moment:
    """An environment made of a dict of dotted names."""

    values: Mapping[str, Value] = field(default_factory=dict)
    now: datetime = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    zone: tzinfo = ISTANBUL
    language: str = "tr"
    nodes: Mapping[str, int] = field(default_factory=dict)

    def read(self, path: Path) -> Value:
        """By whole name, else field by field."""
        if ".".join(path) in self.values:
            return self.values[".".join(path)]
        found: Value = dict(self.values)
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def visits(self, node: str) -> int:
        """As given."""
        return self.nodes.get(node, 0)


def typed(text: str) -> Type:
    """A type by its text, in lira."""
    return parse_type(text, currency="TRY", records={})


CUSTOMER = Type(
    "customer",
    optional=True,
    fields={
        "id": typed("text"),
        "name": typed("text?"),
        "vip": typed("bool"),
        "balance": typed("money"),
        "language": typed("language?"),
    },
)
TYPES: Mapping[str, Type] = {
    "customer": CUSTOMER,
    "case": typed("ticket?"),
    "number": typed("phone?"),
    "card": typed("sealed digits?"),
    "pin": typed("sealed digits"),
    "old_pin": typed("sealed digits"),
    "reason": typed("text"),
    "entered": typed("digits"),
    "age": typed("number"),
    "debt": typed("money"),
    "dollars": typed("money(USD)"),
    "flag": typed("bool"),
    "born": typed("date"),
    "opens": typed("time"),
    "due": typed("datetime"),
    "waited": typed("duration"),
    "tags": typed("list text"),
}


@pytest.fixture
def moment() -> type[Moment]:
    """Makes environments."""
    return Moment


@pytest.fixture
def value_of() -> Callable[..., Value]:
    """Evaluates a text with names as keywords (or a dict of dotted names)."""

    def run(text: str, values: Mapping[str, Value] | None = None, **more: Value) -> Value:
        return parse(text).evaluate(Moment({**(values or {}), **more}))

    return run


@pytest.fixture
def check() -> Callable[..., Inferred]:
    """Infers a text in the usual scope."""

    def run(
        text: str, wanted: str = "", *, known: tuple[str, ...] = (), subject: str = ""
    ) -> Inferred:
        facts = frozenset(tuple(name.split(".")) for name in known)
        scope = Names(TYPES, facts, ("main", "ask_pin"))
        return infer(parse(text), scope, typed(wanted) if wanted else None, subject=subject)

    return run


@pytest.fixture
def codes(check: Callable[..., Inferred]) -> Callable[..., list[str]]:
    """The codes of the problems of a text."""

    def run(text: str, wanted: str = "", **more: object) -> list[str]:
        return [problem.code for problem in check(text, wanted, **more).problems]

    return run
