"""Customers, the pool of what came in, the knowledge base: a real browser on the real API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.fakes.fresh_store import fresh_file
from tests.fakes.intake import Pool
from tests.fakes.ticket_pages import ticket_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.ticket_pages import TicketOffice

FIRST, SECOND = "01J0000000000000000000AAAA", "01J0000000000000000000BBBB"


@pytest_asyncio.fixture(loop_scope="session")
async def office(tmp_path: Path) -> AsyncIterator[TicketOffice]:
    """People at browsers, and two records of one customer."""
    path = tmp_path / "pages.db"
    fresh_file(path)
    async with ticket_office(path) as made:
        for ref in (FIRST, SECOND):
            await made.desk.add_customer(ref, full_name="Zeynep Işık", name_fold="zeynep isik")
        yield made


async def test_a_customer_is_found_reached_and_merged_and_that_is_undone(
    office: TicketOffice,
) -> None:
    async with office.at("sule", "/customers") as page:
        await page.fill('[name="q"]', "ZEYNEP IŞ")
        await page.keyboard.press("Enter")
        await page.wait_for_selector('.people .tag:has-text("found by name")')
        await page.click(f'.people a[href="/customers/{FIRST}"]')
        await page.fill('.addpoint [name="value"]', "0532 111 22 33")
        await page.keyboard.press("Enter")
        await page.wait_for_selector('[data-point]:has-text("+90 532 111 22 33")')
        await page.click("[data-point] summary")
        await page.click('[data-act^="verify-"]')
        await page.wait_for_selector("[data-point] .tag.good")
        await page.click('[data-act="edit-customer"]')
        await page.fill('dialog [name="segment"]', "altın")
        await page.click('dialog [data-act="edit-customer"]')
        await page.wait_for_selector('.tickethead .tag:has-text("altın")')
        await page.click('[data-act="merge-customer"]')
        await page.fill('dialog [name="customer"]', "zeynep")
        await page.click('dialog [data-customer="BBBB"]')
        await page.fill('dialog [name="reason"]', "aynı kişi")
        await page.click('dialog [data-act="merge-customer"]')
        await page.wait_for_selector('[data-act^="undo-"]')
        await page.click('[data-act^="undo-"]')
        await page.wait_for_selector('.panel .tag:has-text("undone")')
        await page.click('[data-act="new-ticket"]')
        await page.fill('dialog [name="subject"]', "Adres değişikliği")
        await page.click('dialog [data-act="open-ticket"]')
        await page.wait_for_selector(f'.side a[href="/customers/{FIRST}"]')


async def test_an_item_of_the_pool_is_claimed_once_and_becomes_a_ticket(
    office: TicketOffice,
) -> None:
    pool = Pool(office.desk.store, at=office.desk.at)
    mail = await pool.arrive(subject="Fatura <i>yanlış</i>", body="Merhaba,\n\niki kez ödedim.")
    spam = await pool.arrive(subject="Kazandınız")
    async with (
        office.at("ali", "/tickets/intake") as page,
        office.at("ayse", f"/tickets/intake?item={mail.id}") as other,
    ):
        await other.wait_for_selector('[data-act="claim"]')
        await page.click(f'[data-item="{mail.id}"]')
        await page.click('[data-act="claim"]')
        await page.wait_for_selector('[data-act="convert"]')
        await other.click('[data-act="claim"]')
        told = await (await other.wait_for_selector('.notice[data-kind="error"]')).inner_text()
        assert "was faster" in told
        assert await other.locator('[data-act="convert"]').count() == 0
        await page.click('[data-act="convert"]')
        await page.select_option('dialog [name="category"]', "billing")
        await page.fill('dialog [name="new_customer"]', "Ali Veli")
        await page.click('dialog [data-act="convert-go"]')
        await page.wait_for_selector('.article[data-from="customer"]:has-text("iki kez ödedim")')
        assert await page.locator(".tickethead i").count() == 0
        assert "Ali Veli" in await page.inner_text(".side")
        await page.goto(f"/tickets/intake?item={spam.id}")
        await page.click('[data-act="claim"]')
        await page.click('[data-act="spam"]')
        await page.wait_for_selector('.intake[data-state="spam"]')


async def test_a_message_is_put_on_a_ticket(office: TicketOffice) -> None:
    pool = Pool(office.desk.store, at=office.desk.at)
    row = await office.desk.open(subject="Fatura", category="billing", by="ali")
    item = await pool.arrive()
    async with office.at("ali", f"/tickets/intake?item={item.id}") as page:
        await page.click('[data-act="claim"]')
        await page.click('[data-act="append"]')
        await page.fill('dialog [name="ticket"]', row.number)
        await page.click('dialog [data-act="append-go"]')
        await page.wait_for_url(f"**/{row.number}")
        await page.wait_for_selector('.article[data-kind="message"]')


async def test_a_supervisor_gives_the_pool_out(office: TicketOffice) -> None:
    pool = Pool(office.desk.store, at=office.desk.at)
    for _item in range(3):
        await pool.arrive(team="billing")
    async with office.at("sule", "/tickets/intake") as page:
        await page.click('[data-act="distribute"]')
        await page.click('dialog label:has-text("Ali Işık") input')
        office.floor.put("ali", display="Ali Işık", teams=["billing"], state="available")
        await page.click('dialog [data-act="distribute-go"]')
        await page.wait_for_selector('.notice:has-text("3 items given out")')
        await page.click('[data-view="claimed"]')
        await page.wait_for_selector('.items li:nth-child(3):has-text("Ali Işık has it")')


async def test_an_article_is_drafted_published_and_found(office: TicketOffice) -> None:
    async with office.at("ayse", "/knowledge") as page:
        await page.click('[data-act="new-article"]')
        await page.fill('dialog [name="title"]', "Kayıp kart nasıl kapatılır?")
        await page.fill('dialog [name="slug"]', "kayip-kart")
        await page.fill('dialog [name="body"]', "1. Kimliği doğrulayın.")
        await page.click('dialog [data-act="draft"]')
        await page.wait_for_selector('.panel[data-state="draft"]')
        assert await page.locator('[data-act="publish"]').count() == 0, "supervisors publish"
        address = page.url
    async with office.at("sule", address.removeprefix(office.root)) as page:
        await page.click('[data-act="publish"]')
        await page.wait_for_selector('.panel[data-state="published"]')
        await page.goto("/knowledge?q=KAYIP")
        await page.click('[data-article="kayip-kart"]')
        await page.click('[data-act="helped"]')
        await page.wait_for_selector('.panel:has-text("helped 1")')


async def test_an_announcement_stands_there_until_it_is_read(office: TicketOffice) -> None:
    async with office.at("sule", "/knowledge") as page:
        await page.click('[data-act="new-article"]')
        await page.select_option('dialog [name="kind"]', "announcement")
        await page.fill('dialog [name="title"]', "Kesinti bu gece")
        await page.fill('dialog [name="slug"]', "kesinti")
        await page.fill('dialog [name="body"]', "02:00-04:00")
        await page.click('dialog [data-act="draft"]')
        await page.click('[data-act="publish"]')
        await page.wait_for_selector('.panel[data-state="published"]')
    async with office.at("ayse", "/knowledge", "tr") as page:
        await page.wait_for_selector('.news:has-text("Kesinti bu gece")')
        await page.click('.news [data-act^="read-"]')
        await page.wait_for_selector(".news", state="detached")


async def test_the_rules_of_tickets_are_shown(office: TicketOffice) -> None:
    async with office.at("sule", "/tickets/promises") as page:
        await page.wait_for_selector('[data-policy="urgent"]')
        assert "priority == 'urgent'" in await page.inner_text('[data-policy="urgent"]')
        await page.fill('.page [type="search"]', "LOST")
        await page.click(".tree summary")
        assert "Card blocked required" in " ".join((await page.inner_text(".tree")).split())
    async with office.at("ayse", "/tickets/promises") as page:
        await page.wait_for_selector(".tree li")
        assert await page.locator("[data-policy]").count() == 0, "promises are for supervisors"
