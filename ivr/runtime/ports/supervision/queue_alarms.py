"""Alarms on queues that are on, kept so that a restart tells nobody twice.

Not the deviation alarms of surveys (`ivr/runtime/ports/alarms.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that people are to be told of an alarm. Instants are whole nanoseconds.

    kind: `firing`, `repeat` or `ok`. fired_at: when the episode began. value, n: measured then.
    """

    kind: str
    at: int
    fired_at: int
    value: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class KeptAlarm:
    """An alarm in an open episode, or of which people are still to be told. Fields as in `Course`.

    condition: what it depends on; another one means that it begins anew. unsent: the oldest first.
    """

    name: str
    condition: str
    state: str
    since: int
    fired_at: int | None = None
    told_at: int | None = None
    acknowledged_by: str = ""
    acknowledged_at: int | None = None
    unsent: tuple[Notice, ...] = ()


class KeptAlarms(Protocol):
    """The rows. Errors: StoreError."""

    async def all(self) -> Sequence[KeptAlarm]:
        """All, by name."""

    async def put(self, alarm: KeptAlarm) -> None:
        """Keep it, in place of an earlier one of this name."""

    async def remove(self, name: str) -> bool:
        """It is ok, and everybody knows; False if there was none."""


@dataclass(frozen=True, slots=True)
class AlarmMail:
    """A mail that tells somebody of an alarm. account: which of ours sends it."""

    account: str
    to: str
    subject: str
    text: str


ALARM_MAIL = "alarm-mail"
"""The receiver of the outbox that sends them."""


class AlarmEvents(Protocol):
    """What the outbox tells of alarms."""

    async def tell(
        self,
        notice: Notice,
        alarm: str,
        data: Mapping[str, object],
        hooks: Sequence[str],
        mails: Sequence[AlarmMail] = (),
    ) -> bool:
        """Tell whoever wants to know, and these webhooks in any case, and send these mails, once;
        False if that was done before. Durable when it returns. Raises StoreError."""
