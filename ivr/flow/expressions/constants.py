"""Works out the parts of an expression that are the same on every call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from ivr.flow.expressions.errors import EvaluationError
from ivr.flow.expressions.evaluate import compile_node
from ivr.flow.expressions.signatures import NEEDS_CALL
from ivr.flow.expressions.syntax import Call, Name, Node, walk

if TYPE_CHECKING:
    from ivr.domain.values import Value


@dataclass(frozen=True, slots=True)
class _Nowhere:
    now: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    zone: tzinfo = UTC
    language: str = ""

    def read(self, path: tuple[str, ...]) -> Value:
        raise LookupError(path)

    def visits(self, node: str) -> int:
        raise LookupError(node)


def settled(node: Node) -> bool | None:
    """Whether a condition that names nothing is true; None if it depends on the call or fails."""
    if any(_depends(part) for part in walk(node)):
        return None
    try:
        value = compile_node(node)(_Nowhere())
    except EvaluationError:
        return None
    return value if isinstance(value, bool) else None


def _depends(node: Node) -> bool:
    return isinstance(node, Name) or (isinstance(node, Call) and node.name in NEEDS_CALL)
