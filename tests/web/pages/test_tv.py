"""A screen on a wall in a real browser, on the real API: large, by turns, dark when it must be."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.runtime.clock import SystemClock
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports.desk import ScreenRow
from ivr.runtime.tasks import Tasks
from ivr.web.api import add_api
from ivr.web.auth.keys import new_key
from ivr.web.auth.tokens import digest
from ivr.web.errors import outermost
from ivr.web.pages import page_routes
from ivr.web.screens.stream import ScreenStream
from tests.fakes.browsers import browsing
from tests.fakes.door import FakeFloor, parts_of
from tests.web.pages.conftest import PATIENCE_MS, watched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

HD = {"width": 1920, "height": 1080}
TITLES = {
    "cards": {"tr": "Kredi kartları", "en": "Credit cards"},
    "loans": {"tr": "Krediler", "en": "Loans"},
    "general": {"tr": "Genel danışma", "en": "General questions"},
    "branches": {"": "Şubeler"},
}
FIGURES = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  return [...document.querySelectorAll("dd:not(.more)")].map((figure) => {
    const { fontWeight, fontSize, fontFamily } = getComputedStyle(figure);
    pen.font = `${fontWeight} ${fontSize} ${fontFamily}`;
    return [figure.textContent, pen.measureText("8").actualBoundingBoxAscent,
      figure.scrollWidth <= figure.parentElement.clientWidth];
  });
}"""
SCROLLS = """() => [document.documentElement, document.querySelector(".tv")].some(
  (one) => one.scrollHeight > innerHeight || one.scrollWidth > innerWidth)"""


def row(queue: str, **more: object) -> dict[str, Any]:
    """How a queue is now, on a busy day."""
    level = {"variant": "F3", "num": 84, "den": 100, "target": 80}
    agents = {"available": 12, "talking": 25, "wrapup": 3, "offline": 40}
    made = {"queue": queue, "waiting": 3, "oldest_s": 12, "threshold_s": 20, "agents": agents}
    return made | {"service_level": level, "answered": 1120, "abandoned": 107} | more


F8 = {"variant": "F8", "counted": "A+B-s+V", "num": 1120, "den": 1120, "target": 80}


class Busy(FakeFloor):
    """A floor with all figures."""

    def __init__(self) -> None:
        super().__init__()
        self.figures = [
            row("cards", waiting=128, oldest_s=3599, service_level=F8),
            row("loans", waiting=0, service_level={"variant": "F1", "num": 0, "den": 0}),
            *(row("general"), row("branches")),
        ]

    def queues(self) -> Sequence[Mapping[str, Any]]:
        return self.figures


@dataclass
class Wall:
    """The server of a screen, and a browser. seen: what went wrong in its pages."""

    browser: Any
    floor: Busy
    store: MemoryStore
    stream: ScreenStream
    root: str = ""
    wrong: list[list[str]] = field(default_factory=list)

    async def address(self, *queues: str, language: str = "en") -> tuple[str, str]:
        """A new screen: its id and its path."""
        id_, key = new_key("ivrs_")
        row_ = ScreenRow(id_, "Hall 3", digest(key), queues, language, "x", SystemClock().now())
        await self.store.screens.add(row_)
        return id_, f"/tv#{key}"

    @asynccontextmanager
    async def hangs(self, path: str, *, frozen: bool = False) -> AsyncIterator[Any]:
        """A screen of 1920x1080 that shows this address. frozen: time goes by `run_for` only."""
        context = await self.browser.new_context(viewport=HD, locale="en-GB")
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        self.wrong.append(watched(page, self.root))
        if frozen:
            await page.clock.install()
        await page.goto(self.root + path)
        yield page
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def wall() -> AsyncIterator[Wall]:
    clock, store, floor, tasks = SystemClock(), MemoryStore(), Busy(), Tasks()
    stream = ScreenStream(store.screens, floor.queues, lambda: TITLES, clock, tasks)
    parts = parts_of(store, floor, clock)
    app = web.Application(middlewares=[outermost])
    app.add_routes(page_routes(_nobody))
    app.router.add_get("/api/v1/screen", partial(stream.serve, add_api(app, parts)))
    app.on_shutdown.append(stream.close)
    async with browsing() as browser, TestServer(app) as served:
        made = Wall(browser, floor, store, stream, str(served.make_url("/")).rstrip("/"))
        yield made
        assert [wrong for wrong in made.wrong if wrong] == []
    await tasks.close()


async def _nobody(_request: web.Request) -> None:
    return None


