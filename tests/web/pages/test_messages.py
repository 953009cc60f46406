"""A message on the page of its ticket: how long it is, and heard with one press, which is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest_asyncio
from aiohttp import web

from ivr.web.api.recordings import parts as made
from ivr.web.api.recordings.playing import Playing
from ivr.web.pages import page_routes
from tests.fakes import ticket_door, ticket_pages
from tests.fakes.fresh_store import fresh_file
from tests.fakes.message_desk import leave_in
from tests.fakes.opinions import published
from tests.fakes.ticket_pages import ticket_office
from tests.fakes.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest

    from ivr.web.api.recordings.parts import RecordingParts
    from tests.fakes.ticket_pages import TicketOffice

ONE, TWO, THREE = (f"01KAJ9Q3Z8M4T7W2Y6B5C1D0E{last}" for last in "FGH")


@pytest_asyncio.fixture(loop_scope="session")
async def office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[TicketOffice, RecordingParts]]:
    """A ticket that a caller has left a message for, and another whose sound is to come."""
    path, found = tmp_path / "pages.db", list[Any]()
    fresh_file(path)
    make = ticket_door.recording_parts

    def kept(*given: Any) -> RecordingParts:  # noqa: ANN401 - as the original
        parts = make(*given)
        found.append(parts)
        return parts

    monkeypatch.setattr(ticket_door, "recording_parts", kept)
    routes = page_routes

    def with_sound(visitor: Any) -> list[web.RouteDef]:  # noqa: ANN401 - as the original
        class Late:
            """The route, whose parts are made a moment later."""

            async def audio(self, request: web.Request) -> web.Response:
                return await Playing(found[-1]).audio(request)

        return [*routes(visitor), web.get("/api/v1/recordings/{recording}/audio", Late().audio)]

    monkeypatch.setattr(ticket_pages, "page_routes", with_sound)
    async with ticket_office(path, tmp_path) as at:
        parts = found[-1]
        assert isinstance(parts, made.RecordingParts)
        await at.desk.add_call("c1")
        await at.desk.open(
            subject="Sesli mesaj", category="card", assignee="ayse", interaction="c1"
        )
        await leave_in(at.desk, parts, "c1", ONE)
        await leave_in(
            at.desk, parts, "c1", TWO, turn=5, state="pending", words="söz <b>", uri=None
        )
        yield at, parts


async def test_a_spoken_comment_is_heard_on_the_page_of_surveys(
    office: tuple[TicketOffice, RecordingParts], tmp_path: Path, screens: Path
) -> None:
    at, parts = office
    book = await published(at.desk.store.database, at.desk.at)
    response = await book.answered(1, ("csat", 1), ("nps", 2), queue="cards")
    await book.answer(response, "comment", "", None, recording=THREE)
    await leave_in(
        at.desk,
        parts,
        "c1",
        THREE,
        kind="survey_comment",
        turn=9,
        box="",
        words="Çok <b>bekledim</b>.",
    )
    async with at.at("kemal", "/surveys?survey=support&tab=comments", language="tr") as page:
        await page.wait_for_selector(".said .message")
        assert await page.locator(".said .message b").count() == 0, "words are text"
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        await page.click('.said [data-act="hear"]')
        sound = page.locator(".said audio")

        async def lasts() -> bool:
            seconds = await sound.evaluate("it => it.duration")
            return seconds is not None and abs(seconds - 1.5) < 0.1

        await until(lasts)
        await page.screenshot(path=str(screens / "survey-comment.png"), full_page=True)
    (told,) = [row for row in await at.desk.rows("audit_log") if row["what"] == "recording.play"]
    assert json.loads(told["body"])["why"] == "Anket sayfasında dinlendi"


async def test_a_message_is_heard_on_the_page_of_its_ticket(
    office: tuple[TicketOffice, RecordingParts], tmp_path: Path
) -> None:
    at, _parts = office
    async with at.at("ayse", "/tickets", language="tr") as page:
        await page.click(".rows tbody tr")
        await page.wait_for_selector(".messages .message")
        assert await page.locator(".messages h2").inner_text() == "Sesli mesajlar"
        assert await page.locator(".messages .message").count() == 2
        assert await page.locator(".messages b").count() == 0, "words are text"
        await page.click('.messages [data-act="hear"]')
        sound = page.locator(".messages audio")

        async def lasts() -> bool:
            seconds = await sound.evaluate("it => it.duration")
            return seconds is not None and abs(seconds - 1.5) < 0.1

        await until(lasts)
        await page.screenshot(path=tmp_path / "message.png", full_page=True)
    told = [row for row in await at.desk.rows("audit_log") if row["what"] == "recording.play"]
    assert len(told) == 1


async def test_the_recording_of_a_talk_is_told_from_a_message_and_agents_know_of_messages_alone(
    office: tuple[TicketOffice, RecordingParts],
) -> None:
    at, parts = office
    await leave_in(at.desk, parts, "c1", THREE, kind="call", turn=9, box="", queue="cards")
    (ticket,) = await at.desk.rows("ticket")
    for who, many in (("kemal", 3), ("ayse", 2)):
        async with at.at(who, f"/tickets/{ticket['number']}", language="tr") as page:
            await page.wait_for_selector(".messages .message")
            assert await page.locator(".messages .message").count() == many
            talks = page.locator('.messages .message:has-text("Görüşme kaydı")')
            assert await talks.count() == many - 2
