"""People and connections are looked after in a real browser, on the real API."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest_asyncio

from ivr.runtime.ports.far.inbox import UNKNOWN, Message, Settled
from ivr.store.outside.inbox import SqlInbox
from tests.fakes.fresh_store import fresh_file
from tests.fakes.ticket_pages import ticket_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.ticket_pages import TicketOffice

CARD = '[data-form="card"]'


@pytest_asyncio.fixture(loop_scope="session")
async def office(tmp_path: Path) -> AsyncIterator[TicketOffice]:
    path = tmp_path / "pages.db"
    fresh_file(path)
    async with ticket_office(path) as made:
        yield made


async def test_an_admin_adds_somebody_and_makes_an_agent_of_him(
    office: TicketOffice, tmp_path: Path
) -> None:
    async with office.at("deniz", "/admin") as page:
        await page.click('[data-act="new-person"]')
        await page.fill('dialog [name="name"]', "zeki")
        await page.fill('dialog [name="display"]', "Zeki Müren")
        await page.fill('dialog [name="teams"]', "cards billing")
        await page.click('dialog [data-act="add-person"]')
        link = await page.inner_text("[data-link-secret]")
        assert "/setup" in link
        await page.click('dialog button.good:has-text("Close")')
        await page.click('[data-person="zeki"] button')
        await page.click('[data-act="add-skill"]')
        await page.fill('[name="skill-name"]', "cards")
        await page.fill('[name="skill-value"]', "80")
        await page.fill('[name="phone-sip"]', "sip:zeki@phones")
        await page.screenshot(path=tmp_path / "person.png", full_page=True)
        await page.click(f'{CARD} [data-act="save-card"]')
        await page.wait_for_selector("dialog", state="detached")
        await page.screenshot(path=tmp_path / "people.png", full_page=True)
    row = await office.people.get("zeki")
    assert row is not None
    assert (row.display, row.roles, row.teams) == ("Zeki Müren", ("agent",), ("cards", "billing"))
    card = await office.desk.store.agents.get("zeki")
    assert card is not None
    assert (card.skills, card.endpoints, card.teams) == (
        {"cards": 80},
        {"sip": "sip:zeki@phones"},
        row.teams,
    )


async def test_a_link_is_copied_by_hand_where_the_browser_has_no_clipboard(
    office: TicketOffice, tmp_path: Path
) -> None:
    async with office.at("deniz", "/admin") as page:
        await page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        await page.click('[data-act="new-person"]')
        await page.fill('dialog [name="name"]', "zeki")
        await page.click('dialog [data-act="add-person"]')
        await page.click('dialog [data-act="copy"]')
        await page.wait_for_selector("text=select and copy by hand")
        await page.screenshot(path=tmp_path / "copy.png")


async def test_somebody_who_leaves_may_not_sign_in_any_more(office: TicketOffice) -> None:
    async with office.at("deniz", "/admin", "tr") as page:
        await page.fill('[name="find"]', "IŞIK")
        await page.wait_for_selector('[data-person="ayse"]', state="detached")
        await page.click('[data-person="ali"] button')
        await page.check('dialog [name="disabled"]')
        await page.click('dialog [data-act="save-person"]')
        await page.wait_for_selector('[data-person="ali"] .tag.bad')
    row = await office.people.get("ali")
    assert row is not None
    assert row.disabled


async def test_nobody_changes_his_own_rights_or_those_of_other_teams(office: TicketOffice) -> None:
    async with office.at("deniz", "/admin") as page:
        await page.click('[data-person="deniz"] button')
        assert await page.is_disabled('dialog [name="role-admin"]')
        assert await page.locator('dialog [name="disabled"]').count() == 0
    async with office.at("sule", "/admin") as page:
        await page.wait_for_selector('[data-person="ayse"]')
        assert await page.locator('[data-person="deniz"], [data-act="new-person"]').count() == 0
        await page.click('[data-person="ayse"] button')
        await page.fill(f'{CARD} [name="number"]', "1234")
        await page.click(f'{CARD} [data-act="save-card"]')
        await page.wait_for_selector(".notice[data-kind='good']")
        assert await page.locator('[data-form="person"]').count() == 0
    card = await office.desk.store.agents.get("ayse")
    assert card is not None
    assert card.number == 1234


async def test_a_screen_is_made_and_its_key_taken_back(office: TicketOffice, screens: Path) -> None:
    office.floor.lines = {"cards": [], "loans": []}
    async with office.at("deniz", "/admin?part=screens") as page:
        await page.click('[data-act="new-screen"]')
        assert await page.is_disabled('dialog [data-act="add-screen"]')
        await page.fill('dialog [name="name"]', "Salon")
        await page.check('dialog [name="queue-cards"]')
        await page.select_option('dialog [name="language"]', "tr")
        await page.screenshot(path=screens / "screen-new.png")
        await page.click('dialog [data-act="add-screen"]')
        address = await page.inner_text("[data-screen-url]")
        assert "/tv#ivrs_" in address
        await page.click('dialog button.good:has-text("Close")')
        await page.wait_for_selector('[data-screen]:has-text("Salon")')
        assert "ivrs_" not in await page.inner_text("main")
        await page.screenshot(path=screens / "screens.png")
        await page.click('[data-screen] [data-act="revoke"]')
        await page.click('dialog [data-act="revoke-screen"]')
        await page.wait_for_selector("[data-screen]", state="detached")
    assert await office.desk.store.screens.all() == []


async def test_an_agent_finds_no_administration(office: TicketOffice) -> None:
    async with office.at("ayse", "/admin") as page:
        await page.wait_for_selector(".empty")
        assert await page.locator('nav a[href="/admin"]').count() == 0


async def test_what_waits_for_a_person_is_tried_again_for_a_ticket_of_ours(
    office: TicketOffice, tmp_path: Path
) -> None:
    inbox, now = SqlInbox(office.desk.store.database), office.desk.at
    await inbox.arrive("rt", [Message("41", "7", "001", "status open", "{}")], now)
    batch = await inbox.take_up("rt", now, 60)
    assert batch is not None
    await inbox.settle(batch, Settled(UNKNOWN), now + timedelta(seconds=1))
    number = (await office.desk.open()).number
    async with office.at("deniz", "/admin?part=connections") as page:
        await page.wait_for_selector('[data-receiver="hook:ops"]')
        await page.select_option('section:has([data-system="rt"]) select', "unknown")
        await page.fill('[data-message="41"] [name="ticket"]', number)
        await page.screenshot(path=tmp_path / "connections.png", full_page=True)
        await page.click('[data-message="41"] button')
        await page.wait_for_selector('[data-message="41"]', state="detached")
    assert [row.event for row in (await inbox.page("pending")).rows] == ["41"]
