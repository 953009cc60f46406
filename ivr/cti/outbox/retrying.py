"""What an answer means for a delivery, and how long to wait before it is tried again.

Waits have full jitter: any time from nothing to a bound that grows from a second to six hours, so
that receivers that come back are not run over. Source: tickets.md section 15.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ivr.runtime.ports.deliveries import BACK, DEAD, LATER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.runtime.ports.deliveries import Fate

MOST_TRIES = 12
FIRST_S, LONGEST_S = 1.0, 6 * 3600.0
MOST_ASKED_S = 24 * 3600.0
"""A receiver may ask us to wait for a day, not for ever."""
WORTH_A_TRY = frozenset({408, 409, 425, 429})
"""Refusals that another try may get past (RFC 9110, RFC 6585, RFC 8470)."""


class NotTakenError(Exception):
    """A receiver did not take an event. fate: later, held, dead, or back: not tried.

    after_s: how long it asked us to wait, 0 = it did not say. sick: whether it speaks against the
    receiver as a whole. pauses: whether nothing more can be told until a person has looked. at: of
    what was not tried, when it is its turn again.
    """

    def __init__(
        self,
        reason: str,
        fate: Fate = LATER,
        *,
        after_s: float = 0.0,
        sick: bool = False,
        pauses: bool = False,
        at: datetime | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fate = fate
        self.after_s = after_s
        self.sick = sick
        self.pauses = pauses
        self.at = at


def not_before(reason: str, at: datetime) -> NotTakenError:
    """Nothing was tried, and nothing is until a moment: that speaks against nobody."""
    return NotTakenError(reason, BACK, at=at)


def bound_s(attempts: int) -> float:
    """The longest wait after so many tries: a second after the first, six hours after the 11th."""
    step = min(max(attempts, 1), MOST_TRIES - 1) - 1
    return float(FIRST_S * (LONGEST_S / FIRST_S) ** (step / (MOST_TRIES - 2)))


def wait_s(attempts: int, chance: float, asked_s: float = 0.0) -> float:
    """How long to wait after so many tries. chance: from 0 to 1; asked_s: by the receiver."""
    return max(chance * bound_s(attempts), min(asked_s, MOST_ASKED_S))


def asked_s(headers: Mapping[str, str], now: datetime) -> float:
    """What Retry-After asks for, in seconds or as a date (RFC 9110, 10.2.3); 0 if nothing."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        due = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return 0.0
    due = due.replace(tzinfo=UTC) if due.tzinfo is None else due
    return max(0.0, (due - now) / timedelta(seconds=1))


def refusal(status: int, headers: Mapping[str, str], now: datetime) -> NotTakenError | None:
    """What an HTTP status other than 2xx means; None for 2xx. Redirects are not followed."""
    if 200 <= status < 300:
        return None
    reason, asked = f"HTTP status {status}", asked_s(headers, now)
    if status >= 500:
        return NotTakenError(reason, after_s=asked, sick=True)
    if status in WORTH_A_TRY:
        return NotTakenError(reason, after_s=asked)
    return NotTakenError(reason, DEAD)
