"""What a screen pop knows of a call, taken from the call's state and from the wait for an agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ivr.cti.numbers import Attestation, Line, Number, read_sender
from ivr.domain.values import Money, Sealed, Value

if TYPE_CHECKING:
    from ivr.domain.call import CallId
    from ivr.domain.commands import Enqueue
    from ivr.engine.state import State

_OWN = Line()


@dataclass(frozen=True, slots=True)
class PopCall:
    """One call as its pop tells it. shown: the variables that the flow gave, by name."""

    call: CallId
    sender: Number
    dnis: str
    language: str
    queue: str = ""
    priority: str = ""
    path: tuple[str, ...] = ()
    shown: Mapping[str, Value] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A variable as plain text; "" if it is missing or sealed."""
        value = plain(self.shown.get(name))
        return value if isinstance(value, str) else ""


def pop_call(
    state: State,
    wait: Enqueue,
    country: str,
    line: Line = _OWN,
    attestation: Attestation = Attestation.NONE,
) -> PopCall:
    """The call of a caller who begins to wait. country: the tenant's, two letters."""
    return PopCall(
        call=state.call,
        sender=read_sender(state.ani or "", country, line, attestation),
        dnis=state.dnis,
        language=wait.language or state.language,
        queue=wait.queue,
        priority=wait.priority,
        path=tuple(state.path),
        shown=dict(wait.pop),
    )


def plain(value: Value) -> Any:  # noqa: ANN401 - any JSON
    """A value of a flow as JSON; None for what is sealed. Raises TypeError for anything strange."""
    if isinstance(value, Sealed):
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {name: plain(inside) for name, inside in value.items()}
    if isinstance(value, tuple):
        return [plain(inside) for inside in value]
    return _written(value)


def _written(value: Decimal | Money | date | time | datetime | timedelta) -> str:
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g} s"
    return value.isoformat()
