"""Messages on tickets, and a browser that hears them, with the sessions of a ticket house."""

from __future__ import annotations

import hashlib
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import insert, select

from ivr.runtime.recordings.keeper import silence_of
from ivr.store.tables import interaction, recording
from ivr.web.api.recordings.listed import RecordingRoutes
from ivr.web.api.recordings.playing import Playing
from ivr.web.errors import outermost
from ivr.web.gate import GATE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Connection

    from ivr.web.api.recordings.parts import RecordingParts
    from tests.fakes.ticket_door import TicketDoor
    from tests.fakes.ticket_house import Desk

SOUND = silence_of(1.5)


@dataclass
class MessageDesk:
    """A browser before the sound alone. parts: what it is made from; its passes are the house's."""

    client: TestClient[Any, Any]
    house: TicketDoor
    parts: RecordingParts

    async def leave(self, call: str, name: str, kind: str = "voicemail", **more: Any) -> str:  # noqa: ANN401
        """A message of a call, with its sound."""
        return await leave_in(self.house.desk, self.parts, call, name, kind=kind, **more)

    async def get(
        self, url: str, who: str = "ayse", part: str = ""
    ) -> tuple[int, bytes, dict[str, str]]:
        """Somebody asks for sound."""
        await self.house.send("GET", "/me", who)
        headers = {**self.house.door.tokens.get(who, {}), **({"Range": part} if part else {})}
        async with self.client.get(url, headers=headers) as answer:
            return answer.status, await answer.read(), dict(answer.headers)

    async def later(self, seconds: float) -> None:
        """Time passes."""
        await self.house.door.clock.advance(timedelta(seconds=seconds).total_seconds())


@asynccontextmanager
async def message_desk(house: TicketDoor, parts: RecordingParts) -> AsyncIterator[MessageDesk]:
    """In front of this house."""
    app = web.Application(middlewares=[outermost])
    app[GATE] = house.door.gate
    app.add_routes(Playing(parts).routes())
    client: TestClient[Any, Any] = TestClient(TestServer(app))
    await client.start_server()
    try:
        yield MessageDesk(client, house, parts)
    finally:
        await client.close()


def parts_of(house: TicketDoor) -> RecordingParts:
    """What the routes of the house are made from: their passes open its sound."""
    owners = [getattr(route.handler, "__self__", None) for route in house.door.more]
    return next(one.parts for one in owners if isinstance(one, RecordingRoutes))


async def leave_in(
    desk: Desk,
    parts: RecordingParts,
    call: str,
    name: str,
    **more: Any,  # noqa: ANN401
) -> str:
    """A message of a call, with its sound. more: columns of its row."""
    uri, key = parts.folder.keep(SOUND)
    columns = {
        "public_id": name,
        "turn": 3,
        "kind": "voicemail",
        "box": "general",
        "state": "ready",
        "source": "spool:x",
        "words": "",
        "locale": "tr",
        "survey": "",
        "question": "",
        "counted_ms": 1500,
        "at": desk.at,
        "reason": "",
        "uri": uri,
        "size_bytes": len(SOUND),
        "sha256": hashlib.sha256(SOUND).hexdigest(),
        "duration_ms": 1500,
        "sealed_key": key,
        **more,
    }

    def job(connection: Connection) -> None:
        whose = select(interaction.c.id).where(interaction.c.public_id == call)
        row = {"interaction_id": connection.scalar(whose), **columns}
        connection.execute(insert(recording).values(row))

    await desk.store.database.change(job)
    return name
