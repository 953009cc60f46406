"""An expression ready for use: read once, checked as often as needed, run on every call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.flow.expressions.evaluate import Run, compile_node
from ivr.flow.expressions.syntax import Call, Name, Node, read, walk

if TYPE_CHECKING:
    from ivr.domain.values import Value
    from ivr.flow.expressions.environment import Env
    from ivr.flow.types import Path


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression. Two with the same text are equal.

    reads: each path it names, in the order of the text, also inside `known` and `default`.
    functions: the functions it calls, sorted. arguments: for each call, the function and the paths
    named in its arguments (a sealed value in `mask` counts as leaving).
    """

    text: str
    reads: tuple[Path, ...] = field(compare=False)
    functions: tuple[str, ...] = field(compare=False)
    arguments: tuple[tuple[str, tuple[Path, ...]], ...] = field(compare=False, repr=False)
    tree: Node = field(compare=False, repr=False)
    run: Run = field(compare=False, repr=False)

    def evaluate(self, env: Env) -> Value:
        """The value now. Raises `EvaluationError` (E201, E202, E203)."""
        return self.run(env)


def parse(text: str) -> Expression:
    """Read an expression and make it ready to run. Raises `ExpressionError` (F301, F205).

    Blanks and line ends after the last word are dropped.
    """
    stripped = text.rstrip(" \n")
    tree = read(stripped)
    calls = [node for node in walk(tree) if isinstance(node, Call)]
    return Expression(
        stripped,
        _paths(tree),
        tuple(sorted({call.name for call in calls})),
        tuple((call.name, _paths(call)) for call in calls),
        tree,
        compile_node(tree),
    )


def _paths(tree: Node) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(node.path for node in walk(tree) if isinstance(node, Name)))
