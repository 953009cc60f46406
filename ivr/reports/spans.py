"""What agents did with their time (K7, K8): stretches of one state, split where quarters begin.

Busy is what queues cause: talking, holding, consulting, winding up, and calling somebody for a
queue. What only rings is neither busy nor available, nor are an agent's own calls. The time that
is paid is all of the time that he was signed in, breaks included; there is no roster.
Source: kpis-staffing.md sections 3 (K7, K8) and 4 (agent time is split at the border).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ivr.domain.agent import AgentState
from ivr.reports.periods import QUARTER_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TALK, WRAPUP, DIALING, AVAILABLE = "talk_us", "wrapup_us", "dialing_us", "available_us"
RINGING, BREAK, MISSING, DIRECT = "ringing_us", "break_us", "missing_us", "direct_us"
BUSY = (TALK, WRAPUP, DIALING)
SIGNED_IN = (*BUSY, AVAILABLE, RINGING, BREAK, MISSING, DIRECT)
"""Everything but being signed out, in microseconds."""
_COUNTED: Mapping[str, str] = {
    AgentState.TALKING: TALK,
    AgentState.HOLDING: TALK,
    AgentState.CONSULTING: TALK,
    AgentState.WRAPUP: WRAPUP,
    AgentState.AVAILABLE: AVAILABLE,
    AgentState.RESERVED: RINGING,
    AgentState.RINGING: RINGING,
    AgentState.BREAK: BREAK,
    AgentState.NOT_RESPONDING: MISSING,
    AgentState.DIALING: DIRECT,
    AgentState.DIRECT: DIRECT,
}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
_QUARTER_NS = QUARTER_S * 10**9


def instant_ns(at: datetime) -> int:
    """A moment in whole ns since 1970."""
    return (at - _EPOCH) // _US * 1000


def count_of(state: str, *, for_queue: bool) -> str:
    """Under which name time in a state is counted; not for the state `offline`."""
    if state == AgentState.DIALING and for_queue:
        return DIALING
    return _COUNTED[state]


def quarters(start_ns: int, end_ns: int) -> Iterator[tuple[int, int]]:
    """Each quarter of an hour since 1970 that `[start, end)` meets, and its microseconds there."""
    while start_ns < end_ns:
        place = start_ns // _QUARTER_NS
        border = min(end_ns, (place + 1) * _QUARTER_NS)
        yield place, (border - start_ns) // 1000
        start_ns = border
