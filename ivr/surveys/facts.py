"""What conditions of surveys see: `interaction.queue`, `customer.segment`, `answers.csat`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING

from ivr.flow.expressions import EvaluationError

if TYPE_CHECKING:
    from ivr.domain.values import Value
    from ivr.flow.expressions import Expression

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Facts:
    """One moment as a condition sees it; what `ivr.flow.expressions.Env` asks for.

    values: by the first word of a path, records nested (`{"interaction": {"queue": "cards"}}`).
    A path that is not there is missing. Whole numbers may stand as `int`; conditions see decimals.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    now: datetime = _LONG_AGO
    zone: tzinfo = UTC
    language: str = ""

    def read(self, path: tuple[str, ...]) -> Value:
        """The value of a dotted path; None if it or a record on the way is missing."""
        found: Value = self.values
        for name in path:
            if not isinstance(found, Mapping):
                return None
            found = found.get(name)
        return Decimal(found) if type(found) is int else found

    def visits(self, _node: str) -> int:
        """Surveys have no nodes."""
        return 0


def holds(condition: Expression | None, facts: Facts) -> bool:
    """Whether a condition is true; no condition always is.

    One that cannot be worked out is not true, so that nobody is asked by mistake: a value is
    missing, or of another type than the checker was told (records of customers come from outside).
    """
    if condition is None:
        return True
    try:
        return condition.evaluate(facts) is True
    except (EvaluationError, TypeError):
        return False
