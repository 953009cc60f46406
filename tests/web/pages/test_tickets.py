"""The list of tickets and one ticket, in a real browser on the real API."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest_asyncio

from tests.fakes.fresh_store import fresh_file
from tests.fakes.ticket_pages import ticket_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.ticket_pages import TicketOffice

OWNER = "01J0000000000000000000AAAA"


@pytest_asyncio.fixture(loop_scope="session")
async def office(tmp_path: Path) -> AsyncIterator[TicketOffice]:
    """People at browsers, a customer, and three tickets of the team `cards`."""
    path = tmp_path / "pages.db"
    fresh_file(path)
    async with ticket_office(path) as made:
        desk, now = made.desk, made.desk.at
        await desk.add_customer(OWNER, full_name="Zeynep Işık", name_fold="zeynep isik")
        desk.at = now - timedelta(days=3)
        await desk.open(subject="Kart kayıp", category="card.lost", customer=OWNER, by="ayse")
        for subject in ("Kart gelmedi", "Kart <b>bozuk</b> & eski"):
            await desk.open(subject=subject, category="card", assignee="ayse", by="ayse")
        desk.at = now
        yield made


async def numbers(page: Any) -> list[str]:  # noqa: ANN401 - see TicketOffice
    """The tickets of the list, from the top."""
    await page.wait_for_selector(".rows tbody tr")
    rows = await page.locator(".rows tbody tr").all()
    return [await row.get_attribute("data-number") for row in rows]


async def test_a_ticket_is_found_by_keys_alone(office: TicketOffice) -> None:
    async with office.at("ayse", "/tickets") as page:
        mine = await numbers(page)
        assert len(mine) == 2, "the view of what is mine comes first"
        await page.click('[data-view="open"]')
        await page.wait_for_selector("tr >> nth=3")
        assert await page.locator("td.what b").count() == 0, "a subject is text"
        assert "late" in await page.locator(".due").first.inner_text()
        await page.focus('.rows [tabindex="0"]')
        for key in ("j", "k", "ArrowDown", "ArrowUp", "End", "Enter"):
            await page.keyboard.press(key)
        await page.wait_for_selector(".tickethead")
        assert page.url.rsplit("/", 1)[1] not in mine
        await page.go_back()
        await page.wait_for_selector('[data-view="open"][aria-current]')


async def test_a_ticket_is_taken_answered_and_noted(office: TicketOffice) -> None:
    async with office.at("ayse", f"/tickets/{await lost(office)}") as page:
        await page.click('[data-act="take"]')
        await page.fill('[name="say"]', "Kartınız kapatıldı.")
        await page.keyboard.press("Control+Enter")
        await page.wait_for_selector('.article[data-kind="reply"]:has-text("Kartınız kapatıldı.")')
        await page.click('[data-act="say-note"]')
        await page.fill('[name="say"]', "Arandı, açmadı")
        await page.reload()
        await page.wait_for_selector('[name="say"]')
        assert await page.input_value('[name="say"]') == "Arandı, açmadı", "kept over a reload"
        await page.click('[data-act="say"]')
        await page.wait_for_selector('.article.inside:has-text("Arandı")')
        assert await page.input_value('[name="say"]') == ""
        await page.check('[name="everything"]')
        await page.wait_for_selector('.step:has-text("Promise kept")')


async def test_what_keeps_a_ticket_from_being_solved_is_told(office: TicketOffice) -> None:
    async with office.at("ayse", f"/tickets/{await lost(office)}") as page:
        await page.click('[data-act="move-resolved"]')
        await page.click('dialog [data-act="move"]')
        await page.wait_for_selector('.missing:has-text("Card blocked")')
        await page.keyboard.press("Escape")
        await page.check('[data-seq="1"]')
        await page.wait_for_selector('.checks:has-text("Ayşe Kaya")')
        await page.click('[data-act="move-resolved"]')
        await page.click('dialog [data-act="move"]')
        await page.wait_for_selector('.tickethead [data-ticket="resolved"]')
        await page.click('[data-act="move-open"]')
        await page.click('dialog [data-act="move"]')
        await page.wait_for_selector('.tickethead:has-text("Reopened 1 times")')


async def test_the_course_of_a_call_is_shown_to_who_may_see_it(office: TicketOffice) -> None:
    number = await lost(office)
    await office.desk.add_call("C-7")
    await office.desk.tickets.link_interaction(number, "C-7", "follow_up", office.desk.act())
    for who, seen in (("deniz", "x"), ("ayse", "You may not see this contact.")):
        async with office.at(who, f"/tickets/{number}") as page:
            await page.click('[data-act="course"]')
            await page.wait_for_selector(f'.contact p:text-is("{seen}")')


async def lost(office: TicketOffice) -> str:
    """The number of the ticket about the lost card."""
    rows = await office.desk.rows("ticket")
    return next(str(row["number"]) for row in rows if row["subject"] == "Kart kayıp")


async def test_many_tickets_change_together_and_refusals_are_told(office: TicketOffice) -> None:
    async with office.at("sule", "/tickets?sort=number") as page:
        first, *_ = await numbers(page)
        await page.focus('.rows [tabindex="0"]')
        await page.keyboard.press("x")
        assert "1 chosen" in await page.inner_text(".count")
        await page.check(".rows th.pick input")
        await page.click('[data-act="bulk-tag"]')
        await page.fill('dialog [name="value"]', "iade")
        await page.click('dialog [data-act="bulk"]')
        await page.wait_for_selector('tr:nth-child(3) .tag:has-text("iade")')
        await page.check(".rows th.pick input")
        await page.click('[data-act="bulk-status"]')
        await page.select_option('dialog [name="value"]', "resolved")
        await page.click('dialog [data-act="bulk"]')
        told = await (await page.wait_for_selector('dialog [role="alert"]')).inner_text()
        assert f"{first[:3]} {first[3:6]} {first[6:]}" in told
        assert "Tick off what is required" in told
        await page.keyboard.press("Escape")
        await page.wait_for_selector('tr:nth-child(3) [data-ticket="resolved"]')


async def test_a_view_of_ones_own_is_kept_and_taken_away(office: TicketOffice) -> None:
    async with office.at("ayse", "/tickets?open=true&sort=activity") as page:
        await page.click(".filters summary")
        await page.select_option('.filters [name="category"]', "card.lost")
        await page.wait_for_selector(".keep")
        assert len(await numbers(page)) == 1
        await page.fill(".keep input", "Kayıp kartlar")
        await page.click('[data-act="keep-view"]')
        await page.click('[data-view="mine"]')
        await page.wait_for_selector('[data-view="mine"][aria-current]')
        await page.reload()
        await page.click('[data-view="own:Kayıp kartlar"]')
        await page.wait_for_selector("tbody tr:only-child")
        await page.click(".views .plain")
        await page.wait_for_selector('[data-view="own:Kayıp kartlar"]', state="detached")


async def test_a_ticket_is_opened_linked_merged_and_parted(office: TicketOffice) -> None:
    async with office.at("sule", "/tickets?sort=number") as page:
        _, stays, goes = await numbers(page)
        await page.click(f'tr[data-number="{goes}"] a')
        await page.click('[data-act="link"]')
        await page.fill('[name="other"]', stays)
        await page.click('dialog [data-act="other"]')
        await page.wait_for_selector(f'.side a[href="/tickets/{stays}"]')
        await page.click('[data-act="merge-ticket"]')
        await page.fill('[name="other"]', f"{stays[:3]} {stays[3:6]} {stays[6:]}")
        await page.wait_for_selector("dialog .record")
        await page.click('dialog [data-act="other"]')
        await page.wait_for_url(f"**/{stays}")
        await page.goto(f"/tickets/{goes}")
        await page.wait_for_selector('.tickethead:has-text("was merged")')
        await page.click('[data-act="unmerge"]')
        await page.wait_for_selector('.tickethead:has-text("was merged")', state="detached")
        await page.click('[data-act="child"]')
        await page.fill('[name="subject"]', "Kart basımı")
        await page.click('dialog [data-act="open-ticket"]')
        await page.wait_for_selector(f'a[href="/tickets/{goes}"]')


async def test_an_answer_that_comes_late_does_not_undo_a_newer_one(office: TicketOffice) -> None:
    async with office.at("sule", "/tickets?sort=number") as page:
        _, other, number = await numbers(page)
        await page.click(f'tr[data-number="{number}"] a')
        held: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        async def hold(route: Any) -> None:  # noqa: ANN401 - see TicketOffice
            held.set_result(route)

        reads = f"**/api/v1/tickets/{number}"
        await page.click('[data-act="link"]')
        await page.fill('[name="other"]', other)
        await page.route(reads, hold, times=1)
        await page.click('dialog [data-act="other"]')
        late = await held
        old = await late.fetch()
        await page.keyboard.press("Escape")
        await office.desk.change(number, subject="Kart kırık")
        await page.click(".side .lines button")
        await page.wait_for_selector('.tickethead:has-text("Kart kırık")')
        async with page.expect_response(reads):
            await late.fulfill(response=old)
        await page.evaluate(
            "new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))"
        )
        assert "Kart kırık" in await page.inner_text(".tickethead")


async def test_a_change_of_somebody_else_is_read_before_mine_is_made(office: TicketOffice) -> None:
    rows = await office.desk.rows("ticket")
    number = next(row["number"] for row in rows if row["subject"] == "Kart gelmedi")
    async with office.at("ayse", f"/tickets/{number}") as page:
        await page.click('[data-act="edit-priority"]')
        await page.select_option('dialog [name="value"]', "urgent")
        await page.fill('dialog [name="reason"]', "VIP")
        await office.desk.change(number, subject="Kart hâlâ gelmedi")
        await page.click('dialog [data-act="edit"]')
        await page.wait_for_selector('.notice[data-kind="error"]')
        await page.wait_for_selector('.tickethead:has-text("Kart hâlâ gelmedi")')
        await page.click('dialog [data-act="edit"]')
        await page.wait_for_selector('.tickethead [data-priority="urgent"]')


async def test_who_may_not_change_a_ticket_is_told_so(office: TicketOffice) -> None:
    rows = await office.desk.rows("ticket")
    number = next(row["number"] for row in rows if row["subject"] == "Kart gelmedi")
    async with office.at("deniz", f"/tickets/{number}") as page:
        await page.wait_for_selector(".moves .hint")
        assert await page.locator('[data-act^="move-"], [data-act="take"]').count() == 0
        assert await page.locator('[data-act^="edit-"]').count() == 0
        assert await page.locator(".say").count() == 0