@pytest.mark.parametrize(
    ("queues", "language"),
    [(("cards", "loans"), "tr"), (("cards",), "en"), (("loans", "cards", "general"), "tr")],
    ids=["two", "one", "more"],
)
async def test_figures_can_be_read_from_five_metres_and_nothing_scrolls(
    wall: Wall, screens: Path, queues: tuple[str, ...], language: str
) -> None:
    _, path = await wall.address(*queues, language=language)
    async with wall.hangs(path) as page:
        await page.wait_for_selector(f'html[lang="{language}"] dd')
        found = await page.evaluate(FIGURES)
        assert len(found) == 6 * min(2, len(queues))
        for text, height, fits in found:
            assert height >= HD["height"] / 12, text
            assert fits, text
        assert not await page.evaluate(SCROLLS)
        await page.screenshot(path=screens / f"tv-{len(queues)}-{language}.png")


async def test_it_speaks_the_language_of_its_key(wall: Wall) -> None:
    _, path = await wall.address("cards", "branches", language="tr")
    async with wall.hangs(path) as page:
        await page.wait_for_selector('h2:has-text("Kredi kartları")')
        assert await page.inner_text('[data-queue="branches"] h2') == "Şubeler"
        tile = page.locator('[data-queue="cards"] [data-name="service"]')
        assert (await tile.inner_text()).split("\n") == [
            *("Hizmet düzeyi", "%100", "F8 (A+B-s+V) n=1120")
        ]
        late = page.locator('[data-queue="cards"] .late')
        assert "GEÇ" in await late.inner_text()


async def test_pages_turn_each_quarter_of_a_minute_and_can_be_paused(wall: Wall) -> None:
    _, path = await wall.address("cards", "loans", "general", "branches")
    async with wall.hangs(path, frozen=True) as page:
        await page.wait_for_selector('[data-queue="cards"]')
        assert await page.inner_text("[data-page-of]") == "1 of 2"
        await page.clock.run_for(15_100)
        await page.wait_for_selector('[data-queue="general"]')
        await page.click('[data-act="pause"]')
        await page.clock.run_for(31_000)
        assert await page.locator('[data-queue="general"]').count() == 1
        await page.keyboard.press("ArrowRight")
        await page.wait_for_selector('[data-queue="cards"]')
        await page.evaluate("document.activeElement.blur()")
        await page.keyboard.press("Space")
        await page.clock.run_for(15_100)
        await page.wait_for_selector('[data-queue="general"]')


async def test_a_key_that_is_taken_back_makes_the_screen_dark_at_once_and_says_why(
    wall: Wall, screens: Path
) -> None:
    id_, path = await wall.address("cards", language="tr")
    async with wall.hangs(path) as page:
        await page.wait_for_selector("dd")
        await wall.store.screens.remove(id_)
        wall.stream.revoke(id_)
        await page.wait_for_selector('.dark:has-text("anahtarı geri alındı")')
        assert await page.locator("dd").count() == 0
        await page.screenshot(path=screens / "tv-dark.png")
        await page.reload()
        await page.wait_for_selector('.dark [role="alert"]')


@pytest.mark.parametrize(("path", "words"), [("/tv", "no key"), ("/tv#ivrs_x", "not known")])
async def test_without_a_good_key_it_says_so(wall: Wall, path: str, words: str) -> None:
    async with wall.hangs(path) as page:
        await page.wait_for_selector(f'.dark:has-text("{words}")')


async def test_cut_off_it_says_how_old_its_figures_are_and_comes_back_by_itself(
    wall: Wall, screens: Path
) -> None:
    _, path = await wall.address("cards", "loans")
    async with wall.hangs(path) as page:
        await page.wait_for_selector("dd")
        await page.context.set_offline(True)
        await wall.stream.close(web.Application())
        await page.wait_for_selector('.old .age:has-text("DATA 5 s OLD")')
        await page.screenshot(path=screens / "tv-old.png")
        wall.stream._closed = False
        wall.floor.figures[0] = row("cards", waiting=7)
        await page.context.set_offline(False)
        await page.wait_for_selector('[data-queue="cards"] [data-name="waiting"] dd:has-text("7")')
        await page.wait_for_selector(".age", state="detached")


async def test_back_at_a_newer_server_it_loads_its_page_anew(wall: Wall) -> None:
    _, path = await wall.address("cards")
    newer: list[str] = []

    async def serve(route: Any) -> None:  # noqa: ANN401 - see Wall
        if newer:
            await route.fallback()
        else:
            newer.append(route.request.url)
            await route.fulfill(body='<html data-static="/static/0123456789abcdef/">')

    async with wall.hangs(path) as page:
        await page.wait_for_selector("dd")
        await page.route("**/tv", serve)
        async with page.expect_event("load"):
            await wall.stream.close(web.Application())
            wall.stream._closed = False
        await page.wait_for_selector("dd")
        assert newer
