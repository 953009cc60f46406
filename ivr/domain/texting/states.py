"""How far a text message has come, and which of two tidings about it counts.

Providers report late, twice and in any order: the highest state wins, so that every order of the
same reports ends in the same row. A text that reached somebody has reached him, whatever else is
said of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

QUEUED: Final = "queued"
SENT: Final = "sent"
FAILED: Final = "failed"
UNDELIVERED: Final = "undelivered"
DELIVERED: Final = "delivered"
OUTGOING: Final = (QUEUED, SENT, FAILED, UNDELIVERED, DELIVERED)
"""Lowest first. sent: the provider has it; failed: it never left; undelivered: it left and did not
arrive."""
RECEIVED: Final = "received"
TAKEN: Final = "taken"
"""taken: somebody has it, a survey or the intake."""
_RANK: Mapping[str, int] = {state: rank for rank, state in enumerate(OUTGOING)}


def higher(one: str, other: str) -> str:
    """The state that counts of two."""
    return max(one, other, key=_RANK.__getitem__)


def is_final(state: str) -> bool:
    """Whether nothing better can come of it than a late receipt."""
    return _RANK[state] > _RANK[SENT]


EXPIRED: Final = "expired"
QUIET_EXPIRED: Final = "quiet_expired"
BAD_NUMBER: Final = "bad_number"
NO_TEXTS: Final = "no_texts"
OPTED_OUT: Final = "opted_out"
BLOCKED: Final = "blocked"
REFUSED: Final = "refused"
UNREACHABLE: Final = "unreachable"
NO_WAY: Final = "no_way"
TOO_LONG: Final = "too_long"
REASONS: Mapping[str, str] = {
    EXPIRED: "it could not be sent in time",
    QUIET_EXPIRED: "quiet hours lasted longer than it was worth anything",
    BAD_NUMBER: "there is no such number",
    NO_TEXTS: "a number that takes no texts: a landline or a service number",
    OPTED_OUT: "the receiver wants no texts",
    BLOCKED: "a carrier does not let it through",
    REFUSED: "the provider does not send it",
    UNREACHABLE: "the telephone or its network could not be reached",
    NO_WAY: "no trunk sends texts",
    TOO_LONG: "more parts than a text may have",
}
"""Why a text was not sent or did not arrive. Beside these stand the reasons of `may_contact`."""
