"""Tickets and customers in a real browser, on a real `ivr serve` with the shipped catalogue.

Pictures of what they see go to build/screens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.office import opened, takes_on
from tests.fakes.served import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.fakes.office import Office
    from tests.fakes.served import Process

PNG = bytes.fromhex("89504e470d0a1a0a") + b"\0" * 3000
SUBJECT = "Kart çalındı, hemen kapatılsın"


@pytest.fixture
async def office(start: Callable[[], Awaitable[Process]]) -> AsyncIterator[Office]:
    """The server, an agent and a supervisor who can sign in."""
    async with opened(await start()) as made:
        await made.first_admin()
        admin = await made.signs_in("deniz", "/wallboard")
        await takes_on(made, admin, "ayse", "Ayşe Demir")
        words = ("--role", "supervisor", "--display", "Selin Ak", "--team", "card_desk")
        await made.by_command("selin", *words)
        yield made


async def picture(page: Any, name: str) -> None:  # noqa: ANN401 - see Office
    """For a person to look at."""
    folder = ROOT / "build" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=folder / f"real-{name}.png", full_page=True)


async def adds_a_customer(page: Any) -> None:  # noqa: ANN401 - see Office
    await page.click('[data-act="new-customer"]')
    await page.fill('[name="full_name"]', "Işıl Çağlayan")
    await page.fill('dialog [name="phone"]', "0532 111 22 44")
    await page.click('dialog [data-act="new-customer"]')
    await page.wait_for_selector('[data-point]:has-text("+90 532 111 22 44")')


async def hears_a_refusal(page: Any) -> None:  # noqa: ANN401 - see Office
    await page.click('[data-act="consent"]')
    await page.wait_for_selector('dialog option[value^="sms"]', state="attached")
    await page.select_option('dialog [name="way"]', "sms +905321112244")
    await page.click('dialog [data-act="consent-go"]')
    await page.wait_for_selector('.tag.bad:has-text("reddetti"), .tag.bad:has-text("refused")')
    await page.click('[data-act="erasure"]')
    await page.fill('dialog [name="reason"]', "yazılı istek")
    await page.click('dialog [data-act="erasure-go"]')
    await page.wait_for_selector('[data-act="erasure"]', state="detached")
    await picture(page, "customer")


async def opens_a_ticket(page: Any) -> None:  # noqa: ANN401 - see Office
    await page.click('[data-act="new-ticket"]')
    await page.fill('[name="subject"]', SUBJECT)
    await page.select_option('dialog [name="category"]', "cards.lost")
    await page.click('dialog [data-act="open-ticket"]')
    await page.wait_for_selector(f'.tickethead:has-text("{SUBJECT}")')


async def says_it_with_a_file(page: Any) -> None:  # noqa: ANN401 - see Office
    """A reply with a photo, which can be downloaded again."""
    photo = {"name": "dekont ğ.png", "mimeType": "image/png", "buffer": PNG}
    await page.set_input_files('[name="files"]', photo)
    await page.fill('[name="say"]', "Dekont ekte.")
    await page.click('[data-act="say"]')
    link = await page.wait_for_selector('.article[data-kind="reply"] .files a')
    async with page.expect_download() as download:
        await link.click()
    path = await (await download.value).path()
    assert path.read_bytes() == PNG


async def gives_a_link(page: Any, office: Office) -> None:  # noqa: ANN401 - see Office
    """A customer without scripts sends a photo by it, and once only."""
    await page.click('[data-act="upload-link"]')
    address = await page.inner_text("dialog code.link")
    await picture(page, "upload-link")
    await page.click("dialog header button")
    path = address[address.index("/u/") :]
    context = await office.browser.new_context(
        java_script_enabled=False, base_url=office.url, locale="tr-TR"
    )
    customer = await context.new_page()
    await customer.goto(path)
    await picture(customer, "upload-page")
    photo = {"name": "hasar.png", "mimeType": "image/png", "buffer": PNG}
    await customer.set_input_files('[name="files"]', photo)
    await customer.click("button")
    assert "Dosyalarınız geldi (1)" in await customer.inner_text("main")
    await customer.goto(path)
    assert "kullanıldı" in await customer.inner_text("main")
    await context.close()


async def solves_it(page: Any) -> None:  # noqa: ANN401 - see Office
    await page.click('[data-act="move-resolved"]')
    await page.click('dialog [data-act="move"]')
    missing = await (await page.wait_for_selector(".missing")).inner_text()
    assert "Last four digits of the card" in missing
    assert "Kart kapatıldı · Kimlik doğrulandı" in missing
    await picture(page, "ticket-missing")
    await page.keyboard.press("Escape")
    await page.fill('[name="last_four"]', "4532")
    await page.keyboard.press("Tab")
    await page.click('[data-act="form"]')
    # Saved, not only being saved: a tick that overtakes it would make it one of an old version.
    await page.wait_for_selector('[data-act="form"]:disabled:not([aria-busy])')
    for seq in ("1", "2"):
        await page.check(f'[data-seq="{seq}"]')
        await page.wait_for_selector(f'li:has([data-seq="{seq}"]) small')
    await page.click('[data-act="move-resolved"]')
    await page.click('dialog [data-act="move"]')
    await page.wait_for_selector('.tickethead [data-ticket="resolved"]')


async def test_a_customer_and_a_ticket_go_through_the_pages_of_a_real_server(
    office: Office,
) -> None:
    page = await office.signs_in("selin", "/customers")
    await adds_a_customer(page)
    await hears_a_refusal(page)
    await opens_a_ticket(page)
    assert "Cards › Lost or stolen card" in await page.inner_text(".side")
    assert await page.locator("[data-clock]").count() >= 3, "promises of lost cards"
    await page.click('[data-act="take"]')
    await page.wait_for_selector('[data-clock="accept"]', state="detached")
    await page.fill('[name="say"]', "Kartınız kapatıldı.")
    await page.click('[data-act="say"]')
    await page.wait_for_selector('.article[data-kind="reply"]')
    await says_it_with_a_file(page)
    await gives_a_link(page, office)
    await page.reload()
    await page.wait_for_selector('.article[data-from="customer"] .files a:has-text("hasar.png")')
    await solves_it(page)
    await page.check('[name="everything"]')
    await picture(page, "ticket")
    await page.select_option(".language", "tr")
    await page.click('nav a[href="/tickets/promises"]')
    await page.wait_for_selector('[data-policy="lost_cards"]')
    await picture(page, "promises-tr")
    agent = await office.signs_in("ayse", "/tickets")
    await agent.click('[data-view="done"]')
    await agent.wait_for_selector(f'.rows tr:has-text("{SUBJECT}")')
    await picture(agent, "tickets")
