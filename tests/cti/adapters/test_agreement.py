"""What has happened in a ticket system comes to our ticket, once: one suite for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.pause import pause
from tests.fakes.waiting import until

if TYPE_CHECKING:
    from ivr.runtime.ports.tickets import TicketRow
    from tests.cti.adapters.conftest import FarBed

TURKISH = "İğne, ışık, ŞÜKRÜ: çok güzel ğüşöçıĞÜŞÖÇİ €5"
OPEN = {"rt": "open", "zammad": "open", "zendesk": "open"}
WAITING = {"rt": "stalled", "zammad": "pending reminder", "zendesk": "pending"}
SOLVED = {"rt": "resolved", "zammad": "closed", "zendesk": "solved"}
URGENT = {"rt": "100", "zammad": "3 high", "zendesk": "urgent"}


async def begun(bed: FarBed, **fields: Any) -> tuple[TicketRow, int]:  # noqa: ANN401
    """A ticket that both have, and agree on."""
    bed.hears = True
    bed.start()
    ticket: TicketRow = await bed.desk.open(**fields)
    await bed.quiet()
    [one] = await bed.far.tickets()
    if bed.far.kind == "rt":
        await until(lambda: bed.inbox.position("far"))
    await bed.far.speak(one.id, "ilk", internal=True)
    await bed.news(one.id)
    return ticket, one.id


async def now(bed: FarBed, ticket: TicketRow) -> TicketRow:
    found: TicketRow | None = await bed.desk.tickets.get(ticket.number)
    assert found is not None
    return found


async def said(bed: FarBed, ticket: TicketRow) -> list[tuple[str, bool, str]]:
    rows = await bed.desk.tickets.articles(ticket.number)
    return [(row.kind, row.internal, row.body) for row in rows if row.body != "ilk"]


async def test_what_is_changed_there_is_changed_here_by_that_system(bed: FarBed) -> None:
    ticket, far_id = await begun(bed)
    kind = bed.far.kind
    await bed.far.turn(
        far_id, owner=bed.far.rules.people["ayşe"], priority=URGENT[kind], status=OPEN[kind]
    )
    await bed.news(far_id)
    row = await now(bed, ticket)
    assert (row.status, row.assignee) == ("open", "ayşe")
    assert row.priority == (3 if kind == "zammad" else 4)
    history = await bed.desk.rows("ticket_change")
    fields = {each["field"]: each["by"] for each in history}
    assert {fields["status"], fields["assignee"], fields["priority"]} == {"system:far"}
    audit = [each["body"] for each in await bed.desk.rows("audit_log")]
    assert sum('"system:far"' in body and "ticket.change" in body for body in audit) >= 3


async def test_a_change_that_came_from_there_goes_round_no_more(bed: FarBed) -> None:
    ticket, far_id = await begun(bed)
    await bed.far.turn(far_id, status=WAITING[bed.far.kind])
    await bed.news(far_id)
    assert (await now(bed, ticket)).status == "waiting_customer"
    await bed.quiet()
    version, asked = (await now(bed, ticket)).version, bed.between.count("PUT", "/")
    if bed.far.kind != "rt":
        await bed.news(far_id)
    await pause(0.3)
    assert (await now(bed, ticket)).version == version
    assert bed.between.count("PUT", "/") == asked
    assert not (await bed.deliveries.page("pending")).rows


async def test_what_is_said_there_is_said_here_once_and_never_back(bed: FarBed) -> None:
    ticket, far_id = await begun(bed)
    await bed.far.speak(far_id, f"1 {TURKISH}")
    await bed.far.speak(far_id, f"2 {TURKISH}", internal=True)
    await bed.news(far_id)
    if bed.far.kind != "rt":
        await bed.news(far_id)
    wanted = [("reply", False, f"1 {TURKISH}"), ("note", True, f"2 {TURKISH}")]
    assert await said(bed, ticket) == wanted
    await bed.desk.change(ticket.number, status="open")
    await bed.quiet()
    assert len(await bed.far.said(far_id)) == 3
    [first, *_] = [
        row for row in await bed.desk.tickets.articles(ticket.number) if row.body != "ilk"
    ]
    assert first.author.startswith("far: ")


async def test_our_own_words_do_not_come_back(bed: FarBed) -> None:
    ticket, far_id = await begun(bed)
    await bed.say(ticket.number, "bizden", "reply")
    await bed.say(ticket.number, "bizden not", "note")
    await bed.quiet()
    await bed.far.speak(far_id, "onlardan")
    await bed.news(far_id)
    texts = sorted(text for _kind, _internal, text in await said(bed, ticket))
    assert texts == ["bizden", "bizden not", "onlardan"]


async def test_the_customer_s_words_are_the_customer_s(small_bed: FarBed) -> None:
    ticket, far_id = await begun(small_bed, category="card")
    await small_bed.desk.change(ticket.number, status="waiting_customer")
    await small_bed.quiet()
    await small_bed.far.speak(far_id, "Hâlâ bekliyorum", is_customer=True)
    await small_bed.news(far_id)
    row = (await small_bed.desk.tickets.articles(ticket.number))[-1]
    assert (row.kind, row.author_kind, row.internal) == ("message", "customer", False)
    assert (await now(small_bed, ticket)).status == "open"


async def test_where_both_have_changed_the_same_the_rule_decides(small_bed: FarBed) -> None:
    """master: ours. Neither has heard of the other's change yet."""
    ticket, far_id = await begun(small_bed)
    await small_bed.ears.close()  # type: ignore[union-attr]
    await small_bed.far.turn(far_id, status=WAITING[small_bed.far.kind])
    await small_bed.desk.change(ticket.number, status="open")
    await small_bed.quiet()
    small_bed.ears.start()  # type: ignore[union-attr]
    await small_bed.news(far_id)
    assert (await now(small_bed, ticket)).status == "open"
    [one] = await small_bed.far.tickets()
    assert one.status == OPEN[small_bed.far.kind]


