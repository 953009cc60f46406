"""The simulator's page in a real browser: it dials, presses and shows what is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.browsers import browsing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.fakes.served import Process

PATIENCE_MS = 7000


@pytest.fixture
async def page(start: Callable[[], Awaitable[Process]]) -> AsyncIterator[Any]:
    """The page of a real server; it fails the test if the browser's console complains.

    Any: the browser's driver is no dependency of ours, so nobody knows its types.
    """
    async with browsing(of_ours=False) as browser:
        server = await start()
        context = await browser.new_context()
        made = await context.new_page()
        made.set_default_timeout(PATIENCE_MS)
        wrong: list[str] = []
        made.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        made.on("pageerror", lambda error: wrong.append(str(error)))
        await made.goto(f"{server.web.url}/simulator")
        yield made
        await context.close()
    assert wrong == []


async def lines(page: Any, kind: str) -> list[str]:  # noqa: ANN401 - see page
    return list(await page.locator(f"#talk li.{kind}").all_inner_texts())


async def test_a_call_is_dialled_and_ended_in_the_browser(page: Any) -> None:  # noqa: ANN401
    await page.wait_for_selector("#number option >> nth=1", state="attached")
    await page.select_option("#number", "+908502220001")
    assert await page.locator("#keypad button").count() == 12
    await page.click("#ring")
    await page.wait_for_selector("#talk li.prompt >> nth=1")
    await page.wait_for_selector('#state[data-kind="live"]')
    await page.click('#keypad button:text-is("1")')
    await page.wait_for_selector('#talk li.prompt:has-text("anatolian_menu")')
    assert await lines(page, "me") == ["1"]
    assert await page.locator("#talk li.me.cut").count() == 0
    cut = page.locator("#talk li.prompt.cut")
    assert await cut.count() >= 1
    assert "side_menu" in (await cut.last.inner_text())
    await page.fill("#words", "maltepe")
    await page.click("#speak button")
    await page.wait_for_selector('#talk li.prompt:has-text("Deniz Eczanesi")')
    await page.click("#hang-up")
    await page.wait_for_selector('#talk li.note:has-text("Call ended (caller)")')
    assert await page.locator("#state").inner_text() == "Call ended"
    assert await page.locator("#ring").is_enabled()
    assert await page.locator("#hang-up").is_disabled()


async def test_a_secret_shows_as_dots_in_the_browser(page: Any) -> None:  # noqa: ANN401
    await page.wait_for_selector("#number option", state="attached")
    await page.select_option("#number", "+908502220000")
    await page.click("#ring")
    await page.wait_for_selector('#talk li.prompt:has-text("main_menu")')
    await page.keyboard.press("2")
    await page.wait_for_selector('#state[data-kind="secret"]')
    for key in "45":
        await page.keyboard.press(key)
    assert await lines(page, "me") == ["2", "•", "•"]
    await page.click("#hang-up")
    await page.wait_for_selector("#talk li.note")
