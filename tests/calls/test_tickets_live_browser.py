"""What a colleague does shows on open pages at once, and what one is typing stays.

Pages look by themselves every half minute or minute: what shows earlier was told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.office import opened, over_the_api, takes_on

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.fakes.office import Office
    from tests.fakes.served import Process

SOON_MS = 10_000
"""Long for a loaded machine, and far from the time after which pages look by themselves."""


@pytest.fixture
async def office(start: Callable[[], Awaitable[Process]]) -> AsyncIterator[Office]:
    """The server, an agent and a supervisor of one team."""
    async with opened(await start()) as made:
        await made.first_admin()
        admin = await made.signs_in("deniz", "/wallboard")
        await takes_on(made, admin, "ayse", "Ayşe Demir")
        words = ("--role", "supervisor", "--display", "Selin Ak", "--team", "card_desk")
        await made.by_command("selin", *words)
        yield made


async def opens(page: Any, subject: str) -> str:  # noqa: ANN401 - see Office
    """A ticket about a lost card; gives its number."""
    body = {"subject": subject, "category": "cards.lost"}
    made: dict[str, str] = await over_the_api(page, "POST", "/tickets", body)
    return made["number"]


async def says(page: Any, number: str, words: str) -> None:  # noqa: ANN401 - see Office
    await over_the_api(page, "POST", f"/tickets/{number}/articles", {"kind": "note", "body": words})


async def focus(page: Any) -> str:  # noqa: ANN401 - see Office
    """Where the keyboard is."""
    found: str = await page.evaluate(
        "document.activeElement.name || document.activeElement.dataset.number || ''"
    )
    return found


async def test_pages_change_by_themselves_and_let_nobody_lose_his_words(office: Office) -> None:
    selin = await office.signs_in("selin", "/tickets")
    number = await opens(selin, "Kart kayboldu")
    ayse = await office.signs_in("ayse", "/tickets")
    await ayse.goto("/tickets?open=true&sort=activity")
    row = f'tr[data-number="{number}"]'
    await ayse.wait_for_selector(row)
    await ayse.focus(row)
    other = await opens(selin, "Yeni kart istiyor")
    await ayse.wait_for_selector(f'tr[data-number="{other}"]', timeout=SOON_MS)
    assert await focus(ayse) == number, "the row moved down, and kept the keyboard"
    await ayse.keyboard.press("Enter")
    await ayse.wait_for_selector('[name="say"]')
    await ayse.click('[data-act="take"]')
    await ayse.fill('[name="last_four"]:enabled', "45")
    await ayse.focus('[name="say"]')
    await ayse.keyboard.type("Yarım kalan")
    await says(selin, number, "Müşteri aradı")
    await ayse.wait_for_selector('.article:has-text("Müşteri aradı")', timeout=SOON_MS)
    await ayse.keyboard.type(" cümle")
    assert await focus(ayse) == "say"
    assert await ayse.input_value('[name="say"]') == "Yarım kalan cümle"
    assert await ayse.input_value('[name="last_four"]') == "45"


async def test_a_page_that_was_cut_off_reads_again_what_it_missed(office: Office) -> None:
    selin = await office.signs_in("selin", "/tickets")
    number = await opens(selin, "Kart kayboldu")
    ayse = await office.signs_in("ayse", f"/tickets/{number}")
    await ayse.context.set_offline(True)
    await ayse.evaluate("dispatchEvent(new Event('offline'))")
    await ayse.wait_for_selector('[data-link="offline"]', state="attached")
    await says(selin, number, "Şube aradı")
    await ayse.context.set_offline(False)
    await ayse.evaluate("dispatchEvent(new Event('online'))")
    await ayse.wait_for_selector('.article:has-text("Şube aradı")', timeout=SOON_MS)
