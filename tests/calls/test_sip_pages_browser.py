"""SIP over WebSocket from a real browser: its own WebSocket, its own words about where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.browsers import browsing
from tests.fakes.sip_page import Pages
from tests.fakes.sip_served import SipServed, need_espeak

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

REGISTER = "\r\n".join([
    "REGISTER sip:127.0.0.1 SIP/2.0",
    "Via: SIP/2.0/WS q7r2.invalid;branch=z9hG4bKbrowser1",
    "Max-Forwards: 70",
    "From: <sip:ayse@127.0.0.1>;tag=b1",
    "To: <sip:ayse@127.0.0.1>",
    "Call-ID: browser1@q7r2.invalid",
    "CSeq: 1 REGISTER",
    "Contact: <sip:ayse@q7r2.invalid;transport=ws>",
    "Content-Length: 0",
    "", "",
])  # fmt: skip
SPEAK = """([url, protocols, text]) => new Promise((done) => {
  const socket = new WebSocket(url, protocols);
  socket.onopen = () => socket.send(text);
  socket.onmessage = ({ data }) => done([socket.protocol, String(data)]);
  socket.onclose = ({ code }) => done(["closed", String(code)]);
})"""


@pytest.fixture
async def pages(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Pages]:
    need_espeak()
    monkeypatch.chdir(tmp_path)
    sounds = tmp_path_factory.getbasetemp() / "sounds"
    sip = await SipServed.start(tmp_path, sounds, users=("ayse",))
    made = Pages(sip.served.web.url, sip.server, sip.served)
    yield made
    await made.close()
    await sip.close()


async def speaks(page: Any, pages: Pages, protocols: list[str]) -> tuple[str, str]:  # noqa: ANN401
    """What the browser hears: the protocol and the first message, or how it was closed."""
    url = f"{pages.url.replace('http', 'ws', 1)}/sip?ticket={await pages.ticket('ayse')}"
    heard, said = await page.evaluate(SPEAK, [url, protocols, REGISTER])
    return heard, said


async def test_a_page_of_ours_gets_through_and_another_one_does_not(pages: Pages) -> None:
    async with browsing(of_ours=False) as browser:
        page = await (await browser.new_context()).new_page()
        await page.goto(f"{pages.url}/healthz")
        protocol, answer = await speaks(page, pages, ["sip"])
        assert protocol == "sip"
        assert answer.startswith("SIP/2.0 401 ")
        assert "WWW-Authenticate: Digest" in answer
        assert await speaks(page, pages, ["chat"]) == ("closed", "1006")
        await page.goto("about:blank")
        assert await speaks(page, pages, ["sip"]) == ("closed", "1006")
