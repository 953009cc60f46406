"""The ledger of a clock: what happened to it, written once and never changed.

Everything else about a clock (counted time, due time, verdict) is worked out from its ledger, so a
new policy, calendar or priority loses no pause. Source: tickets.md section 9.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

EventKind: TypeAlias = Literal[
    "start", "pause", "resume", "retarget", "meet", "reopen", "breach", "cancel", "warn"
]

MERGED = "merged"
"""Reason of the pause of a merged ticket, and of a target taken over from one."""
UNMERGED = "unmerged"
"""Reason of a retarget that gives such a target back."""
HAND = "hand"
"""Reason of a retarget that a person asked for; it also drops targets taken over by merging."""
RECOUNT = "recount"
"""`data["mode"]` of a retarget that counts again from the start; without it, counted stays."""


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """One line of a ledger.

    seq: from 1, without gaps. at: aware; never before that of the line above. reason: of a pause,
    resume, cancel or retarget. target_s, calendar: of start and retarget, None = as before; the
    calendar is the key of one immutable revision. data: plain values; `policy` the promise of start
    and retarget, `mode`, `from` the number of a merged ticket, `level` of a warn, `by` a person,
    `reported_at` when a late report says that it happened (ISO 8601).
    """

    seq: int
    at: datetime
    kind: EventKind
    reason: str = ""
    target_s: int | None = None
    calendar: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)
