"""The keys of programs, in memory, gone with the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.desk import KeyRow


class MemoryMachineKeys:
    """The port `KeyRows` in a dict."""

    def __init__(self) -> None:
        self._keys: dict[str, KeyRow] = {}

    async def get(self, digest: str) -> KeyRow | None:
        """The key with this hash."""
        return next((key for key in self._keys.values() if key.digest == digest), None)

    async def all(self) -> Sequence[KeyRow]:
        """All, by name."""
        return [self._keys[name] for name in sorted(self._keys)]

    async def add(self, key: KeyRow) -> None:
        """Keep a new one."""
        if key.created_at.tzinfo is None or key.ends_at.tzinfo is None:
            raise ValueError("naive datetime")
        new = {key.id, key.name, key.digest}
        if any(new & {one.id, one.name, one.digest} for one in self._keys.values()):
            raise StoreError(f"the key {key.name} is known already")
        self._keys[key.name] = key

    async def remove(self, name: str) -> bool:
        """Forget a key by its name."""
        return self._keys.pop(name, None) is not None
