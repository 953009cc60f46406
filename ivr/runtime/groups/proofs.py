"""Which customer a caller has proved to be, by what the flow gives to the queue.

Source: acd-cti.md 7.5, 10.4 (level 4).
"""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from ivr.domain.queue import PIN_OK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.acd.settings import Rules
    from ivr.domain.values import Value

_LETTERS = 32


class Proofs:
    """Reads proofs out of the variables that a step shows to agents."""

    def __init__(self, rules: Callable[[], Rules]) -> None:
        self._rules = rules

    def of(self, queue: str, shown: Mapping[str, Value]) -> str:
        """What stands for the customer whose PIN was right, "" for everybody else.

        A digest of the customer's number, so that no number more is written down with the wait.
        """
        rule = self._rules().queues.get(queue)
        if rule is None or not rule.rejoin_customer or shown.get(PIN_OK) is not True:
            return ""
        number = _text(shown.get(rule.rejoin_customer))
        if not number:
            return ""
        return sha256(f"{rule.rejoin_customer}\n{number}".encode()).hexdigest()[:_LETTERS]


def _text(value: Value) -> str:
    """A number of a customer as text; what is no text and no number is none."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.strip() if isinstance(value, str) else ""
