"""The users of registered phones, as the store knows them, and where their phones are."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.peers.auth import Secrets
from ivr.channels.sip.wire.peers.bindings import Bound
from ivr.domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.channels.sip.wire.peers.bindings import Gone
    from ivr.channels.sip.wire.peers.registrar import Registrar
    from ivr.runtime.ports import Phones as Stored
    from ivr.runtime.tasks import Tasks

_LOG = logging.getLogger(__name__)
FRESH_S = 0.5
"""How often the list of users is read again while somebody knocks whom it does not know."""


class Phones:
    """The phones of one trunk. Users are read at the start and every few seconds.

    A name nobody knows is looked for at once, so that a new phone is in with its second try.
    """

    def __init__(self, trunk: str, realm: str, stored: Stored, tasks: Tasks) -> None:
        self._trunk = trunk
        self._realm = realm
        self._stored = stored
        self._tasks = tasks
        self._users: dict[str, Secrets] = {}
        self._read_at = 0.0
        self._reading: asyncio.Task[None] | None = None
        self._saving = False
        self._unsaved = False
        self.registrar: Registrar | None = None

    def secrets(self, user: str) -> Secrets | None:
        """What proves this user; None if unknown, then the list is read again for the next try."""
        found = self._users.get(user)
        if found is None and user:
            self._read_soon()
        return found

    async def open(self) -> None:
        """Read users and bindings of a former life."""
        await self._read()
        if self.registrar is not None:
            stored = await self._stored.bindings(self._trunk)
            rows = [row for row in stored if row.get("user") in self._users]
            loop = asyncio.get_running_loop()
            self.registrar.restore(rows, loop.time(), time.time())

    async def refresh(self) -> None:
        """Take over what `ivr user` has changed: new passwords, and users who are no more."""
        before = set(self._users)
        await self._read()
        if self.registrar is not None:
            for user in sorted(before - set(self._users)):
                self.changed(self.registrar.dismiss(user))

    def changed(self, changes: Sequence[Bound | Gone]) -> None:
        """Phones came or went: log it, and keep the new list."""
        for change in changes:
            facts = {"trunk": self._trunk, "phone": change.binding.user}
            if not isinstance(change, Bound):
                _LOG.info("phone_gone", extra={"facts": {**facts, "why": change.why}})
            elif change.before is None:
                _LOG.info("phone_registered", extra={"facts": facts})
        if changes:
            self._unsaved = True
            if not self._saving:
                self._saving = True
                self._tasks.start(self._save(), "phones")

    async def _save(self) -> None:
        """Write the list until what is written is what is true."""
        try:
            while self._unsaved and self.registrar is not None:
                self._unsaved = False
                loop = asyncio.get_running_loop()
                rows = self.registrar.dump(loop.time(), time.time())
                await self._stored.save_bindings(self._trunk, rows)
        except StoreError:
            _LOG.warning("phones_not_saved")
        finally:
            self._saving = False

    def _read_soon(self) -> None:
        loop = asyncio.get_running_loop()
        if self._reading is None and loop.time() - self._read_at >= FRESH_S:
            self._reading = self._tasks.start(self._read(), "phone users")

    async def _read(self) -> None:
        self._read_at = asyncio.get_running_loop().time()
        try:
            users = await self._stored.all()
        except StoreError:
            _LOG.warning("phone_users_not_read")
        else:
            self._users = {
                one.name: Secrets(one.ha1_sha256, one.ha1_md5)
                for one in users
                if one.realm == self._realm
            }
        finally:
            self._reading = None
