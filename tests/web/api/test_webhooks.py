"""What waits to be told to other systems, as admins and auditors see it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.deliveries import DEAD, HELD, Outcome, Turn
from ivr.store import open_store
from ivr.store.outbox_events import Receiver
from ivr.store.outside.deliveries import SqlDeliveries
from ivr.store.outside.far_refs import SqlFarRefs
from ivr.store.tickets.jobs import Jobs
from ivr.store.tickets.repository import SqlTickets
from ivr.web.api.webhooks import Outbox, WebhookRoutes
from tests.fakes.door import opened
from tests.fakes.ticket_house import Desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.door import Door

ROLES = ("agent", "supervisor", "quality", "admin", "auditor")


class House:
    """A server whose tickets are told to a ticket system, and one ticket."""

    def __init__(self, door: Door, desk: Desk, deliveries: SqlDeliveries) -> None:
        self.door = door
        self.desk = desk
        self.deliveries = deliveries
        self.refs = SqlFarRefs(desk.store.database)

    async def given_up(self, fate: str = DEAD) -> str:
        """A delivery that nobody tries any more; its event."""
        ticket = await self.desk.open()
        turn = Turn("system:rt", self.desk.at, 1, 60.0)
        [one] = await self.deliveries.turn(turn)
        assert one.aggregate_id == ticket.id
        outcome = Outcome(one.key, one.leased_until, DEAD if fate == DEAD else HELD, "HTTP 404")
        await self.deliveries.turn(turn, [outcome])
        return one.event


@asynccontextmanager
async def built(path: Path) -> AsyncIterator[House]:
    store = open_store(f"sqlite:///{path}", synchronous="NORMAL")
    deliveries = SqlDeliveries(store.database)
    outbox = Outbox(deliveries, SqlFarRefs(store.database), ("hook:ops", "system:rt"))
    async with opened(more=lambda parts: WebhookRoutes(parts, outbox).routes()) as door:
        for role in ROLES:
            await door.add(role, role)
            await door.sign_in(role)
        desk = Desk(store, at=door.clock.now())
        receivers = [Receiver("system:rt", system="rt")]
        desk.tickets = SqlTickets(
            Jobs(store.database, lambda: desk.rules, receivers=lambda: receivers)
        )
        yield House(door, desk, deliveries)
    await store.close()


@pytest.fixture
async def outbox_house(own_file: Path) -> AsyncIterator[House]:
    async with built(own_file) as made:
        yield made


@pytest.mark.parametrize("role", ROLES)
async def test_only_admins_and_auditors_see_it_and_only_admins_act(
    outbox_house: House, role: str
) -> None:
    event = await outbox_house.given_up()
    send = outbox_house.door.send
    sees = role in {"admin", "auditor"}
    for path in ("/webhooks/deliveries", "/webhooks/endpoints"):
        assert (await send("GET", path, role)).status == (200 if sees else 403)
    acts = [
        await send("POST", f"/webhooks/deliveries/{event}/replay", role, {"endpoint": "system:rt"}),
        await send("POST", "/webhooks/endpoints/system:rt/resume", role),
    ]
    assert {each.status for each in acts} == ({200} if role == "admin" else {403})


async def test_a_dead_delivery_is_found_and_tried_again(outbox_house: House) -> None:
    event = await outbox_house.given_up()
    send = outbox_house.door.send
    [row] = (await send("GET", "/webhooks/deliveries", "admin")).body["items"]
    assert (row["event"], row["state"], row["reason"]) == (event, "dead", "HTTP 404")
    assert (row["type"], row["aggregate"], row["attempts"]) == ("ticket.created", "ticket", 1)
    path, body = f"/webhooks/deliveries/{event}/replay", {"endpoint": "system:rt"}
    again = await send("POST", path, "admin", body)
    assert (again.status, again.body["state"], again.body["attempts"]) == (200, "pending", 0)
    assert (await send("POST", path, "admin", body)).status == 409
    assert (await send("GET", "/webhooks/deliveries", "admin")).body["items"] == []
    pending = await send("GET", "/webhooks/deliveries?state=pending", "admin")
    assert [one["event"] for one in pending.body["items"]] == [event]
    rows = await outbox_house.door.store.audit.recent(1)
    assert (rows[0].who, rows[0].what, rows[0].about) == ("admin", "webhook-replay", event)


async def test_a_ticket_that_moved_there_is_linked_anew(outbox_house: House) -> None:
    event = await outbox_house.given_up(HELD)
    path = f"/webhooks/deliveries/{event}/replay"
    body = {"endpoint": "system:rt", "far_id": "4711"}
    again = await outbox_house.door.send("POST", path, "admin", body)
    assert again.status == 200
    ref = again.body["aggregate_id"]
    assert await outbox_house.refs.of("rt", "ticket", [ref]) == {ref: "4711"}


async def test_what_is_not_there_is_not_found(outbox_house: House) -> None:
    send = outbox_house.door.send
    path = f"/webhooks/deliveries/{'0' * 26}/replay"
    assert (await send("POST", path, "admin", {"endpoint": "system:rt"})).status == 404
    assert (await send("POST", "/webhooks/endpoints/hook:none/resume", "admin")).status == 404
    assert (await send("GET", "/webhooks/deliveries?state=lost", "admin")).status == 422


async def test_a_paused_receiver_is_shown_and_goes_on(outbox_house: House) -> None:
    await outbox_house.desk.open()
    deliveries, send = outbox_house.deliveries, outbox_house.door.send
    await deliveries.pause("system:rt", "it does not let us in", outbox_house.desk.at)
    hook, system = (await send("GET", "/webhooks/endpoints", "auditor")).body["items"]
    assert (hook["endpoint"], hook["state"], hook["pending"]) == ("hook:ops", "running", 0)
    assert (system["state"], system["reason"]) == ("paused", "it does not let us in")
    assert (system["pending"], system["oldest"]) == (1, outbox_house.desk.at.isoformat())
    answer = await send("POST", "/webhooks/endpoints/system:rt/resume", "admin")
    assert (answer.status, answer.body["state"]) == (200, "running")
    assert await deliveries.due(outbox_house.desk.at) == ["system:rt"]


async def test_a_long_list_comes_in_pages(outbox_house: House) -> None:
    for _each in range(3):
        await outbox_house.desk.open()
    send, path = outbox_house.door.send, "/webhooks/deliveries?state=pending&limit=2"
    first = (await send("GET", path, "admin")).body
    second = (await send("GET", f"{path}&cursor={first['next']}", "admin")).body
    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)
