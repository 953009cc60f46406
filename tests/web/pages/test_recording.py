"""The mark of a recording, and the button that pauses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.pages.fake_server import call, from_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.pages.fake_server import FakeServer

CAN = ["hold", "mute", "transfer", "consult", "hangup"]
MARK = ".talk .recording"


def recorded(state: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A call as the server tells it; more: of the recording."""
    now = {"state": state, "since": from_now(-133), "why": "", "until": None, "overdue": False}
    action = "resume-recording" if state == "paused" else "pause-recording"
    return call(recording=now | more, can=[*CAN, action])


def paused_now() -> dict[str, Any]:
    """By the agent, a moment ago."""
    return recorded("paused", why="agent", until=from_now(161))


@pytest.mark.parametrize(
    ("language", "none", "on", "paused"),
    [
        ("tr", "KAYIT YOK", "KAYIT", "KAYIT DURDU: kart bilgisi"),
        ("en", "NOT RECORDED", "RECORDING", "RECORDING PAUSED: card data"),
    ],
)
async def test_it_is_plain_whether_it_is_recorded(
    browse: Callable[..., Any], server: FakeServer, language: str, none: str, on: str, paused: str
) -> None:
    server.me["language"] = language
    server.knows["call"] = call()
    async with browse("/desk") as page:
        mark = await page.wait_for_selector(f'{MARK}[data-recording="none"]')
        assert await mark.inner_text() == none
        assert await page.locator('[data-act="pause-recording"]').count() == 0
        await server.tell("call.changed", recorded("on"))
        mark = await page.wait_for_selector(f'{MARK}[data-recording="on"]')
        assert (await mark.inner_text()).startswith(f"● {on} 2:1")
        await server.tell("call.changed", paused_now())
        mark = await page.wait_for_selector(f'{MARK}[data-recording="paused"]')
        assert (await mark.inner_text()).startswith(f"❚❚ {paused} 2:")


async def test_the_button_pauses_and_the_server_alone_says_that_it_is_so(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.knows["call"] = recorded("on")
    async with browse("/desk") as page:
        await page.click('[data-act="pause-recording"]')
        await server.until(lambda: server.found("POST", "/calls/c-77/pause-recording"))
        assert await page.locator(f'{MARK}[data-recording="on"]').count() == 1
        await server.tell("call.changed", paused_now())
        await page.click('[data-act="resume-recording"]')
        await server.until(lambda: server.found("POST", "/calls/c-77/resume-recording"))
        await server.tell("call.changed", recorded("on"))
        await page.wait_for_selector(f'{MARK}[data-recording="on"]')
        assert await page.locator(".notice").count() == 0


async def test_an_agent_who_forgot_to_go_on_is_told_that_all_is_kept_again(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.knows["call"] = paused_now()
    async with browse("/desk") as page:
        await page.wait_for_selector(f'{MARK}[data-recording="paused"]')
        again = recorded("on", overdue=True)
        await server.tell("call.changed", again)
        await server.tell("recording.changed", {"call": "c-77", **again["recording"]})
        await page.wait_for_selector('.notice:has-text("what is said now is kept")')
