"""The seam of answers that are kept, so that a request that is repeated is not carried out twice.

A claim is made before the request is carried out and ends with the answer, or is given back. An
answer is kept for a day. `about` says what the request was, so that another one by the same key is
found out. Keys are kept as they come; whoever calls hashes what nobody may read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Protocol

from ivr.domain.errors import IllegalTransitionError, NotValidError

if TYPE_CHECKING:
    from datetime import datetime

KEPT = timedelta(hours=24)
"""How long an answer is kept."""
PATIENCE = timedelta(seconds=60)
"""After this a claim without an answer is given up: whoever made it has crashed."""


class KeyReusedError(NotValidError):
    """The same key came with another request."""

    code: ClassVar[str] = "idempotency-key-reused"


class KeyBusyError(IllegalTransitionError):
    """The first request with this key is still being carried out."""

    code: ClassVar[str] = "idempotency-key-busy"


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer. text: as whoever keeps it has written it."""

    status: int
    text: str


class Answers(Protocol):
    """Answers by who asked and the key he chose."""

    async def claim(self, who: str, key: str, about: str, at: datetime) -> Kept | None:
        """The answer that is there; None = there is none, and the claim is the caller's now.

        Raises KeyReusedError, KeyBusyError.
        """

    async def keep(self, who: str, key: str, answer: Kept) -> None:
        """End a claim with its answer."""

    async def release(self, who: str, key: str) -> None:
        """Give a claim back: nothing was done, a repeat may try."""

    async def sweep(self, at: datetime) -> int:
        """Forget what is older than a day; how many there were."""
