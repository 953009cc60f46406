"""An office of people at real browsers, on a real `ivr serve`, in real time."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.browsers import browsing
from tests.fakes.real_desk import SKILLS, TEAMS, Line
from tests.fakes.served import ROOT, said
from tests.web.pages.conftest import watched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.served import Process

PASSWORD = "tarçın kokulu 7 vapur"  # noqa: S105 - of people that exist in tests only
PATIENCE_MS = 15_000
_TOKEN = re.compile(r"/setup\?t=([\w-]+)")


@dataclass(slots=True)
class Office:
    """A server with its people at their browsers. Any: nobody knows the types of the driver."""

    server: Process
    browser: Any
    wrong: list[list[str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self.server.web.url

    async def page(self, locale: str = "en-GB") -> Any:  # noqa: ANN401 - see Office
        """Another person's browser; what its console complains of fails the test."""
        size = {"width": 1280, "height": 900}
        context = await self.browser.new_context(locale=locale, base_url=self.url, viewport=size)
        made = await context.new_page()
        made.set_default_timeout(PATIENCE_MS)
        self.wrong.append(watched(made, self.url))
        return made

    async def signs_in(self, name: str, path: str = "/desk") -> Any:  # noqa: ANN401 - see Office
        """Somebody with a password opens a page."""
        page = await self.page()
        await page.goto(path)
        await page.fill('[name="name"]', name)
        await page.fill('[name="password"]', PASSWORD)
        await page.click("form button.good")
        await page.wait_for_url(f"**{path}")
        await page.wait_for_selector('[data-link="connected"]')
        return page

    async def sets_password(self, token: str, name: str = "") -> None:
        """By a link that opens once; a name is chosen by the first admin alone."""
        page = await self.page()
        await page.goto(f"/setup?t={token}")
        await page.wait_for_selector('[name="again"]')
        for box, text in {"name": name, "display": name}.items():
            if text:
                await page.fill(f'[name="{box}"]', text)
        for box in ("password", "again"):
            await page.fill(f'[name="{box}"]', PASSWORD)
        await page.click("form button.good")
        await page.wait_for_url("**/login")
        await page.context.close()

    async def first_admin(self) -> None:
        """By the link that the server has printed."""
        assert self.server.running.stdout is not None
        while (
            found := _TOKEN.search((await self.server.running.stdout.readline()).decode())
        ) is None:
            pass
        await self.sets_password(found[1], "deniz")

    async def by_command(self, name: str, *words: str) -> None:
        """`ivr user add` in a terminal; the link that it prints is opened."""
        code, out, errors = await said(self.server.folder, "user", "add", name, *words)
        assert code == 0, errors
        found = _TOKEN.search(out)
        assert found, out
        await self.sets_password(found[1])


async def over_the_api(page: Any, method: str, path: str, body: Any) -> Any:  # noqa: ANN401 - JSON
    """What the page of somebody who is signed in asks for."""
    script = """async ([method, path, body]) => {
      const me = await (await fetch("/api/v1/me")).json();
      const headers = {"X-CSRF-Token": me.csrf, "Content-Type": "application/json"};
      const answer = await fetch("/api/v1" + path,
        method === "GET" ? {} : {method, headers, body: JSON.stringify(body)});
      return [answer.status, await answer.json()];
    }"""
    status, told = await page.evaluate(script, [method, path, body])
    assert status < 300, (path, status, told)
    return told


async def takes_on(office: Office, admin: Any, name: str, display: str) -> None:  # noqa: ANN401
    """The admin makes an agent over the API; the agent sets his password by the link."""
    person = {"name": name, "display": display, "roles": ["agent"], "teams": list(TEAMS)}
    made = await over_the_api(admin, "POST", "/people", person)
    card = {"teams": list(TEAMS), "skills": SKILLS, "endpoints": {"simulator": f"sim:{name}"}}
    await over_the_api(admin, "PUT", f"/agents/{name}", card)
    found = _TOKEN.search(made["link"])
    assert found
    await office.sets_password(found[1])


@asynccontextmanager
async def opened(server: Process) -> AsyncIterator[Office]:
    """The office of a server; skips where there is no browser."""
    async with browsing() as browser:
        office = Office(server, browser)
        yield office
    assert [told for page in office.wrong for told in page] == []


@dataclass(slots=True)
class Team:
    """Everybody at work. lines: their telephones."""

    office: Office
    pages: dict[str, Any]
    lines: dict[str, Line]

    async def picture(self, name: str, what: str) -> None:
        """For a person to look at."""
        folder = ROOT / "build" / "screens"
        folder.mkdir(parents=True, exist_ok=True)
        await self.pages[name].screenshot(path=folder / f"real-{what}.png")

    async def shows(self, name: str, what: str, **more: Any) -> Any:  # noqa: ANN401 - see Office
        """Wait for something on somebody's page."""
        return await self.pages[name].wait_for_selector(what, **more)

    async def does(self, name: str, act: str) -> None:
        """Somebody presses a button of the page."""
        await self.pages[name].click(f'[data-act="{act}"]:not([aria-disabled="true"])')


@asynccontextmanager
async def at_work(office: Office) -> AsyncIterator[Team]:
    """Accounts are made, agents are ready, and the supervisor looks at the wallboard."""
    await office.first_admin()
    admin = await office.signs_in("deniz", "/wallboard")
    await takes_on(office, admin, "ayse", "Ayşe Demir")
    await takes_on(office, admin, "can", "Can Yıldız")
    words = ["--role", "supervisor", "--display", "Selin Ak"]
    await office.by_command("selin", *words, *(w for t in TEAMS for w in ("--team", t)))
    lines = {name: await Line.agent(office.url, name) for name in ("ayse", "can")}
    pages = {name: await office.signs_in(name) for name in ("ayse", "can")}
    pages["selin"] = await office.signs_in("selin", "/wallboard")
    made = Team(office, pages, lines)
    for name in ("ayse", "can"):
        await made.does(name, "state-available")
        await made.shows(name, '.state[data-state="available"]')
    yield made
    for line in lines.values():
        await line.close()
