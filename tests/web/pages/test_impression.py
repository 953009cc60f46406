"""The one question about the caller while his call is wound up, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.pages.fake_server import from_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.pages.fake_server import FakeServer

PATH = "/calls/c-77/agent-score"
WRAPUP = {"mode": "skippable", "code_mandatory": False, "deadline": None, "may_end": True}
QUESTION = {
    "survey": "impression", "kind": "csat", "low": 1, "high": 5, "language": "en",
    "text": "How satisfied was the caller with this call? 1 is very bad, 5 is very good.",
}  # fmt: skip


def given(server: FakeServer) -> list[Any]:
    return [each.body for each in server.found("POST", PATH)]


def winds_up(server: FakeServer) -> None:
    server.knows["call"] = None
    deadline = {"deadline": from_now(41)}
    server.knows["me"] |= {"state": "wrapup", "call": "c-77", "wrapup": WRAPUP | deadline}


@pytest.fixture
def asking(server: FakeServer) -> FakeServer:
    """A server that asks about the call that is being wound up."""
    winds_up(server)
    server.answers[PATH] = (200, {"question": QUESTION, "score": None})
    return server


async def test_a_number_is_given_by_button_and_another_by_key(
    browse: Callable[..., Any], asking: FakeServer, screens: Path
) -> None:
    async with browse("/desk") as page:
        await page.wait_for_selector(".impression")
        assert QUESTION["text"] in await page.inner_text(".impression")
        assert await page.locator(".impression [data-score]").count() == 5
        asking.answers[PATH] = (200, {"question": QUESTION, "score": 4})
        await page.click('.impression [data-score="4"]')
        await page.wait_for_selector('[data-score="4"][aria-pressed="true"]')
        asking.answers[PATH] = (200, {"question": QUESTION, "score": 2})
        await page.keyboard.press("9")  # the scale ends before it
        await page.keyboard.press("2")
        await page.wait_for_selector('[data-score="2"][aria-pressed="true"]')
        assert given(asking) == [{"score": 4}, {"score": 2}]
        await page.click('[data-score="2"]')
        await asking.until(lambda: given(asking)[2:] == [{"score": None}])
        assert "Kept: 2" in await page.inner_text(".impression")
        await page.screenshot(path=str(screens / "desk-impression.png"))


async def test_a_digit_in_the_note_is_no_score(
    browse: Callable[..., Any], asking: FakeServer
) -> None:
    async with browse("/desk") as page:
        await page.wait_for_selector(".impression")
        await page.type("textarea", "3 cards")
        await asking.until(lambda: asking.found("POST", "/calls/c-77/wrapup-note"))
        assert given(asking) == []


async def test_the_wrap_up_ends_without_it(browse: Callable[..., Any], asking: FakeServer) -> None:
    async with browse("/desk") as page:
        await page.wait_for_selector(".impression")
        await page.click('[data-act="finish"]')
        await asking.until(lambda: asking.found("POST", "/agents/ayse/state"))
        assert given(asking) == []


async def test_a_score_that_was_not_kept_says_so(
    browse: Callable[..., Any], asking: FakeServer
) -> None:
    async with browse("/desk") as page:
        await page.wait_for_selector(".impression")
        asking.answers[PATH] = (409, "illegal-transition")
        await page.click('.impression [data-score="1"]')
        await page.wait_for_selector('.impression [role="status"]:has-text("not kept")')
        assert await page.locator('[data-score][aria-pressed="true"]').count() == 0


async def test_where_nothing_is_asked_nothing_is_shown(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    winds_up(server)
    server.answers[PATH] = (200, {"question": None, "score": None})
    async with browse("/desk") as page:
        await page.wait_for_selector('[data-act="finish"]')
        await server.until(lambda: server.found("GET", PATH))
        assert await page.locator(".impression").count() == 0