async def test_theirs_counts_where_the_rule_says_so(small_bed: FarBed) -> None:
    small_bed.master = "theirs"
    ticket, far_id = await begun(small_bed)
    await small_bed.ears.close()  # type: ignore[union-attr]
    await small_bed.far.turn(far_id, status=WAITING[small_bed.far.kind])
    await small_bed.desk.change(ticket.number, status="open")
    await small_bed.quiet()
    assert (await now(small_bed, ticket)).status == "waiting_customer"
    [one] = await small_bed.far.tickets()
    assert one.status == WAITING[small_bed.far.kind]


async def test_what_our_rules_do_not_allow_waits_for_a_person(bed: FarBed) -> None:
    """It cannot count as solved without a category; once it has one, trying again helps."""
    ticket, far_id = await begun(bed)
    await bed.far.turn(far_id, status=SOLVED[bed.far.kind])
    await bed.news(far_id)
    held = (await bed.inbox.page("held")).rows
    assert held
    assert "status" in held[0].reason
    assert (await now(bed, ticket)).status == "new"
    await bed.desk.change(ticket.number, category="card")
    await bed.quiet()
    await bed.inbox.replay("far", held[0].event, bed.clock.now())

    async def solved() -> bool:
        return (await now(bed, ticket)).status == "resolved"

    await until(solved)


async def test_what_a_ticket_of_ours_cannot_keep_is_listed(small_bed: FarBed) -> None:
    ticket, far_id = await begun(small_bed)
    await small_bed.far.turn(far_id, subject="Başka konu")
    await small_bed.news(far_id)
    rows = (await small_bed.inbox.page("done", untold=True)).rows
    assert "Başka konu" in rows[0].untold
    assert rows[0].ticket == ticket.id
    assert (await now(small_bed, ticket)).subject == ticket.subject


