"""What a flow, a node, a prompt or a variable may be called (F105, F206)."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING

from ivr.domain.scalars import read_name

if TYPE_CHECKING:
    from ivr.domain.problem import Position
    from ivr.flow.load.findings import Findings

RESERVED = frozenset(
    {"exit", "next", "else", "call", "hours", "queues", "queue", "heard", "now", "today"}
    | {word.lower() for word in keyword.kwlist}
)
"""Words that mean something by themselves in a flow or in an expression."""
RESERVED_VARIABLES = RESERVED | {"callback"}
RESERVED_EXITS = RESERVED | {"run", "with", "into", "only", "unbroken"}
"""Exits of a sub-flow stand beside the fields of `run`."""


def check_name(
    name: str, at: Position, findings: Findings, reserved: frozenset[str] = RESERVED
) -> bool:
    """Whether it may be a name; if not, why."""
    try:
        read_name(name)
    except ValueError as error:
        findings.error("F105", at, str(error))
        return False
    if name in reserved:
        findings.error("F206", at, f'"{name}" is a reserved word')
        return False
    return True
