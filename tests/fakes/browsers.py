"""One Chromium for all tests of a worker: one for each would cost more than most of them.

Its driver is a program as well, and starting it takes half a second of a processor: `driven_once`.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import subprocess
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from ivr.web.vendor import is_fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_BUILDS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first is the same engine without windows: it opens a page for a third of the processor."""
CHROMIUM = next(filter(None, map(shutil.which, _BUILDS)), None)
PATIENCE_S = 30.0
ARGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-default-browser-check",
    "--disable-sync", "--disable-background-networking", "--disable-component-update",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio", "--password-store=basic",
    "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding", "--remote-debugging-port=0",
)  # fmt: skip


@asynccontextmanager
async def browsing(*, of_ours: bool = True) -> AsyncIterator[Any]:
    """A browser with nothing in it; skips where there is none. of_ours: for the signed-in pages,
    which are not installed everywhere.

    Any: the browser's driver is no dependency of ours, so nobody knows its types.
    """
    playwright = pytest.importorskip("playwright.async_api", reason="needs playwright and chromium")
    if CHROMIUM is None:
        pytest.skip("needs chromium: it is not installed here")
    if of_ours and not is_fresh():
        pytest.skip("needs the web interface: run make ui")
    shared = _SHARED.get(asyncio.get_running_loop())
    async with AsyncExitStack() as alone:
        driver = shared or _Driver(alone)
        browser = await driver.connected(playwright, CHROMIUM)
        try:
            yield browser
        finally:
            for context in browser.contexts[1:]:  # the first is the browser's own
                await context.close()


@asynccontextmanager
async def driven_once() -> AsyncIterator[None]:
    """While this lasts, all `browsing` of this loop shares one driver, begun with the first."""
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as until:
        _SHARED[loop] = _Driver(until)
        try:
            yield
        finally:
            del _SHARED[loop]


@dataclass(slots=True)
class _Driver:
    """What drives the browser. until: ends it."""

    until: AsyncExitStack
    browser: Any = None

    async def connected(self, playwright: Any, program: str) -> Any:  # noqa: ANN401 - see browsing
        """The browser, reached when it is first asked for."""
        if self.browser is None:
            play = await self.until.enter_async_context(playwright.async_playwright())
            self.browser = await play.chromium.connect_over_cdp(_address(program))
            self.until.push_async_callback(self.browser.close)
        return self.browser


_SHARED: dict[asyncio.AbstractEventLoop, _Driver] = {}


@cache
def _address(program: str) -> str:
    """Where the running one is driven from; it ends with this process."""
    folder = Path(mkdtemp(prefix="ivr-chromium-"))
    command = [program, *ARGS, f"--user-data-dir={folder}", "about:blank"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    atexit.register(_end, running, folder)
    told, between = folder / "DevToolsActivePort", Event()
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and running.poll() is None:
        if told.exists() and len(lines := told.read_text().split()) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        between.wait(0.02)
    pytest.fail("Chromium does not start")


def _end(running: subprocess.Popen[bytes], folder: Path) -> None:
    running.terminate()
    running.wait(PATIENCE_S)
    shutil.rmtree(folder, ignore_errors=True)
