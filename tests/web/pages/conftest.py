"""A browser on the fake server. Its console must stay silent, and it may talk to nobody else.

All tests of this folder run in one loop, so that one driver of the browser serves them all.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from tests.fakes.browsers import browsing, driven_once
from tests.web.pages.fake_server import COOKIE, FakeServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

PATIENCE_MS = 20_000
EXPECTED = "Failed to load resource: the server responded with a status of 4"
"""What Chromium writes for each answer that is an error: the tests ask for some of these."""

CUT = "net::ERR_INTERNET_DISCONNECTED"
"""What it writes when a test has taken the network away."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """One loop for the tests, and below for what they ask for. Coverage counts what the tests of
    the API reach: all that pages do on a server they do by it."""
    item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
    item.add_marker("unmeasured")


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def driver() -> AsyncIterator[None]:
    """One driver of the browser."""
    async with driven_once():
        yield


@pytest.fixture
def server() -> FakeServer:
    """The fake server, which a test may still change before it opens a page."""
    return FakeServer()


@pytest_asyncio.fixture(loop_scope="session")
async def browse(
    server: FakeServer,
) -> AsyncIterator[Callable[..., AbstractAsyncContextManager[Any]]]:
    """`async with browse("/desk") as page`: signed in unless said otherwise. at: where the clock
    of the page stands; its timers run on.

    Any: the browser's driver is no dependency of ours, so nobody knows its types.
    """
    async with browsing() as browser, TestServer(server.app()) as served:
        root = str(served.make_url("/")).rstrip("/")

        @asynccontextmanager
        async def visit(
            path: str,
            *,
            signed_in: bool = True,
            at: datetime | None = None,
            **options: Any,  # noqa: ANN401 - see browse
        ) -> AsyncIterator[Any]:
            context = await browser.new_context(**{"locale": "en-GB", **options})
            if signed_in:
                await context.add_cookies([{"name": COOKIE, "value": "yes", "url": root}])
            page = await context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            wrong = watched(page, root)
            if at is not None:
                await page.clock.set_fixed_time(at)
            await page.goto(root + path)
            yield page
            await context.close()
            assert wrong == []

        yield visit


def watched(page: Any, root: str) -> list[str]:  # noqa: ANN401 - see browse
    """What goes wrong in this page, as it happens."""
    wrong: list[str] = []

    def console(told: Any) -> None:  # noqa: ANN401 - see browse
        is_asked_for = told.text.startswith(EXPECTED) or CUT in told.text
        if told.type in {"error", "warning"} and not is_asked_for:
            wrong.append(told.text)

    def asked(request: Any) -> None:  # noqa: ANN401 - see browse
        if not request.url.startswith((root, "data:", "blob:")):
            wrong.append(f"reached for {request.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", asked)
    return wrong


@pytest.fixture
def screens() -> Path:
    """Where pictures go, for a person to look at."""
    folder = Path(__file__).resolve().parents[3] / "build" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
