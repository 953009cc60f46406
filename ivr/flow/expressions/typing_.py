"""The type check of an expression: what it gives, what may be missing, what secrets it touches.

All mistakes are collected, each once. The check also follows facts: `known(p)` on the left of `and`
makes `p` safe on its right, and the result says which paths are known when the whole is true or
false, so that the checker can carry them along the edges of a flow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from ivr.flow.expressions.calls import check_call
from ivr.flow.expressions.constants import settled
from ivr.flow.expressions.errors import ExpressionProblem
from ivr.flow.expressions.rules import (
    NOTHING,
    Found,
    Refusal,
    arithmetic_type,
    fits,
    joined,
    mixed,
    noun,
    refused_equality,
    refused_order,
    shown,
)
from ivr.flow.expressions.scope import Scope, missing_prefix, no_such_name
from ivr.flow.expressions.syntax import (
    Binary,
    Call,
    Choice,
    Comparison,
    Listing,
    Literal,
    Logic,
    Name,
    Node,
    Sign,
)
from ivr.flow.types import BOOL, NUMBER, TEXT, Path, Type

if TYPE_CHECKING:
    from ivr.flow.expressions.expression import Expression

_NO_FACTS: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class Inferred:
    """What the check found. type: `unknown` if a mistake hides it; `?` if it may be missing.

    facts_true, facts_false: paths that are known to have a value once it is true, or false.
    constant: True or False if the condition can never be anything else (F309).
    """

    type: Type
    problems: tuple[ExpressionProblem, ...] = ()
    facts_true: frozenset[Path] = _NO_FACTS
    facts_false: frozenset[Path] = _NO_FACTS
    constant: bool | None = None


def infer(
    expression: Expression, scope: Scope, wanted: Type | None = None, *, subject: str = ""
) -> Inferred:
    """Check an expression against the names in scope and the type its place wants.

    wanted: None = anything. A `bool` without a subject is a condition (F305). subject: what wants
    the value, for messages (`priority`, `a ticket`).
    """
    checker = _Checker(scope)
    found = checker.check(expression.tree, _NO_FACTS)
    if wanted is not None and not found.is_unknown:
        refusal = _refused_at_place(found, wanted, subject)
        if refusal:
            checker.report(refusal, expression.tree)
    problems = tuple(sorted(checker.problems, key=lambda problem: problem.offset))
    return Inferred(found.type, problems, found.true, found.false, found.constant)


def _refused_at_place(found: Found, wanted: Type, subject: str) -> Refusal | None:
    given = found.type
    if given.sealed and not wanted.sealed:
        where = subject or f"plain {wanted.name}"
        return "F702", f'sealed "{shown(found)}" would be written into {where}', ""
    if wanted == BOOL and given.name != "bool" and not subject:
        return "F305", f"a condition must be true or false; {shown(found)} is {noun(given)}", ""
    if given.optional and not wanted.optional:
        return "F303", f"{shown(found)} may be missing here", "put it in default(.., value)"
    if fits(replace(found, type=given.present), wanted):
        return None
    if given.name == wanted.name == "money":
        return "F307", mixed(given, wanted), ""
    return "F302", f"{subject or 'this place'} wants {noun(wanted)}, this is {noun(given)}", ""


class _Checker:
    """Walks one tree. `problems` grows; a part with a mistake is `unknown` and fits everywhere."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.problems: list[ExpressionProblem] = []

    def report(self, refusal: Refusal, node: Node, path: Path = ()) -> Found:
        """Note a mistake at a node."""
        code, message, hint = refusal
        span = node.span
        self.problems.append(
            ExpressionProblem(code, message, hint, span.at, span.end - span.at, path)
        )
        return NOTHING

    def check(self, node: Node, facts: frozenset[Path]) -> Found:
        """The node's type and facts, given what is known before it; its value may be missing."""
        told = len(self.problems)
        found = self._checked(node, facts)
        if found.type == BOOL and found.constant is None and told == len(self.problems):
            return replace(found, constant=settled(node))
        return found

    def _checked(self, node: Node, facts: frozenset[Path]) -> Found:
        match node:
            case Literal():
                return _literal(node)
            case Name():
                return self.name(node, facts)
            case Sign():
                return self._sign(node, facts)
            case Choice():
                return self._choice(node, facts)
            case Call():
                return check_call(self, node, facts)
            case _:
                return self._operation(node, facts)

    def _operation(
        self, node: Binary | Comparison | Logic | Listing, facts: frozenset[Path]
    ) -> Found:
        match node:
            case Binary():
                return self._binary(node, facts)
            case Comparison():
                return self._comparison(node, facts)
            case Logic():
                return self._logic(node, facts)
            case Listing():
                return self._listing(node, facts)

    def present(self, node: Node, facts: frozenset[Path]) -> Found:
        """A value that must not be missing; it may be sealed."""
        found = self.check(node, facts)
        if not found.type.optional:
            return found
        hint = "put it in default(.., value)"
        self.report(("F303", f"{shown(found)} may be missing here", hint), node)
        return replace(found, type=found.type.present)

    def plain(self, node: Node, facts: frozenset[Path], reader: str) -> Found:
        """A value that must be neither missing nor sealed. reader: who wants it."""
        found = self.present(node, facts)
        if not found.type.sealed:
            return found
        message = f'sealed "{shown(found)}" may not be read by {reader}'
        hint = "only ==, !=, len, luhn, damm, iban, tckn, vkn and mask may"
        return self.report(("F702", message, hint), node)

    def name(self, node: Name, facts: frozenset[Path], *, may_miss: bool = False) -> Found:
        """A path. may_miss: inside `known` and `default`, where a missing value does no harm."""
        label = ".".join(node.path)
        kind = self.scope.type_of(node.path)
        if kind is None:
            sentence, hint = no_such_name(node.path, self.scope)
            return self.report(("F204", sentence, hint), node, node.path)
        lost = missing_prefix(node.path, self.scope, facts)
        if lost and not may_miss:
            which = ".".join(lost)
            hint = f"test known({which}) first"
            self.report(("F303", f"{which} may be missing here", hint), node, lost)
        return Found(replace(kind, optional=bool(lost) and may_miss), label=label)

    def condition(self, node: Node, facts: frozenset[Path]) -> Found:
        """A part that must be true or false."""
        found = self.present(node, facts)
        if found.is_unknown or found.type.name == "bool":
            return found
        message = f"a condition must be true or false; {shown(found)} is {noun(found.type)}"
        return self.report(("F305", message, ""), node)

    def _sign(self, node: Sign, facts: frozenset[Path]) -> Found:
        if node.word == "not":
            inner = self.condition(node.inner, facts)
            constant = None if inner.constant is None else not inner.constant
            return Found(BOOL, true=inner.false, false=inner.true, constant=constant)
        inner = self.plain(node.inner, facts, "-")
        if inner.is_unknown or inner.type.name in {"number", "money", "duration"}:
            return Found(inner.type)
        return self.report(("F306", f"- does not take {noun(inner.type)}", ""), node)

    def _binary(self, node: Binary, facts: frozenset[Path]) -> Found:
        left = self.plain(node.left, facts, node.word)
        right = self.plain(node.right, facts, node.word)
        result = arithmetic_type(node.word, left, right)
        return Found(result) if isinstance(result, Type) else self.report(result, node)

    def _comparison(self, node: Comparison, facts: frozenset[Path]) -> Found:
        sealed_too = set(node.words) <= {"==", "!="}
        parts = [
            self.present(part, facts) if sealed_too else self.plain(part, facts, node.words[0])
            for part in node.parts
        ]
        for word, left, right, at in zip(
            node.words, parts, parts[1:], node.parts[1:], strict=False
        ):
            refusal = _refused_pair(word, left, right)
            if refusal:
                self.report(refusal, at)
        return Found(BOOL)

    def _logic(self, node: Logic, facts: frozenset[Path]) -> Found:
        is_and = node.word == "and"
        whole = self.condition(node.parts[0], facts)
        for part in node.parts[1:]:
            before = whole.true if is_and else whole.false
            whole = _combined(whole, self.condition(part, facts | before), is_and=is_and)
        return whole

    def _choice(self, node: Choice, facts: frozenset[Path]) -> Found:
        test = self.condition(node.test, facts)
        then = self.check(node.then, facts | test.true)
        other = self.check(node.other, facts | test.false)
        kind = joined(then, other)
        if kind is None:
            return self.report(_unlike_ways(then, other), node)
        return Found(
            kind,
            texts=then.texts + other.texts if then.texts and other.texts else (),
            true=_common(
                None if then.constant is False else test.true | then.true,
                None if other.constant is False else test.false | other.true,
            ),
            false=_common(
                None if then.constant is True else test.true | then.false,
                None if other.constant is True else test.false | other.false,
            ),
            constant=_chosen(test.constant, then.constant, other.constant),
            label=then.label if then.type.sealed else "",
        )

    def _listing(self, node: Listing, facts: frozenset[Path]) -> Found:
        parts = [self.plain(part, facts, "a list") for part in node.parts]
        for found, part in zip(parts, node.parts, strict=True):
            if found.type.name == "list":
                return self.report(("F306", "a list holds no lists", ""), part)
        if not parts:
            return Found(Type("list"))
        whole = parts[0]
        for found, part in zip(parts[1:], node.parts[1:], strict=True):
            kind = joined(whole, found)
            if kind is None:
                return self.report(_unlike_items(whole, found), part)
            texts = whole.texts + found.texts if whole.texts and found.texts else ()
            whole = Found(kind, texts)
        return Found(Type("list", item=whole.type), whole.texts)


