"""Recovery codes on the pages: shown once at the first start, made anew from one's own menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.pages.test_screens import LINK, SIZES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.pages.fake_server import FakeServer

CODES = [f"ABCD-EFGH-IJKL-MN{letter}2" for letter in "ABCDEFGHIJ"]
OWN = "/me/recovery-codes"


async def open_menu(page: Any) -> None:  # noqa: ANN401 - see browse
    await page.click(".mine summary")
    await page.click('[data-act="recovery-codes"]')


async def shown(page: Any) -> list[str]:  # noqa: ANN401 - see browse
    await page.wait_for_selector(".codes li:nth-child(10)")
    return list(await page.locator(".codes code").all_inner_texts())


async def test_who_sets_up_an_app_sees_the_codes_before_he_goes_on(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.answers["/setup"] = (200, LINK | {"next": "/login", "recovery_codes": CODES})
    async with browse("/setup?t=once-only", signed_in=False) as page:
        await page.wait_for_selector("form")
        for name, text in {"name": "ada", "display": "Ada", "code": "123456"}.items():
            await page.fill(f'[name="{name}"]', text)
        for name in ("password", "again"):
            await page.fill(f'[name="{name}"]', "correct horse")
        await page.click("form button.good")
        assert await shown(page) == CODES
        await page.click('[data-act="keep-codes"]')
        await page.wait_for_url("**/login")


async def test_one_sees_how_many_are_left_and_makes_new_ones_for_a_code(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.answers[OWN] = (200, {"second_factor": True, "left": 2, "recovery_codes": CODES})
    async with browse("/desk") as page:
        await open_menu(page)
        await page.wait_for_selector("dialog form")
        text = await page.inner_text("dialog p:first-of-type")
        assert text == "2 of your recovery codes are left. Make new ones while you can."
        await page.fill('dialog [name="code"]', "123456")
        await page.click('dialog [data-act="make-codes"]')
        assert await shown(page) == CODES
        assert server.found("POST", OWN)[0].body == {"code": "123456"}
        await page.click('[data-act="keep-codes"]')
        await page.wait_for_selector("dialog", state="detached")


async def test_who_signs_in_with_one_is_told_how_many_are_left(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.recovery_codes_left = 4
    async with browse("/login", signed_in=False) as page:
        await page.fill('[name="name"]', "ayse")
        await page.fill('[name="password"]', server.password)
        await page.click("form button.good")
        await page.wait_for_selector('.notice:has-text("4 of your recovery codes are left.")')
        await page.reload()
        await page.wait_for_selector('[data-link="connected"]')
        assert await page.locator(".notice").count() == 0


async def test_a_wrong_code_is_told_where_it_was_typed(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.answers[OWN] = (200, {"second_factor": True, "left": 9})
    async with browse("/desk") as page:
        await open_menu(page)
        await page.fill('dialog [name="code"]', "000000")
        server.answers[OWN] = (422, "not-valid")
        await page.click('dialog [data-act="make-codes"]')
        await page.wait_for_selector('dialog .wrong:has-text("The code is wrong or was used.")')
        assert await page.is_enabled('dialog [data-act="make-codes"]')


async def test_without_a_second_factor_there_is_nothing_to_make(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.answers[OWN] = (200, {"second_factor": False, "left": 0})
    async with browse("/desk") as page:
        await open_menu(page)
        await page.wait_for_selector('dialog p:has-text("nothing to recover")')
        assert await page.locator("dialog form").count() == 0


@pytest.mark.parametrize("step", ["asked", "made"])
async def test_they_look_right(
    browse: Callable[..., Any], server: FakeServer, screens: Path, step: str
) -> None:
    server.answers[OWN] = (200, {"second_factor": True, "left": 2, "recovery_codes": CODES})
    for size, scheme, locale in (("wide", "light", "tr-TR"), ("narrow", "dark", "en-GB")):
        server.me["language"] = locale[:2]
        width, height = SIZES[size]
        options = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
        async with browse("/desk", locale=locale, **options) as page:
            await open_menu(page)
            await page.fill('dialog [name="code"]', "123456")
            if step == "made":
                await page.click('dialog [data-act="make-codes"]')
                await shown(page)
            assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
            await page.screenshot(path=screens / f"recovery-{step}-{size}-{locale[:2]}.png")
