"""Checks the words that a condition compares facts with: a mistyped one would simply never hold.

`category == 'bilings'` has the right types and no mistake that the flow language knows; but no
ticket will ever have that category.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.flow.expressions.syntax import Call, Comparison, Listing, Literal, Name, walk
from ivr.tickets.resolving import KINDS
from ivr.tickets.sla.facts import PRIORITIES, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ivr.flow.expressions import Expression
    from ivr.flow.expressions.syntax import Node

MEDIA = ("voice", "sms", "email", "web", "chat", "social", "letter", "in_person", "fax")
"""Kinds of contacts that a ticket can come from."""
FIXED: Mapping[str, tuple[str, ...]] = {
    "kind": KINDS,
    "priority": PRIORITIES,
    "severity": SEVERITIES,
    "medium": MEDIA,
}
"""Fact -> the words it can be, where every house has the same."""
_EQUAL = frozenset({"==", "!=", "in", "not in"})


@dataclass(frozen=True, slots=True)
class Compared:
    """A word that a fact is compared with. offset: of the word in the text; begins: only its
    beginning is asked for (`starts_with`)."""

    fact: str
    word: str
    offset: int
    begins: bool = False

    def is_known(self, words: Collection[str]) -> bool:
        """Whether the fact can ever be so; nothing (`''`) it can always be."""
        if self.begins:
            return any(each.startswith(self.word) for each in words)
        return not self.word or self.word in words


def compared(expression: Expression) -> Iterator[Compared]:
    """Every fact that is compared with a written word, and the word."""
    for node in walk(expression.tree):
        if isinstance(node, Comparison) and _EQUAL.issuperset(node.words):
            yield from _pairs(node.parts)
        elif isinstance(node, Call) and node.name == "starts_with":
            for each in _pairs(node.parts):
                yield Compared(each.fact, each.word, each.offset, begins=True)


def _pairs(parts: tuple[Node, ...]) -> Iterator[Compared]:
    facts = [".".join(part.path) for part in parts if isinstance(part, Name)]
    if len(facts) != 1:
        return
    for part in parts:
        for each in part.parts if isinstance(part, Listing) else (part,):
            if isinstance(each, Literal) and isinstance(each.value, str):
                yield Compared(facts[0], each.value, each.span.at)
