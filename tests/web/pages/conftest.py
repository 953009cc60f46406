"""A browser on the fake server. Its console must stay silent, and it may talk to nobody else."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.browsers import browsing
from tests.web.pages.fake_server import COOKIE, FakeServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from aiohttp.test_utils import TestServer

PATIENCE_MS = 7000
EXPECTED = "Failed to load resource: the server responded with a status of 4"
"""What Chromium writes for each answer that is an error: the tests ask for some of these."""

CUT = "net::ERR_INTERNET_DISCONNECTED"
"""What it writes when a test has taken the network away."""


@pytest.fixture
def server() -> FakeServer:
    """The fake server, which a test may still change before it opens a page."""
    return FakeServer()


@pytest.fixture
async def browse(
    server: FakeServer, aiohttp_server: Callable[..., Any]
) -> AsyncIterator[Callable[..., AbstractAsyncContextManager[Any]]]:
    """`async with browse("/desk") as page`: signed in unless said otherwise.

    Any: the browser's driver is no dependency of ours, so nobody knows its types.
    """
    served: TestServer = await aiohttp_server(server.app())
    root = str(served.make_url("/")).rstrip("/")
    async with browsing() as browser:

        @asynccontextmanager
        async def visit(path: str, *, signed_in: bool = True, **options: Any) -> AsyncIterator[Any]:  # noqa: ANN401
            context = await browser.new_context(**{"locale": "en-GB", **options})
            if signed_in:
                await context.add_cookies([{"name": COOKIE, "value": "yes", "url": root}])
            page = await context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            wrong = watched(page, root)
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