async def test_what_cannot_be_kept_is_listed_also_if_our_own_change_was_told_first(
    small_bed: FarBed,
) -> None:
    ticket, far_id = await begun(small_bed)
    await small_bed.ears.close()  # type: ignore[union-attr]
    await small_bed.far.turn(far_id, subject="Başka konu")
    await small_bed.desk.change(ticket.number, status="open")
    await small_bed.quiet()
    small_bed.ears.start()  # type: ignore[union-attr]
    await small_bed.news(far_id)
    rows = (await small_bed.inbox.page("done", untold=True)).rows
    assert {row.ticket for row in rows} == {ticket.id}
    assert any("Başka konu" in row.untold for row in rows)


async def test_a_ticket_that_is_none_of_ours_is_kept_and_can_be_taken_in(small_bed: FarBed) -> None:
    ticket, far_id = await begun(small_bed)
    other = await small_bed.desk.open()
    await small_bed.quiet()
    far = await small_bed.refs.of("far", "ticket", [other.id])
    strange = int(far[other.id])
    await small_bed.desk.add(
        "endpoint_state", endpoint="x", state="running", reason="", at=small_bed.desk.at
    )
    await small_bed.refs.keep("far", "ticket", other.id, "999", small_bed.clock.now())
    await small_bed.ears.close()  # type: ignore[union-attr]
    await small_bed.far.speak(strange, "kimin bu")
    if small_bed.far.kind == "rt":
        await small_bed.ears.ask_once("far", small_bed.source)  # type: ignore[union-attr]
    else:
        await small_bed.post(strange)
    for _try in range(4):
        rows = (await small_bed.inbox.page("pending")).rows
        assert {row.far_id for row in rows} <= {str(strange), str(far_id)}
        at = max((row.next_at for row in rows), default=small_bed.clock.now())
        batch = await small_bed.inbox.take_up("far", at, 60)
        while batch is not None:
            settled = await small_bed.ears._settled(batch, small_bed.source)  # type: ignore[union-attr]
            await small_bed.inbox.settle(batch, settled, at)
            batch = await small_bed.inbox.take_up("far", at, 60)
    [row] = (await small_bed.inbox.page("unknown")).rows[:1]
    assert row.reason == "no ticket of ours"
    await small_bed.refs.keep("far", "ticket", other.id, str(strange), small_bed.clock.now())
    await small_bed.inbox.replay("far", row.event, small_bed.clock.now())
    assert await small_bed.ears.deal_once("far", small_bed.source)  # type: ignore[union-attr]
    assert [text for _k, _i, text in await said(small_bed, other)] == ["kimin bu"]
    assert await said(small_bed, ticket) == []


async def test_what_they_cannot_answer_now_is_tried_again(small_bed: FarBed) -> None:
    ticket, far_id = await begun(small_bed)
    await small_bed.ears.close()  # type: ignore[union-attr]
    small_bed.ears.chance = lambda: 0.0  # type: ignore[union-attr]
    await small_bed.far.speak(far_id, "sonra")
    if small_bed.far.kind == "rt":
        await small_bed.ears.ask_once("far", small_bed.source)  # type: ignore[union-attr]
    else:
        await small_bed.post(far_id)
    small_bed.between.lasting = 503
    assert await small_bed.ears.deal_once("far", small_bed.source)  # type: ignore[union-attr]
    [row, *_] = (await small_bed.inbox.page("pending")).rows
    assert (row.attempts, row.reason) == (1, "HTTP status 503")
    small_bed.between.lasting = 0
    small_bed.ears.start()  # type: ignore[union-attr]

    async def heard() -> bool:
        return [text for _k, _i, text in await said(small_bed, ticket)] == ["sonra"]

    await until(heard)


async def test_the_same_message_twice_is_one(small_bed: FarBed) -> None:
    if small_bed.far.kind == "rt":
        pytest.skip("it is asked; what it says again is known by its number, as each test shows")
    _ticket, far_id = await begun(small_bed)
    before = len((await small_bed.inbox.page("done")).rows)
    await small_bed.post(far_id, take=3)

    async def dealt() -> bool:
        return len((await small_bed.inbox.page("done")).rows) > before

    await until(dealt)
    await pause(0.1)
    assert len((await small_bed.inbox.page("done")).rows) == before + 1