def _literal(node: Literal) -> Found:
    match node.value:
        case bool():
            return Found(BOOL, constant=node.value)
        case Decimal():
            return Found(NUMBER)
        case str():
            return Found(TEXT, texts=(node.value,))
        case None:
            return NOTHING


def _refused_pair(word: str, left: Found, right: Found) -> Refusal | None:
    if word in {"==", "!="}:
        return refused_equality(left, right)
    if word in {"in", "not in"}:
        return _refused_item(word, left, right)
    return refused_order(left, right)


def _refused_item(word: str, item: Found, items: Found) -> Refusal | None:
    if item.is_unknown or items.is_unknown:
        return None
    if items.type.name != "list":
        hint = "contains(t, part) looks inside a text"
        return "F306", f"{word} wants a list, {shown(items)} is {noun(items.type)}", hint
    if items.type.item is None:
        return None
    return refused_equality(item, Found(items.type.item, items.texts))


def _combined(left: Found, right: Found, *, is_and: bool) -> Found:
    if is_and:
        true = left.true | right.true
        stopped = None if left.constant is True else left.false
        false = _common(stopped, left.true | right.false)
    else:
        false = left.false | right.false
        stopped = None if left.constant is False else left.true
        true = _common(stopped, left.false | right.true)
    constants = (left.constant, right.constant)
    constant = None
    if (not is_and) in constants:
        constant = not is_and
    elif constants == (is_and, is_and):
        constant = is_and
    return Found(BOOL, true=true, false=false, constant=constant)


def _common(one: frozenset[Path] | None, other: frozenset[Path] | None) -> frozenset[Path]:
    """What is sure on both ways; None = a way that is never taken."""
    if one is None or other is None:
        return one or other or _NO_FACTS
    return one & other


def _chosen(test: bool | None, then: bool | None, other: bool | None) -> bool | None:
    if test is None:
        return then if then == other else None
    return then if test else other


def _unlike_ways(then: Found, other: Found) -> Refusal:
    if then.type.sealed != other.type.sealed:
        label = shown(then) if then.type.sealed else shown(other)
        return "F702", f'sealed "{label}" would be mixed with a plain value', ""
    if then.type.name == other.type.name == "money":
        return "F307", mixed(then.type, other.type), ""
    sentence = f"the two ways give {noun(then.type)} and {noun(other.type)}"
    return "F306", sentence, "both must be of one type"


def _unlike_items(whole: Found, found: Found) -> Refusal:
    if whole.type.name == found.type.name == "money":
        return "F307", mixed(whole.type, found.type), ""
    return "F306", f"a list of {noun(whole.type)} does not hold {noun(found.type)}", ""
