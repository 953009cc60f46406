"""The doors: signing in, and links that open once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.pages.test_screens import LINK

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.pages.fake_server import FakeServer


async def fill(page: Any, **given: str) -> None:  # noqa: ANN401 - see browse
    for name, text in given.items():
        await page.fill(f'[name="{name}"]', text)
    await page.click("form button.good")


async def test_a_wrong_password_says_nothing_of_what_was_wrong(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.signed_in = False
    async with browse("/login", signed_in=False) as page:
        await fill(page, name="ayse", password="not this one")  # noqa: S106 - no real one
        await page.wait_for_selector(".wrong:not(:empty)")
        assert await page.inner_text(".wrong") == "Name, password or code is wrong."


async def test_signing_in_leads_to_the_page_that_was_asked_for(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    async with browse("/wallboard", signed_in=False) as page:
        assert page.url.endswith("/login?next=/wallboard")
        await fill(page, name="ayse", password=server.password)
        await page.wait_for_url("**/wallboard")
        await page.wait_for_selector('[data-link="connected"]')
    assert server.found("POST", "/login")[0].body == {"name": "ayse", "password": server.password}


@pytest.mark.parametrize("elsewhere", ["//evil.example/x", "https://evil.example", "/\\evil"])
async def test_nobody_is_sent_to_another_site(
    browse: Callable[..., Any], server: FakeServer, elsewhere: str
) -> None:
    async with browse(f"/login?next={elsewhere}", signed_in=False) as page:
        await fill(page, name="ayse", password=server.password)
        await page.wait_for_url("**/desk")


async def test_a_second_factor_is_asked_for_when_it_is_wanted(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.second_factor = "123456"
    async with browse("/login", signed_in=False) as page:
        await fill(page, name="ayse", password=server.password)
        await page.wait_for_selector('[name="code"]:focus')
        await fill(page, code="123456")
        await page.wait_for_url("**/desk")
        await page.wait_for_selector('[data-link="connected"]')


async def test_the_language_is_switched_and_stays(browse: Callable[..., Any]) -> None:
    async with browse("/login", signed_in=False, locale="tr-TR") as page:
        assert await page.inner_text("h1") == "Giriş"
        await page.select_option(".language", "en")
        await page.wait_for_selector('h1:text-is("Sign in")')
        await page.reload()
        await page.wait_for_selector('h1:text-is("Sign in")')
        assert await page.get_attribute("html", "lang") == "en"


async def test_the_first_admin_sets_himself_up(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.answers["/setup"] = (200, LINK | {"next": "/login"})
    password = "correct horse"  # noqa: S105 - no real one
    async with browse("/setup?t=once-only", signed_in=False) as page:
        await page.wait_for_selector("form")
        assert "once-only" not in page.url.partition("#")[0], "no link in the history"
        given = {"name": "ada", "display": "Ada", "password": password}
        await fill(page, **given, again="another", code="123456")
        assert await page.inner_text(".wrong") == "The two passwords differ."
        await fill(page, again=password)
        await page.wait_for_url("**/login")
    body = server.found("POST", "/setup")[0].body
    secret = {"code": "123456", "totp_secret": LINK["totp_secret"]}
    assert body == {"token": "once-only", **given, **secret}


async def test_a_link_that_is_over_says_so(browse: Callable[..., Any], server: FakeServer) -> None:
    server.answers["/setup"] = (404, "link-over")
    async with browse("/setup?t=old", signed_in=False) as page:
        await page.wait_for_selector('.wrong:has-text("was used")')
        assert await page.locator("form").count() == 0
