"""The functions of the flow language as data: what each takes and gives.

Kinds of arguments: a type name, or one of `any`; `maybe` (may be missing); `amount` (number, money
or duration); `ordered` (what `<` compares); `day` (date or datetime); `moment` (datetime, or text
written out); `written` (text written out); `pattern` and `node` (text written out, read when the
file is loaded). `checked` is text that may be sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Function:
    """One function. takes: kinds of its arguments, the last one repeats up to `most`.

    gives: a type name, `number?`, or `same` (the type of the first argument).
    """

    name: str
    takes: tuple[str, ...]
    gives: str
    least: int
    most: int

    def kinds(self, count: int) -> tuple[str, ...]:
        """The kind of each of so many arguments."""
        missing = count - len(self.takes)
        return self.takes[:count] + self.takes[-1:] * max(missing, 0)


def _function(
    name: str, *takes: str, gives: str, least: int | None = None, most: int | None = None
) -> Function:
    return Function(name, takes, gives, least or len(takes), most or len(takes))


FUNCTIONS: Mapping[str, Function] = {
    function.name: function
    for function in (
        _function("known", "maybe", gives="bool"),
        _function("default", "maybe", "any", gives="same"),
        _function("len", "checked", gives="number"),
        _function("first", "text", "number", gives="same"),
        _function("last", "text", "number", gives="same"),
        _function("contains", "text", "text", gives="bool"),
        _function("starts_with", "text", "text", gives="bool"),
        _function("ends_with", "text", "text", gives="bool"),
        _function("lower", "text", gives="text"),
        _function("upper", "text", gives="text"),
        _function("fold", "text", gives="text"),
        _function("text", "any", gives="text"),
        _function("number", "text", gives="number?"),
        _function("like", "text", "pattern", gives="bool"),
        _function("matches", "text", "pattern", gives="bool"),
        _function("min", "ordered", gives="same", least=2, most=20),
        _function("max", "ordered", gives="same", least=2, most=20),
        _function("abs", "amount", gives="same"),
        _function("round", "payable", "number", gives="same", least=1),
        _function("floor", "payable", gives="same"),
        _function("date", "moment", gives="date"),
        _function("time", "moment", gives="time"),
        _function("duration", "written", gives="duration"),
        _function("weekday", "day", gives="number"),
        _function("days_between", "day", "day", gives="number"),
        _function("add_days", "day", "number", gives="same"),
        _function("hours_between", "datetime", "datetime", gives="number"),
        _function("luhn", "checked", gives="bool"),
        _function("damm", "checked", gives="bool"),
        _function("iban", "checked", gives="bool"),
        _function("tckn", "checked", gives="bool"),
        _function("vkn", "checked", gives="bool"),
        _function("mask", "checked", gives="text"),
        _function("visits", "node", gives="number"),
        _function("hash", "text", "number", gives="number"),
    )
}
NEEDS_CALL = frozenset({"visits", "lower", "upper"})
"""Functions whose result depends on the call, so they are never worked out before publish."""
