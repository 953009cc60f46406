"""Answers that are kept, in memory, gone with the process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.runtime.ports.answers import KEPT, PATIENCE, KeyBusyError, KeyReusedError

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports.answers import Kept


@dataclass(slots=True)
class _Claim:
    about: str
    at: datetime
    answer: Kept | None = None


class MemoryAnswers:
    """The port `Answers` in a dict."""

    def __init__(self) -> None:
        self._claims: dict[tuple[str, str], _Claim] = {}

    async def claim(self, who: str, key: str, about: str, at: datetime) -> Kept | None:
        """The answer that is there, or a claim."""
        found = self._claims.get((who, key))
        patience = KEPT if found is None or found.answer is not None else PATIENCE
        if found is None or found.at <= at - patience:
            self._claims[who, key] = _Claim(about, at)
            return None
        if found.about != about:
            raise KeyReusedError("this key came with another request")
        if found.answer is None:
            raise KeyBusyError("the first request with this key is not over yet")
        return found.answer

    async def keep(self, who: str, key: str, answer: Kept) -> None:
        """End a claim with its answer."""
        if (who, key) in self._claims:
            self._claims[who, key].answer = answer

    async def release(self, who: str, key: str) -> None:
        """Give a claim back."""
        found = self._claims.get((who, key))
        if found is not None and found.answer is None:
            del self._claims[who, key]

    async def sweep(self, at: datetime) -> int:
        """Forget what is older than a day."""
        old = [name for name, each in self._claims.items() if each.at <= at - KEPT]
        for name in old:
            del self._claims[name]
        return len(old)
