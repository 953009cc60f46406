"""Users of telephones and their bindings in memory, gone with the process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ivr.domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.runtime.ports import PhoneUser


class MemoryPhones:
    """The port `Phones` in dicts. Bindings are kept as text, so that no later change gets in."""

    def __init__(self) -> None:
        self._users: dict[str, PhoneUser] = {}
        self._bindings: dict[str, tuple[str, ...]] = {}

    async def add(self, user: PhoneUser) -> None:
        """Keep a user, in the place of an earlier one."""
        self._users[user.name] = user

    async def remove(self, name: str) -> bool:
        """Forget a user."""
        return self._users.pop(name, None) is not None

    async def all(self) -> Sequence[PhoneUser]:
        """Every user, by name."""
        return [self._users[name] for name in sorted(self._users)]

    async def save_bindings(self, trunk: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep these in the place of all earlier ones of the trunk."""
        try:
            self._bindings[trunk] = tuple(json.dumps(dict(row), allow_nan=False) for row in rows)
        except (TypeError, ValueError) as error:
            raise StoreError(f"a binding is no plain data: {error}") from None

    async def bindings(self, trunk: str) -> Sequence[Mapping[str, Any]]:
        """What was saved last for this trunk."""
        return [json.loads(row) for row in self._bindings.get(trunk, ())]
