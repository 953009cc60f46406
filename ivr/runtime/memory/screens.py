"""The keys of screens on walls, in memory, gone with the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.desk import ScreenRow


class MemoryScreens:
    """The port `Screens` in a dict."""

    def __init__(self) -> None:
        self._screens: dict[str, ScreenRow] = {}

    async def get(self, digest: str) -> ScreenRow | None:
        """The key with this hash."""
        return next((one for one in self._screens.values() if one.digest == digest), None)

    async def all(self) -> Sequence[ScreenRow]:
        """All, by name, then id."""
        return sorted(self._screens.values(), key=lambda one: (one.name, one.id))

    async def add(self, screen: ScreenRow) -> None:
        """Keep a new one."""
        if screen.created_at.tzinfo is None:
            raise ValueError("naive datetime")
        if screen.id in self._screens or await self.get(screen.digest) is not None:
            raise StoreError(f"the screen {screen.id} is known already")
        self._screens[screen.id] = screen

    async def remove(self, screen: str) -> bool:
        """Forget a key by its id."""
        return self._screens.pop(screen, None) is not None
