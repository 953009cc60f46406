"""What every ticket system must get from us, whatever happens on the way: one suite for all."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.tickets import Act, NewFile
from tests.fakes.between import Fault
from tests.fakes.pause import pause
from tests.fakes.waiting import until, until_now

if TYPE_CHECKING:
    from tests.cti.adapters.conftest import FarBed

TURKISH = "İğne, ışık, ŞÜKRÜ: çok güzel ğüşöçıĞÜŞÖÇİ €5"


async def test_a_ticket_is_opened_there_once_with_its_number(bed: FarBed) -> None:
    ticket = await bed.desk.open(subject=TURKISH, description=f"{TURKISH}\nikinci satır")
    bed.start()
    await bed.quiet()
    [one] = await bed.far.tickets()
    assert TURKISH in one.subject
    assert TURKISH in one.body
    assert await bed.refs.of("far", "ticket", [ticket.id]) == {ticket.id: str(one.id)}
    assert await bed.refs.ours("far", "ticket", str(one.id)) == ticket.id


async def test_an_answer_that_got_lost_opens_no_second_ticket(bed: FarBed) -> None:
    bed.between.faults = [Fault("POST")]
    await bed.desk.open()
    bed.start()
    [row] = await bed.until("done")
    assert row.attempts == 2
    assert len(await bed.far.tickets()) == 1


async def test_an_answer_that_got_lost_says_nothing_twice(bed: FarBed) -> None:
    ticket = await bed.desk.open()
    bed.start()
    await bed.quiet()
    method = "PUT" if bed.far.kind == "zendesk" else "POST"
    bed.between.faults = [Fault(method)]
    await bed.say(ticket.number, TURKISH)
    await bed.until("done", 2)
    assert [TURKISH in one.body for one in await bed.told()] == [True]


async def test_what_is_said_arrives_in_order_and_only_once(bed: FarBed) -> None:
    ticket = await bed.desk.open()
    bed.start()
    for number in range(6):
        kind = "note" if number % 2 else "reply"
        await bed.say(ticket.number, f"{number}. {TURKISH}", kind)
    await bed.until("done", 7)
    told = await bed.told()
    assert [one.body.strip() for one in told] == [f"{n}. {TURKISH}" for n in range(6)]
    assert [one.internal for one in told] == [False, True] * 3


async def test_a_status_and_an_owner_follow_ours(bed: FarBed) -> None:
    ticket = await bed.desk.open(category="card")
    bed.start()
    await bed.quiet()
    await bed.desk.change(ticket.number, status="waiting_customer", assignee="ayşe")
    await bed.quiet()
    waiting = {"rt": "stalled", "zammad": "pending reminder", "zendesk": "pending"}
    [one] = await bed.far.tickets()
    assert one.status == waiting[bed.far.kind]
    await bed.desk.change(ticket.number, status="resolved")
    await bed.quiet()
    solved = {"rt": "resolved", "zammad": "closed", "zendesk": "solved"}
    [one] = await bed.far.tickets()
    assert one.status == solved[bed.far.kind]
    assert not (await bed.deliveries.page("dead")).rows


async def test_a_status_that_is_theirs_is_left_alone(bed: FarBed) -> None:
    ticket = await bed.desk.open(category="card")
    bed.master = "theirs"
    bed.start()
    await bed.quiet()
    before = [one.status for one in await bed.far.tickets()]
    await bed.desk.change(ticket.number, status="waiting_customer")
    await bed.quiet()
    assert [one.status for one in await bed.far.tickets()] == before


@pytest.mark.parametrize("size", [5, 10_000_000])
async def test_a_file_goes_along_whole(bed: FarBed, size: int) -> None:
    content = bytes(range(250)) * (size // 250) or b"hello"
    file = _file(bed, "Fatura Şubat.bin", content)
    ticket = await bed.desk.open()
    await bed.say(ticket.number, TURKISH, files=(file,))
    bed.start()
    await bed.quiet()
    [one] = await bed.told()
    assert list(one.files.values()) == [content]
    assert TURKISH in one.body


async def test_a_file_that_is_too_big_or_gone_is_named(bed: FarBed) -> None:
    big = NewFile("büyük.zip", "application/zip", 10_000_001, "0" * 64, "big")
    ticket = await bed.desk.open()
    await bed.say(ticket.number, TURKISH, files=(big,))
    bed.start()
    await bed.quiet()
    [one] = await bed.told()
    assert one.files == {}
    assert "büyük.zip: 10000001 B" in one.body


@pytest.mark.parametrize("status", [401, 403])
async def test_a_closed_door_pauses_the_system_until_a_person_has_looked(
    bed: FarBed, status: int
) -> None:
    bed.between.lasting = status
    ticket = await bed.desk.open()
    bed.start()
    await until(bed.deliveries.endpoints)
    rows = await bed.deliveries.endpoints()
    assert (rows[0].endpoint, rows[0].state) == ("system:far", "paused")
    assert str(status) in rows[0].reason
    await bed.say(ticket.number, "more")
    await pause(0.7)
    asked = len(bed.between.seen)
    assert asked < 5
    bed.between.lasting = 0
    await bed.deliveries.go_on("system:far", bed.clock.now())
    done = await bed.until("done", 2)
    assert {row.attempts for row in done} == {1}
    assert len(await bed.told()) == 1


async def test_a_ticket_that_is_gone_there_waits_for_a_person_and_others_go_on(
    bed: FarBed,
) -> None:
    gone = await bed.desk.open()
    bed.start()
    await bed.quiet()
    [one] = await bed.far.tickets()
    bed.between.faults = [Fault("GET", 404)]
    await bed.say(gone.number, "first")
    [held] = await bed.until("held")
    await bed.say(gone.number, "second")
    other = await bed.desk.open()
    await bed.until("done", 2)
    assert "404" in held.reason
    assert held.aggregate_id == gone.id
    assert await bed.far.said(one.id) == []
    assert await bed.refs.of("far", "ticket", [other.id])
    await bed.deliveries.replay(held.event, held.endpoint, bed.clock.now())
    await bed.quiet()
    assert ["first" in each.body for each in await bed.far.said(one.id)] == [True, False]


async def test_a_rate_limit_is_obeyed(bed: FarBed) -> None:
    await bed.desk.open()
    await bed.desk.open()
    bed.between.faults = [Fault("GET", 429, {"Retry-After": "1"})] * 2
    begun = bed.clock.now()
    bed.start()
    rows = await bed.until("done", 2)
    assert (bed.clock.now() - begun).total_seconds() >= 1
    assert {row.attempts for row in rows} == {2}
    assert len(await bed.far.tickets()) == 2


async def test_a_ticket_that_was_merged_there(bed: FarBed) -> None:
    """What is said goes to the one it lives on in; who does not name that waits for a person."""
    merged, into = await bed.desk.open(), await bed.desk.open()
    bed.start()
    await bed.quiet()
    ids = await bed.refs.of("far", "ticket", [merged.id, into.id])
    await bed.far.merge(int(ids[merged.id]), int(ids[into.id]))
    await bed.say(merged.number, TURKISH)
    if bed.far.kind == "zendesk":
        [held] = await bed.until("held")
        assert held.reason == "it is closed there for good"
        return
    await bed.quiet()
    assert [TURKISH in one.body for one in await bed.far.said(int(ids[into.id]))] == [True]
    assert not (await bed.deliveries.page("dead")).rows


async def test_a_change_that_came_from_there_is_not_told_back(bed: FarBed) -> None:
    ticket = await bed.desk.open()
    bed.start()
    await bed.quiet()
    asked = len(bed.between.seen)
    act = Act("system:far", bed.desk.at, system="far")
    await bed.desk.tickets.change(ticket.number, {"status": "open"}, act)
    await pause(0.7)
    assert len(bed.between.seen) == asked
    assert len((await bed.deliveries.page("done")).rows) == 1


async def test_a_worker_that_died_is_followed_by_one_that_goes_on(bed: FarBed) -> None:
    ticket = await bed.desk.open()
    await bed.say(ticket.number, TURKISH)
    bed.between.faults = [Fault("POST", 503)] * 3
    bed.start(lease_s=0.3)
    await until_now(lambda: bed.between.seen)
    await bed.stop()
    bed.between.faults = []
    bed.start()
    await bed.until("done", 2)
    assert [TURKISH in one.body for one in await bed.told()] == [True]


def _file(bed: FarBed, name: str, content: bytes) -> NewFile:
    digest = hashlib.sha256(content).hexdigest()
    bed.files["files/1"] = content
    return NewFile(name, "application/octet-stream", len(content), digest, "files/1")
