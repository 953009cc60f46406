"""What ticket systems have said, as admins and auditors see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.far.inbox import DEAD, UNKNOWN, Message, Settled
from ivr.store.outside.far_refs import SqlFarRefs
from ivr.store.outside.inbox import SqlInbox
from tests.fakes.fresh_store import open_fresh
from tests.fakes.ticket_door import PEOPLE, ticket_door

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

from tests.fakes.ticket_door import TicketDoor


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[TicketDoor]:
    path = tmp_path / "ivr.db"
    await open_fresh(f"sqlite:///{path}", create=True).close()
    async with ticket_door(path) as made:
        yield made


async def given_up(house: TicketDoor, state: str = DEAD) -> None:
    inbox, now = SqlInbox(house.desk.store.database), house.desk.at
    await inbox.arrive("rt", [Message("17", "4711", "1", "Comment", "{}")], now)
    batch = await inbox.take_up("rt", now, 60)
    assert batch is not None
    await inbox.settle(batch, Settled(state, "why", untold={"Subject": "ı"}), now)


@pytest.mark.parametrize("who", list(PEOPLE))
async def test_only_admins_and_auditors_see_it_and_only_admins_act(
    house: TicketDoor, who: str
) -> None:
    await given_up(house)
    sees = 200 if who in {"deniz", "orhan"} else 403
    for path in ("/inbox/messages", "/inbox/systems"):
        assert (await house.send("GET", path, who)).status == sees
    body = {"system": "rt", "event": "17"}
    acted = await house.send("POST", "/inbox/replay", who, body)
    assert acted.status == (200 if who == "deniz" else 403)


async def test_what_was_given_up_is_found_and_tried_again(house: TicketDoor) -> None:
    await given_up(house)
    [row] = (await house.good("GET", "/inbox/messages", "deniz"))["items"]
    assert (row["system"], row["event"], row["far_id"], row["reason"]) == (
        "rt",
        "17",
        "4711",
        "why",
    )
    assert row["untold"] == {"Subject": "ı"}
    systems = (await house.good("GET", "/inbox/systems", "deniz"))["items"]
    assert {"system": "rt", "pending": 0, "held": 0, "unknown": 0, "dead": 1} in systems
    body = {"system": "rt", "event": "17"}
    again = await house.good("POST", "/inbox/replay", "deniz", body)
    assert (again["state"], again["attempts"]) == ("pending", 0)
    assert (await house.send("POST", "/inbox/replay", "deniz", body)).status == 409
    assert (
        await house.send("POST", "/inbox/replay", "deniz", {**body, "event": "x"})
    ).status == 404
    rows = await house.desk.store.audit.recent(1)
    assert (rows[0].who, rows[0].what, rows[0].about) == ("deniz", "inbox-replay", "17")


async def test_a_ticket_that_is_none_of_ours_is_given_one(house: TicketDoor) -> None:
    await given_up(house, UNKNOWN)
    ticket, other = await house.desk.open(), await house.desk.open()
    body = {"system": "rt", "event": "17", "ticket": ticket.number}
    wrong = await house.send("POST", "/inbox/replay", "deniz", {**body, "ticket": "999999999"})
    assert wrong.status == 404
    await house.good("POST", "/inbox/replay", "deniz", body)
    refs = SqlFarRefs(house.desk.store.database)
    assert await refs.ours("rt", "ticket", "4711") == ticket.id
    await refs.keep("rt", "ticket", other.id, "12", house.desk.at)
    taken = await house.send("POST", "/inbox/replay", "deniz", {**body, "ticket": other.number})
    assert taken.status == 422
