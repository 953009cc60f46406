"""Reads an expression into a small tree of our own; whatever is not listed here is refused.

Python's parser does the precedence, in `eval` mode, on text that `tokens` made harmless. Each of
its nodes is then translated by name; an unknown node is an error, never passed through.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from decimal import Decimal
from itertools import repeat
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from ivr.flow.expressions.errors import ExpressionError
from ivr.flow.expressions.signatures import FUNCTIONS, Function
from ivr.flow.expressions.tokens import Token, masked, refuse, text_value, tokens_of
from ivr.flow.types import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAX_DEPTH = 16
MAX_NODES = 200


@dataclass(frozen=True, slots=True)
class Span:
    """The part of the text a node was read from: first character and the one after the last."""

    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written down: text, number, bool, or `None` in `default(x, None)`."""

    value: str | Decimal | bool | None
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A dotted path such as `customer.vip`."""

    path: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Sign:
    """`not x` or `-x`."""

    word: str
    inner: Node
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """`left + right` and the other four operators of arithmetic."""

    word: str
    left: Node
    right: Node
    span: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a < b`, or a chain `a < b < c`: one word between each two neighbours."""

    words: tuple[str, ...]
    parts: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Logic:
    """`a and b and c`, or the same with `or`."""

    word: str
    parts: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Choice:
    """`then if test else other`."""

    test: Node
    then: Node
    other: Node
    span: Span


@dataclass(frozen=True, slots=True)
class Listing:
    """`[a, b]`."""

    parts: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of the listed functions."""

    name: str
    parts: tuple[Node, ...]
    span: Span


Node: TypeAlias = Literal | Name | Sign | Binary | Comparison | Logic | Choice | Listing | Call


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside, in the order they are written."""
    match node:
        case Literal() | Name():
            return ()
        case Sign():
            return (node.inner,)
        case Binary():
            return (node.left, node.right)
        case Choice():
            return (node.then, node.test, node.other)
        case _:
            return node.parts


def walk(node: Node) -> Iterator[Node]:
    """The node and everything inside it, in the order of the text."""
    yield node
    for inner in children(node):
        yield from walk(inner)


def read(text: str) -> Node:
    """The tree of an expression. Raises `ExpressionError`: F301, for wrong arguments F205."""
    tokens = tokens_of(text)
    python = _parse(text, tokens)
    _check_size(text, python)
    return _Reader(text, {token.at: token for token in tokens}).node(python)


def _parse(text: str, tokens: tuple[Token, ...]) -> ast.expr:
    skipped = tokens[0].at
    try:
        return ast.parse(masked(text, tokens)[skipped:], mode="eval").body
    except SyntaxError as error:
        offset = (error.offset or len(text)) - 1 + skipped
        is_cut = offset >= len(text) - 1
        refuse(text, min(offset, len(text) - 1), "the end is missing" if is_cut else "")
    except (ValueError, RecursionError, MemoryError):
        refuse(text, 0, "it is nested too deeply")


def _check_size(text: str, top: ast.expr) -> None:
    count, open_nodes = 0, [(top, 1)]
    while open_nodes:
        node, depth = open_nodes.pop()
        count += 1
        if depth > MAX_DEPTH:
            _refuse_size(f"an expression is at most {MAX_DEPTH} levels deep")
        if count > MAX_NODES:
            _refuse_size(f"an expression has at most {MAX_NODES} parts")
        if not isinstance(node, ast.Attribute):
            inner = (child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))
            open_nodes.extend((child, depth + 1) for child in inner)


def _refuse_size(message: str) -> NoReturn:
    raise ExpressionError("F301", message, hint="set a variable to a part of it first")


_ARITHMETIC: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_NO_NONE = "None stands only in default(x, None); test with known(x)"


