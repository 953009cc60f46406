"""What can be wrong with an expression: before publish (with a place in it) and during a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.errors import CallError

if TYPE_CHECKING:
    from ivr.flow.types import Path


class ExpressionError(Exception):
    """The text is not an expression of the language (F301) or a call has wrong arguments (F205).

    offset, length: the faulty part, in characters of the text. hint: the remedy, may be empty.
    """

    def __init__(
        self, code: str, message: str, offset: int = 0, length: int = 1, *, hint: str = ""
    ) -> None:
        super().__init__(f"{message}; {hint}" if hint else message)
        self.code = code
        self.message = message
        self.offset = offset
        self.length = length
        self.hint = hint


class EvaluationError(CallError):
    """The caller's data made a checked expression fail; the call goes to `rescue.error`.

    code: E201 division by zero, E202 overflow, E203 text too long.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code  # type: ignore[misc]  # the documented code of this one error
        self.message = message


@dataclass(frozen=True, slots=True)
class ExpressionProblem:
    """One mistake found by the type check, at a character offset of the expression.

    path: the name it is about, if it is about one, so that a caller can say more about it.
    """

    code: str
    message: str
    hint: str = ""
    offset: int = 0
    length: int = 1
    path: Path = ()
