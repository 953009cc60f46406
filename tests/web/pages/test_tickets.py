"""The list of tickets and one ticket, in a real browser on the real API."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ivr.store.upgrade import upgrade
from tests.fakes.ticket_pages import ticket_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.ticket_pages import TicketOffice

OWNER = "01J0000000000000000000AAAA"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[TicketOffice]:
    """People at browsers, a customer, and three tickets of the team `cards`."""
    path = tmp_path / "pages.db"
    upgrade(f"sqlite:///{path}")
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


async def test_a_ticket_is_found_by_keys_answered_noted_and_solved(office: TicketOffice) -> None:
    async with office.at("ayse", "/tickets") as page:
        mine = await numbers(page)
        assert len(mine) == 2, "the view of what is mine comes first"
        await page.click('[data-view="open"]')
        await page.wait_for_selector("tr >> nth=3")
        assert await page.locator("td.what b").count() == 0, "a subject is text"
        assert "late" in await page.locator(".due").first.inner_text()
        await page.focus('.rows [tabindex="0"]')
        await page.keyboard.press("j")
        await page.keyboard.press("k")
        await page.keyboard.press("End")
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".tickethead")
        assert page.url.rsplit("/", 1)[1] not in mine
        await page.click('[data-act="take"]')
        await page.wait_for_selector('[data-act="move-open"]')
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
        await page.click('[data-act="move-resolved"]')
        await page.click('dialog [data-act="move"]')
        await page.wait_for_selector('.missing:has-text("Card blocked")')
        await page.keyboard.press("Escape")
        await page.check('[data-seq="1"]')
        await page.wait_for_selector('.checks:has-text("Ayşe Kaya")')
        await page.click('[data-act="move-resolved"]')
        await page.click('dialog [data-act="move"]')
        await page.wait_for_selector('.tickethead [data-ticket="resolved"]')
    (row,) = [
        each
        for each in (await office.desk.rows("ticket"))
        if each["subject"] == "Kart kayıp"
    ]
    assert row["status"] == "resolved"
