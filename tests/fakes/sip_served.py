"""A whole server with the trunk `phones` on any free port, real time and the in-memory store.

Prompts are made by espeak-ng; without it a test that needs them is skipped with its name.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pytest

from ivr.app import Parts
from ivr.channels.sip import provider
from ivr.channels.sip.house import House
from ivr.channels.sip.wire.control import Limits
from ivr.channels.sip.wire.peers.auth import Secrets
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports import PhoneUser
from tests.fakes.far_end import LATE_MS
from tests.fakes.served import Served, shipped
from tests.fakes.sip_phone import SipPhone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ivr.runtime.ports import InteractionRow, Source
    from ivr.store import SqlStore

REST_S = 30.0
"""How long a port for sound is not used again; a test that waits for it makes it less."""
PASSWORD = "a-good-password"  # noqa: S105 - of test phones


def need_espeak() -> None:
    """Skip where there is no speech engine."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")


@dataclass(slots=True)
class SipServed:
    """A server that speaks SIP. server: where its trunk `phones` listens."""

    served: Served
    server: tuple[str, int]

    @classmethod
    async def start(
        cls,
        folder: Path,
        sounds: Path,
        changes: Mapping[str, str] | None = None,
        users: Sequence[str] = (),
        sources: Mapping[str, Source] | None = None,
        store: MemoryStore | SqlStore | None = None,
    ) -> SipServed:
        """Put together and listen. sounds: where made prompts are kept, best for all tests.

        users: those whose phones may register with `PASSWORD`. Late sound closes no door here:
        other tests share the machine.
        """
        limits = partial(Limits, rest_s=REST_S, late_ms=LATE_MS)
        store = store or MemoryStore()
        for name in users:
            secrets = Secrets.of(name, "ivr", PASSWORD)
            await store.phones.add(PhoneUser(name, "ivr", secrets.sha256, secrets.md5))
        limit = f"media: {{sounds: {sounds}}}\nlimits: {{call: 2h}}"
        path = shipped(folder, {"limits: {call: 2h}": limit, **(changes or {})}, sip=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(provider, "Limits", limits)
            served = await Served.start(path, Parts(store=store, sources=sources))
        return cls(served, ("127.0.0.1", _house(served).stacks[0].port))

    @property
    def house(self) -> House:
        """What the trunks share."""
        return _house(self.served)

    def phone(self, user: str = "caller") -> SipPhone:
        """A phone beside this server."""
        return SipPhone(self.server, user)

    async def ended(self) -> InteractionRow:
        """The only interaction, once it is closed."""
        rows = await self.served.rows()
        assert len(rows) == 1, rows
        return rows[0]

    async def close(self) -> None:
        """End everything."""
        await self.served.close()


def _house(served: Served) -> House:
    """Other trunks have something that runs, too."""
    return next(each for each in served.server.running if isinstance(each, House))
