"""Categories and promises are changed in a real browser, on the real API and real files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest_asyncio

from tests.fakes.definitions import CATALOGUE, write
from tests.fakes.fresh_store import fresh_file
from tests.fakes.ticket_pages import ticket_office
from tests.fakes.waiting import until_now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.ticket_pages import TicketOffice

PATH = "/tickets/definitions"
TEXT = ".editor textarea"


@pytest_asyncio.fixture(loop_scope="session")
async def office(tmp_path: Path) -> AsyncIterator[TicketOffice]:
    path = tmp_path / "pages.db"
    fresh_file(path)
    async with ticket_office(path, write(tmp_path / "flows")) as made:
        yield made


def on_disk(tmp_path: Path) -> str:
    return (tmp_path / "flows/tickets/catalogue.yaml").read_text(encoding="utf-8")


async def shows(page: Any, words: str) -> None:  # noqa: ANN401 - see TicketOffice
    """Wait until the editor holds these words; asked from outside: the page forbids eval."""
    from playwright.async_api import expect  # noqa: PLC0415 - only where there is a browser

    await expect(page.locator(TEXT)).to_have_value(re.compile(re.escape(words)))


async def test_a_form_adds_a_category_and_the_page_puts_it_in_force(
    office: TicketOffice, tmp_path: Path
) -> None:
    async with office.at("deniz", PATH) as page:
        await page.fill('[name="path"]', "card.pin")
        await page.fill('[name="tr"]', "Şifre")
        await page.fill('[name="en"]', "PIN")
        await page.click(".side form button.good")
        await shows(page, "label: {tr: Şifre, en: PIN}")
        assert on_disk(tmp_path) == CATALOGUE
        await page.focus(TEXT)
        await page.keyboard.press("Control+Enter")
        await until_now(lambda: "pin:" in on_disk(tmp_path))
        await page.screenshot(path=tmp_path / "definitions.png")
    assert "# the plastic one" in on_disk(tmp_path)


async def test_a_mistake_is_told_at_its_line_and_nothing_is_published(
    office: TicketOffice, tmp_path: Path
) -> None:
    async with office.at("deniz", PATH, "tr") as page:
        await shows(page, "categories:")
        await page.fill(TEXT, CATALOGUE.replace("team: cards", "team: card"))
        await page.focus(TEXT)
        await page.keyboard.press("Control+s")
        link = page.locator(".problems button")
        await link.wait_for()
        assert await link.inner_text() == "Satır 6, sütun 11"
        assert await page.locator('.editor li[data-wrong="error"]').inner_text() == "6"
        await link.click()
        start = await page.evaluate(f"document.querySelector('{TEXT}').selectionStart")
        assert CATALOGUE[:start].count("\n") == 5
        await page.screenshot(path=tmp_path / "mistake.png")
    assert on_disk(tmp_path) == CATALOGUE


async def test_who_may_only_read_sees_no_buttons(office: TicketOffice) -> None:
    async with office.at("sule", PATH) as page:
        await shows(page, "categories:")
        assert await page.locator(TEXT).get_attribute("readonly") is not None
        assert await page.locator(".told button.good, .side form").count() == 0