class _Reader:
    """Translates one Python tree; `tokens` gives each literal's own source text by its place."""

    def __init__(self, text: str, tokens: Mapping[int, Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._skipped = min(tokens)

    def node(self, python: ast.expr) -> Node:
        """The node of ours; F301 for anything that is not part of the language."""
        translate = _TRANSLATIONS.get(type(python))
        if translate is None:
            self._refuse(python, _WHY_NOT.get(type(python), "this is not part of the language"))
        return translate(self, python)

    def _span(self, python: ast.expr) -> Span:
        end = python.end_col_offset or python.col_offset + 1
        return Span(python.col_offset + self._skipped, end + self._skipped)

    def _refuse(self, python: ast.expr, hint: str) -> NoReturn:
        span = self._span(python)
        refuse(self._text, span.at, hint, span.end - span.at)

    def constant(self, python: ast.Constant) -> Node:
        """A literal, read from its own source text and never from what Python made of it."""
        span = self._span(python)
        token = self._tokens.get(span.at)
        if python.value is True or python.value is False:
            return Literal(python.value, span)
        if python.value is None:
            self._refuse(python, _NO_NONE)
        if token is None or token.kind not in {"number", "text"}:
            self._refuse(python, "this is not part of the language")
        if token.kind == "number":
            return Literal(Decimal(token.text), span)
        return Literal(text_value(token.text), span)

    def name(self, python: ast.Name) -> Node:
        """A one-word path, or `true` and `false`."""
        if python.id in {"true", "false"}:
            return Literal(python.id == "true", self._span(python))
        return Name((python.id,), self._span(python))

    def attribute(self, python: ast.Attribute) -> Node:
        """A dotted path; a point after anything but a name is refused."""
        parts, inner = [python.attr], python.value
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name) or inner.id in {"true", "false"}:
            self._refuse(python, "only a name may stand before a point")
        return Name((inner.id, *reversed(parts)), self._span(python))

    def unary(self, python: ast.UnaryOp) -> Node:
        """`not x` and `-x`."""
        words: Mapping[type[ast.unaryop], str] = {ast.Not: "not", ast.USub: "-"}
        word = words.get(type(python.op))
        if word is None:
            self._refuse(python, "a plus sign stands between two values")
        return Sign(word, self.node(python.operand), self._span(python))

    def binary(self, python: ast.BinOp) -> Node:
        """`+ - * / // %`."""
        word = _ARITHMETIC.get(type(python.op))
        if word is None:
            self._refuse(python, "only + - * / // % calculate")
        return Binary(word, self.node(python.left), self.node(python.right), self._span(python))

    def compare(self, python: ast.Compare) -> Node:
        """Comparisons, chained ones too."""
        words = tuple(_COMPARISONS.get(type(sign), "") for sign in python.ops)
        if "" in words:
            self._refuse(python, "write ==")
        parts = (self.node(python.left), *map(self.node, python.comparators))
        return Comparison(words, parts, self._span(python))

    def logic(self, python: ast.BoolOp) -> Node:
        """`and`, `or`."""
        word = "and" if isinstance(python.op, ast.And) else "or"
        return Logic(word, tuple(map(self.node, python.values)), self._span(python))

    def choice(self, python: ast.IfExp) -> Node:
        """`x if c else y`."""
        test, then, other = map(self.node, (python.test, python.body, python.orelse))
        return Choice(test, then, other, self._span(python))

    def listing(self, python: ast.List) -> Node:
        """`[a, b]`."""
        return Listing(tuple(map(self.node, python.elts)), self._span(python))

    def call(self, python: ast.Call) -> Node:
        """A call of a listed function with the right number of plain arguments."""
        if not isinstance(python.func, ast.Name):
            self._refuse(python, "only the listed functions can be called")
        name = python.func.id
        function = FUNCTIONS.get(name)
        if function is None:
            near = nearest(name, FUNCTIONS)
            meant = f'; did you mean "{near}"?' if near else ""
            self._refuse(python.func, f'no function "{name}"{meant}')
        if python.keywords:
            self._refuse(python, f"{name} takes its values in order, without names")
        self._check_count(python, function)
        parts = tuple(map(self._argument, python.args, range(len(python.args)), repeat(name)))
        self._check_quoted(function, parts)
        return Call(name, parts, self._span(python))

    def _argument(self, python: ast.expr, index: int, name: str) -> Node:
        is_none = isinstance(python, ast.Constant) and python.value is None
        if is_none and name == "default" and index == 1:
            return Literal(None, self._span(python))
        return self.node(python)

    def _check_count(self, python: ast.Call, function: Function) -> None:
        given = len(python.args)
        if function.least <= given <= function.most:
            return
        span = self._span(python)
        wants = str(function.least)
        if function.most != function.least:
            wants = f"{function.least} to {function.most}"
        noun = "value" if wants == "1" else "values"
        message = f"{function.name} takes {wants} {noun}, got {given}"
        raise ExpressionError("F205", message, span.at, span.end - span.at)

    def _check_quoted(self, function: Function, parts: tuple[Node, ...]) -> None:
        for kind, part in zip(function.kinds(len(parts)), parts, strict=True):
            is_quoted = isinstance(part, Literal) and isinstance(part.value, str)
            if kind in {"pattern", "node", "written"} and not is_quoted:
                noun = "value" if kind == "written" else kind
                hint = f"{function.name} wants its {noun} written out in quotes"
                refuse(self._text, part.span.at, hint, part.span.end - part.span.at)


_TRANSLATIONS: Mapping[type[ast.expr], Callable[[_Reader, Any], Node]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.Attribute: _Reader.attribute,
    ast.UnaryOp: _Reader.unary,
    ast.BinOp: _Reader.binary,
    ast.Compare: _Reader.compare,
    ast.BoolOp: _Reader.logic,
    ast.IfExp: _Reader.choice,
    ast.List: _Reader.listing,
    ast.Call: _Reader.call,
}
_WHY_NOT: Mapping[type[ast.expr], str] = {
    ast.Tuple: "write a list as [a, b]",
    ast.Subscript: "nothing can be taken out by number or key; name the field with a point",
    ast.Starred: "nothing can be unpacked here",
}
