"""Links that open one door once: setting the first password, or a new one."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.ports.desk import Link
from ivr.web.auth.tokens import digest

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.desk import People

SETUP, PASSWORD = "setup", "password"
FIRST_S = 15 * 60
LATER_S = 24 * 3600
_BYTES = 16
_MOST = 64


class Links:
    """Makes links and takes them back. A link is 128 bits; only its hash is kept."""

    def __init__(self, people: People, clock: Clock) -> None:
        self._people = people
        self._clock = clock

    async def make(self, purpose: str, person: str, within_s: int) -> str:
        """A token that can be used once, within so many seconds."""
        token = secrets.token_urlsafe(_BYTES)
        ends_at = self._clock.now() + timedelta(seconds=within_s)
        await self._people.add_link(Link(digest(token), purpose, person, ends_at))
        return token

    async def use(self, token: str) -> Link | None:
        """Take the link away and say what it was for; None if it is used, over or never was."""
        link = await self._people.use_link(digest(token[:_MOST]))
        return link if link and link.ends_at > self._clock.now() else None

    async def give_back(self, link: Link) -> None:
        """It was taken, but what it was for did not come about."""
        await self._people.add_link(link)


def address(base: str, token: str) -> str:
    """Where the page of a link is."""
    return f"{base}/setup?t={token}"


async def has_admin(people: People) -> bool:
    """Whether somebody can administer this server."""
    return any(
        "admin" in person.roles and person.password and not person.disabled
        for person in await people.all()
    )


async def first_link(people: People, clock: Clock, base: str) -> str | None:
    """The link by which the first admin is made, good for 15 minutes; None if there is one."""
    if await has_admin(people):
        return None
    return address(base, await Links(people, clock).make(SETUP, "", FIRST_S))
