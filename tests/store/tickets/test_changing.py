"""Changing tickets: versions, history, and what other systems hear of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError, NotValidError, StaleVersionError
from ivr.runtime.ports.tickets import ChangeRow

if TYPE_CHECKING:
    from tests.fakes.ticket_house import Desk


async def _history(desk: Desk, ref: str) -> list[tuple[str, object, object]]:
    found = [each.what for each in await desk.tickets.timeline(ref)]
    return [(one.field, one.before, one.after) for one in found if isinstance(one, ChangeRow)]


async def test_a_change_is_written_with_its_history(desk: Desk) -> None:
    ticket = await desk.open()
    after = await desk.change(ticket.number, "asked for", subject="Fatura 2", severity="critical")
    assert (after.subject, after.severity, after.version) == ("Fatura 2", 3, 2)
    assert await _history(desk, ticket.number) == [
        ("severity", 1, 3),
        ("subject", "Çağrı: fatura", "Fatura 2"),
    ]
    created, updated = await desk.rows("outbox_event")
    assert (created["type"], updated["type"]) == ("ticket.created", "ticket.updated")
    assert '"changed":["severity","subject"]' in updated["payload"]
    [row, _] = await desk.store.audit.recent()
    assert (row.what, row.facts["fields"]) == ("ticket.change", ["severity", "subject"])


async def test_what_stays_the_same_writes_nothing(desk: Desk) -> None:
    ticket = await desk.open()
    assert await desk.change(ticket.number, subject=ticket.subject, team="") == ticket
    assert await _history(desk, ticket.number) == []


async def test_who_has_not_seen_the_last_version_is_refused(desk: Desk) -> None:
    ticket = await desk.open()
    change = desk.tickets.change
    await change(ticket.number, {"team": "cards"}, desk.act(), version=1)
    with pytest.raises(StaleVersionError, match="at version 2"):
        await change(ticket.number, {"team": "billing"}, desk.act(), version=1)
    assert (await desk.tickets.get(ticket.number)).team == "cards"


async def test_of_many_who_saw_the_same_version_one_wins(desk: Desk) -> None:
    ticket = await desk.open()
    tries = [
        desk.tickets.change(ticket.id, {"assignee": f"p{n}"}, desk.act(), version=1)
        for n in range(8)
    ]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, StaleVersionError) for each in done) == 7


async def test_a_priority_needs_a_reason(desk: Desk) -> None:
    ticket = await desk.open()
    with pytest.raises(NotValidError, match="reason"):
        await desk.change(ticket.number, priority="high")
    assert (await desk.change(ticket.number, "the customer waits", priority="high")).priority == 3


async def test_another_category_brings_its_form_and_its_checklist(desk: Desk) -> None:
    ticket = await desk.open(category="billing.wrong_amount", custom={"amount": 100})
    await desk.tickets.check(ticket.number, 1, True, desk.act())
    after = await desk.change(ticket.number, category="card.lost", categories=["billing"])
    assert (after.category, after.categories) == ("card.lost", ("billing",))
    assert after.custom == {"amount": 100}
    items = await desk.tickets.checklist(ticket.number)
    assert [(each.text, bool(each.done_at)) for each in items] == [
        ("Invoice checked", True),
        ("Card blocked", False),
    ]
    assert items[0].done_by == "ayşe"


async def test_a_category_with_a_code_of_its_own_is_shown_where_it_stands(desk: Desk) -> None:
    ticket = await desk.open(category="C-1")
    assert ticket.category == "card"
    [row] = await desk.rows("ticket")
    assert row["category"] == "C-1"


async def test_form_values_are_changed_one_by_one(desk: Desk) -> None:
    ticket = await desk.open(category="billing.wrong_amount", custom={"amount": 100})
    after = await desk.change(ticket.id, custom={"invoice_no": "1234567890"})
    assert after.custom == {"amount": 100, "invoice_no": "1234567890"}
    after = await desk.change(ticket.id, custom={"amount": None})
    assert after.custom == {"invoice_no": "1234567890"}
    with pytest.raises(NotValidError, match="no such field"):
        await desk.change(ticket.id, custom={"colour": "red"})


async def test_another_team_means_its_pool(desk: Desk) -> None:
    ticket = await desk.open(team="cards", assignee="ali")
    assert (await desk.change(ticket.id, team="billing")).assignee == ""
    after = await desk.change(ticket.id, team="cards", assignee="veli")
    assert (after.team, after.assignee) == ("cards", "veli")


async def test_names_of_what_it_points_to_stand_in_the_history(desk: Desk) -> None:
    ali = await desk.add_customer("A" * 26)
    ticket, above = await desk.open(), await desk.open()
    await desk.change(ticket.number, customer=ali, parent=above.number)
    assert await _history(desk, ticket.number) == [
        ("customer", "", ali),
        ("parent", "", above.number),
    ]


async def test_tickets_stand_at_most_three_deep_and_in_no_circle(desk: Desk) -> None:
    one, two, three, four = [await desk.open() for _ in range(4)]
    await desk.change(two.number, parent=one.number)
    await desk.change(three.number, parent=two.number)
    with pytest.raises(NotValidError, match="3 levels"):
        await desk.change(four.number, parent=three.number)
    with pytest.raises(NotValidError, match="3 levels"):
        await desk.change(one.number, parent=four.number)
    with pytest.raises(NotValidError, match="below itself"):
        await desk.change(one.number, parent=three.number)


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "1"},
        {"priority": 5},
        {"severity": "huge"},
        {"subject": ""},
        {"subject": 7},
        {"emergency": "yes"},
        {"root_cause": "weather"},
        {"custom": []},
        {"categories": "billing"},
        {"status": "gone"},
        {"contact": "nothing"},
    ],
)
async def test_what_a_ticket_cannot_have_is_refused_whole(
    desk: Desk, wrong: dict[str, object]
) -> None:
    ticket = await desk.open()
    with pytest.raises(NotValidError):
        await desk.change(ticket.number, "why not", team="cards", **wrong)
    assert await desk.tickets.get(ticket.number) == ticket


async def test_a_ticket_that_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        await desk.change("260000019", team="cards")
    assert await desk.tickets.get("260000019") is None
