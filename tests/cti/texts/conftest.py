"""Texts on SQLite with everything that judges them, and a provider that does as a test says."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from ivr.cti.texts.arriving import ArrivalPost, Reception
from ivr.cti.texts.sending import TextOffice, TextPost
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.ports.deliveries import Delivery, Turn
from ivr.runtime.ports.texts import (
    AGAIN,
    ARRIVALS,
    LANE,
    Counted,
    Handed,
    TextFailedError,
    TextIn,
    TextNew,
    TextRow,
)
from ivr.store.compliance.consents import SqlConsents
from ivr.store.compliance.desk import Office
from ivr.store.compliance.pseudonyms import Pseudonyms
from ivr.store.outside.deliveries import SqlDeliveries
from ivr.store.texts.repository import SqlTexts
from ivr.store.texts.rows import Desk
from tests.fakes.fresh_store import open_fresh
from tests.fakes.intake import Pool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

HIM, US = "+905321112233", "+908502220000"


@dataclass
class FakeLine:
    """Keeps what it is to send; `says`: what comes of the next tries, `has`: what a look finds."""

    name: str = "main"
    sender: str = US
    keyed: bool = False
    settles_s: float = 5.0
    sent: list[TextRow] = field(default_factory=list)
    says: list[Exception] = field(default_factory=list)
    has: Handed | None = None
    looks: int = 0
    busy: bool = False

    async def send(self, text: TextRow) -> Handed:
        """As the port says."""
        self.sent.append(text)
        if self.says:
            raise self.says.pop(0)
        return Handed(f"SM{len(self.sent)}")

    async def look(self, text: TextRow) -> Handed | None:
        """As the port says."""
        assert text.tries
        self.looks += 1
        if self.busy:
            raise TextFailedError(AGAIN, "unreachable", "20429", 30.0)
        return self.has


@dataclass
class Post:
    """The desk at which texts are sent and taken in."""

    pool: Pool
    texts: SqlTexts
    consents: SqlConsents
    clock: VirtualClock
    line: FakeLine
    takers: list[Any]
    told: list[TextRow] = field(default_factory=list)
    _ids: Any = field(default_factory=lambda: count(1))

    @property
    def out(self) -> TextPost:
        zone = ZoneInfo("Europe/Istanbul")
        return TextPost(
            TextOffice(self.texts, self.consents, self.clock, lambda _to: zone, [self.told.append]),
            self.line,
        )

    @property
    def arrivals(self) -> ArrivalPost:
        async def send(new: TextNew, tenant: int) -> object:
            return await self.texts.queue(new, tenant=tenant)

        return ArrivalPost(
            Reception(self.texts, self.consents, self.pool.intake, self.clock, send, self.takers)
        )

    async def queue(self, **more: Any) -> str:  # noqa: ANN401 - fields of TextNew
        row = {"to": HIM, "body": "Merhaba", "at": self.clock.now(), **more}
        return (await self.texts.queue(TextNew(origin_key=f"k{next(self._ids)}", **row))).id

    async def arrive(self, body: str, **more: Any) -> TextRow:  # noqa: ANN401 - fields of TextIn
        row = {"from_": HIM, "to": US, "at": self.clock.now(), **more}
        text = await self.texts.received(TextIn("main", f"MO{next(self._ids)}", body=body, **row))
        assert text is not None
        return text

    async def row(self, text: str) -> TextRow:
        row = await self.texts.get(text)
        assert row is not None
        return row

    def delivery(self, text: str, attempts: int = 1) -> Delivery:
        """What the outbox hands over for a text."""
        data = json.dumps({"text": text})
        now = self.clock.now()
        return Delivery(1, now, "x", "E1", "text", "text", text, 1, data, now, attempts)

    async def waiting(self, lane: str = f"{LANE}main") -> list[str]:
        """The texts that the outbox would hand over now."""
        turn = Turn(lane, self.clock.now(), 100, 0.0)
        return [
            one.aggregate_id for one in await SqlDeliveries(self.pool.store.database).turn(turn)
        ]

    async def outgoing(self) -> list[str]:
        """The bodies of all texts to him, in order."""
        rows = await self.pool.rows("text_message")
        return [row["body"] for row in rows if row["direction"] == "out"]


ARRIVED = ARRIVALS


def _ready(new: TextNew) -> tuple[TextNew, Counted]:
    return replace(new, trunk=new.trunk or "main", sender=new.sender or US), Counted(1)


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", synchronous="NORMAL", create=True)
    clock, ids = VirtualClock(), count(1)
    pseudonyms = Pseudonyms(b"k" * 16)
    desk = Desk(lambda: f"T{next(ids):025}", pseudonyms.lasting)
    consents = SqlConsents(store.database, Office(pseudonyms, lambda: f"C{next(ids):025}", "TR"))
    texts = SqlTexts(store.database, desk, _ready)
    yield Post(Pool(store, at=START), texts, consents, clock, FakeLine(), [])
    await store.close()
