"""Looking into a mailbox: each new mail is read, handed on, and only then counted as read.

How far a mailbox was read is kept by us (UIDVALIDITY and UID), whatever people mark there. A
process killed at any moment reads a mail again rather than lose it; the intake knows it by its key.
A mail that the server or the store refuses three times is handed on without what cannot be read,
so that one bad mail holds up no others.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ivr.cti.mail import figures
from ivr.cti.mail.imap import Fetched, ImapBox, NotGivenError
from ivr.cti.mail.reading import Arrival, bare_mail, read_mail
from ivr.cti.mail.waiting import in_thread
from ivr.domain.errors import PortError
from ivr.runtime.ports.mail import MailPosition

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.config.mail import MailAccount, MailServer
    from ivr.cti.mail.headers import Ours
    from ivr.cti.mail.imap import Folder
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.mail import MailIn, MailIntake, MailPositions

STEP_S = 300.0
"""The longest that one question to the server may take; each of its packets has 20 s."""
TRIES = 3
_LOG = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where mail goes, and what is known of us."""

    intake: MailIntake
    positions: MailPositions
    clock: Clock
    ours: Ours


class MailLook:
    """Looks into the mailbox of one account, time and again."""

    def __init__(self, name: str, account: MailAccount, server: MailServer, desk: Desk) -> None:
        self.name = name
        self._account = account
        self._server = server
        self._desk = desk
        self._tries: dict[int, int] = {}

    async def look(self) -> int:
        """Hand on what is new; returns how many mails. Raises PortError."""
        box = ImapBox(self._account, self._server)
        try:
            found = await self._look(box)
        except BaseException:
            box.abort()
            raise
        finally:
            await in_thread(box.close)
        figures.LAST_LOOK.labels(self.name).set(self._desk.clock.now().timestamp())
        return found

    async def _look(self, box: ImapBox) -> int:
        folder = await _asked(box.open)
        position = await self._position(box, folder)
        uids = await _asked(box.uids, position.uid, position.since)
        for uid in uids:
            position = await self._take(box, uid, position)
        return len(uids)

    async def _position(self, box: ImapBox, folder: Folder) -> MailPosition:
        """Where to go on. After a change of UIDVALIDITY all is read again: the keys tell what is
        known."""
        kept = await self._desk.positions.get(box.name)
        if kept is not None and kept.uidvalidity == folder.uidvalidity:
            return kept
        self._tries.clear()
        if kept is None:
            fresh = await self._first(box, folder)
        else:
            fresh = MailPosition(folder.uidvalidity, 0, kept.since)
            _LOG.warning("mailbox_numbered_anew", extra={"facts": {"account": self.name}})
        await self._desk.positions.save(box.name, fresh)
        return fresh

    async def _first(self, box: ImapBox, folder: Folder) -> MailPosition:
        if self._account.start == "all":
            return MailPosition(folder.uidvalidity, 0)
        known = () if folder.uidnext else await _asked(box.uids, 0)
        last = folder.uidnext - 1 if folder.uidnext else max(known, default=0)
        yesterday = self._desk.clock.now().date() - timedelta(days=1)  # servers have other zones
        return MailPosition(folder.uidvalidity, last, yesterday)

    async def _take(self, box: ImapBox, uid: int, position: MailPosition) -> MailPosition:
        """One mail, from the server to the intake; only then it counts as read."""
        arrival = self._arrival(f"imap:{box.name}:{position.uidvalidity}:{uid}")
        try:
            fetched = await _asked(box.fetch, uid)
        except NotGivenError:
            if not self._tried_enough(uid):
                raise
            await self._store(uid, bare_mail(b"", arrival, "the mail server does not give it"))
        else:
            if fetched is not None:
                await self._read(uid, fetched, arrival)
        done = replace(position, uid=uid)
        await self._desk.positions.save(box.name, done)
        self._tries.pop(uid, None)
        await _asked(box.mark_seen, uid)
        return done

    def _arrival(self, key: str) -> Arrival:
        desk = self._desk
        team = self._account.team or ""
        return Arrival(self.name, desk.clock.now(), team=team, ours=desk.ours, key=key)

    async def _read(self, uid: int, fetched: Fetched, arrival: Arrival) -> None:
        received_at = fetched.received_at or arrival.received_at
        known = replace(arrival, received_at=received_at, cut=fetched.is_cut)
        if not fetched.raw:
            await self._store(uid, bare_mail(b"", known, "it is empty"))
            return
        mail = await in_thread(read_mail, fetched.raw, known)
        try:
            await self._store(uid, mail)
        except Exception as error:
            if isinstance(error, PortError) and error.retryable:
                raise
            if not self._tried_enough(uid):
                raise
            fault = f"it could not be kept as it was read ({type(error).__name__})"
            await self._store(uid, bare_mail(fetched.raw, known, fault))

    def _tried_enough(self, uid: int) -> bool:
        self._tries[uid] = self._tries.get(uid, 0) + 1
        return self._tries[uid] >= TRIES

    async def _store(self, uid: int, mail: MailIn) -> None:
        await self._desk.intake.accept(mail)
        result = "unreadable" if not mail.facts.sender else "faulty" if mail.faults else "read"
        figures.READ.labels(self.name, result).inc()
        facts = {"account": self.name, "uid": uid, "bytes": len(mail.raw), "faults": mail.faults}
        _LOG.info("mail_read", extra={"facts": facts})


async def _asked(question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask the server from a thread. Raises PortError, also when the answer does not end."""
    try:
        async with asyncio.timeout(STEP_S):
            return await in_thread(question, *args, **kwargs)
    except TimeoutError:
        raise PortError("the mail server does not finish its answer", retryable=True) from None
