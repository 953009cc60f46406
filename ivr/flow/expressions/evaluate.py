"""Turns the tree of an expression into one Python function, once, so that a call runs it fast.

`and`, `or`, `if` and chains stop as soon as the result is certain, from left to right. Nothing of
Python is reachable from an expression: the closures below call only what this package defines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from ivr.domain.values import Value
from ivr.flow.expressions import arithmetic, patterns
from ivr.flow.expressions.environment import Env
from ivr.flow.expressions.errors import ExpressionError
from ivr.flow.expressions.functions import IMPLEMENTATIONS
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
from ivr.flow.types import Type, parse_literal

Run: TypeAlias = Callable[[Env], Value]


def compile_node(node: Node) -> Run:
    """A function that gives the value of the node in an environment.

    Raises `ExpressionError` (F301) for a pattern, date, time or duration that cannot be read. The
    function raises `EvaluationError`; for an expression that failed its type check, anything.
    """
    return _COMPILERS[type(node)](node)


def _constant(value: Value) -> Run:
    return lambda _env: value


def _name(node: Name) -> Run:
    path = node.path
    if path == ("now",):
        return lambda env: env.now
    if path == ("today",):
        return lambda env: env.now.astimezone(env.zone).date()
    return lambda env: env.read(path)


def _sign(node: Sign) -> Run:
    inner = compile_node(node.inner)
    if node.word == "not":
        return lambda env: not inner(env)
    return lambda env: arithmetic.negative(inner(env))


def _binary(node: Binary) -> Run:
    left, right = compile_node(node.left), compile_node(node.right)
    operation = arithmetic.calculate(node.word)
    return lambda env: operation(left(env), right(env))


def _comparison(node: Comparison) -> Run:
    parts = tuple(map(compile_node, node.parts))
    tests = tuple(arithmetic.COMPARISONS[word] for word in node.words)
    if len(tests) == 1:
        test, (left, right) = tests[0], parts
        return lambda env: test(left(env), right(env))

    def run(env: Env) -> bool:
        before = parts[0](env)
        for test, part in zip(tests, parts[1:], strict=True):
            value = part(env)
            if not test(before, value):
                return False
            before = value
        return True

    return run


def _logic(node: Logic) -> Run:
    parts = tuple(map(compile_node, node.parts))
    stops_at = node.word == "or"

    def run(env: Env) -> bool:
        for part in parts:
            if bool(part(env)) is stops_at:
                return stops_at
        return not stops_at

    return run


def _choice(node: Choice) -> Run:
    test, then, other = map(compile_node, (node.test, node.then, node.other))
    return lambda env: then(env) if test(env) else other(env)


def _listing(node: Listing) -> Run:
    parts = tuple(map(compile_node, node.parts))
    return lambda env: tuple(part(env) for part in parts)


def _call(node: Call) -> Run:
    parts = tuple(map(compile_node, node.parts))
    match node.name:
        case "known":
            return lambda env: parts[0](env) is not None
        case "default":
            return _default(*parts)
        case "visits":
            name = _written(node, 0)
            return lambda env: Decimal(env.visits(name))
        case "like" | "matches":
            return _pattern(node, parts[0])
        case "date" | "time" | "duration" if is_written(node.parts[0]):
            return _constant(_read_written(node))
        case _:
            return _function(node.name, parts)


def _default(first: Run, second: Run) -> Run:
    def run(env: Env) -> Value:
        value = first(env)
        return second(env) if value is None else value

    return run


def is_written(node: Node) -> bool:
    """Whether the node is a text written out in quotes."""
    return isinstance(node, Literal) and isinstance(node.value, str)


def _written(node: Call, index: int) -> str:
    part = node.parts[index]
    return str(part.value) if isinstance(part, Literal) else ""


def _refused(node: Node, message: str) -> ExpressionError:
    return ExpressionError("F301", message, node.span.at, node.span.end - node.span.at)


def _read_written(node: Call) -> Value:
    try:
        return parse_literal(_written(node, 0), Type(node.name))
    except ValueError as error:
        raise _refused(node.parts[0], str(error)) from None


def _pattern(node: Call, subject: Run) -> Run:
    make = patterns.like if node.name == "like" else patterns.matches
    try:
        test = make(_written(node, 1))
    except patterns.PatternError as error:
        raise _refused(node.parts[1], str(error)) from None
    return lambda env: test(str(subject(env)))


def _function(name: str, parts: tuple[Run, ...]) -> Run:
    work = IMPLEMENTATIONS[name]
    if len(parts) == 1:
        only = parts[0]
        return lambda env: work(env, only(env))
    return lambda env: work(env, *(part(env) for part in parts))


_COMPILERS: Mapping[type, Callable[[Any], Run]] = {
    Literal: lambda node: _constant(node.value),
    Name: _name,
    Sign: _sign,
    Binary: _binary,
    Comparison: _comparison,
    Logic: _logic,
    Choice: _choice,
    Listing: _listing,
    Call: _call,
}
