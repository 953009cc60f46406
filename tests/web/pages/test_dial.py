"""Calling a number from the desk, by mouse and by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.pages.fake_server import call

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.pages.fake_server import FakeServer

CONNECTED = '[data-link="connected"]'
FIELD, BUTTON = "#dial-to", '[data-act="dial"]'
TYPED = "0532 111 22 33"


@pytest.fixture
def dialling(server: FakeServer) -> FakeServer:
    """The configuration lets agents call somebody."""
    server.me["choices"]["dial"] = ["TR"]
    server.me["rights"]["dial:x"] = "o"
    return server


def own_call(state: str) -> dict[str, Any]:
    can = ["hangup"] if state == "dialing" else ["hold", "mute", "hangup"]
    return call(state=state, caller="+905321112233", queue="", can=can)


async def test_a_number_is_typed_and_called_by_keyboard_alone(
    browse: Callable[..., Any], dialling: FakeServer
) -> None:
    async with browse("/desk") as page:
        await page.wait_for_selector(CONNECTED)
        await page.keyboard.press("Control+k")
        await page.wait_for_selector(f"{FIELD}:focus")
        await page.keyboard.type(TYPED)
        await page.keyboard.press("Enter")
        await dialling.until(lambda: dialling.found("POST", "/dial"))
        (asked,) = dialling.found("POST", "/dial")
        assert asked.body == {"to": TYPED}
        await dialling.agent(state="dialing", call="c-77")
        await dialling.tell("call.changed", own_call("dialing"))
        shown = await (await page.wait_for_selector('.talk[data-state="dialing"]')).inner_text()
        assert "Dialling" in shown
        assert "+90 532 111 22 33" in shown
        assert await page.locator(FIELD).count() == 0
        assert await page.locator(".talk button").count() == 1
        await dialling.tell("call.changed", own_call("talking"))
        await page.wait_for_selector('.talk[data-state="talking"] [data-act="hold"]')


async def test_who_was_not_reached_is_told_and_why(
    browse: Callable[..., Any], dialling: FakeServer
) -> None:
    dialling.knows["call"] = own_call("dialing")
    async with browse("/desk") as page:
        await page.wait_for_selector('.talk[data-state="dialing"]')
        await dialling.tell("dial.failed", {"call": "c-77", "cause": "busy"})
        await dialling.tell("call.changed", {})
        await page.wait_for_selector('.notice:has-text("Nobody was reached: busy.")')
        await page.wait_for_selector(FIELD)


async def test_a_call_that_the_agent_ends_himself_is_no_news(
    browse: Callable[..., Any], dialling: FakeServer
) -> None:
    dialling.knows["call"] = own_call("dialing")
    async with browse("/desk") as page:
        await page.wait_for_selector('.talk[data-state="dialing"]')
        await dialling.tell("dial.failed", {"call": "c-77", "cause": "normal"})
        await dialling.tell("call.changed", {})
        await page.wait_for_selector(FIELD)
        assert await page.locator(".notice").count() == 0


async def test_a_refusal_is_said_in_words_and_what_was_typed_stays(
    browse: Callable[..., Any], dialling: FakeServer
) -> None:
    dialling.answers["/dial"] = (403, "destination")
    async with browse("/desk") as page:
        await page.wait_for_selector(CONNECTED)
        await page.fill(FIELD, "+49 151 12345678")
        await page.click(BUTTON)
        await page.wait_for_selector('.notice:has-text("ordinary numbers")')
        assert await page.input_value(FIELD) == "+49 151 12345678"
        await page.focus(FIELD)
        await page.keyboard.press("Escape")
        assert await page.input_value(FIELD) == ""


async def test_nobody_is_called_while_offline_or_without_a_number(
    browse: Callable[..., Any], dialling: FakeServer
) -> None:
    async with browse("/desk") as page:
        await page.wait_for_selector(CONNECTED)
        assert await page.is_disabled(BUTTON)
        await page.fill(FIELD, TYPED)
        assert await page.is_enabled(BUTTON)
        await dialling.agent(state="offline")
        await page.wait_for_selector(f"{BUTTON}:disabled")
        assert "available or on a break" in await page.get_attribute(BUTTON, "title")


async def test_where_nobody_may_dial_there_is_no_field(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    async with browse("/desk") as page:
        await page.wait_for_selector(CONNECTED)
        assert await page.locator(FIELD).count() == 0


@pytest.mark.parametrize(("language", "words"), [("tr", "Numara ara"), ("en", "Call a number")])
async def test_a_picture_in_both_languages(
    browse: Callable[..., Any], dialling: FakeServer, screens: Path, language: str, words: str
) -> None:
    dialling.me["language"] = language
    async with browse("/desk") as page:
        await page.wait_for_selector(CONNECTED)
        assert words in await page.inner_text(".dial")
        await page.fill(FIELD, TYPED)
        await page.screenshot(path=screens / f"dial-{language}.png")
