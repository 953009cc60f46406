"""Hearing a message: a pass with a reason, for one person, one session, a few minutes."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from tests.fakes.message_desk import SOUND, message_desk, parts_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.message_desk import MessageDesk
    from tests.fakes.ticket_door import TicketDoor

ONE, TWO = "01KAJ9Q3Z8M4T7W2Y6B5C1D0EF", "01KAJ9Q3Z8M4T7W2Y6B5C1D0EG"
WHY = {"reason": "customer asks"}


@pytest.fixture
async def desk(house: TicketDoor, tmp_path: Path) -> AsyncIterator[MessageDesk]:
    """A house with a call that left a message, and a ticket of it in a team's pool."""
    parts = parts_of(house)
    parts.folder.root = tmp_path / "recordings"
    await house.desk.add_call("c1")
    await house.desk.open(category="card", interaction="c1")
    async with message_desk(house, parts) as made:
        await made.leave("c1", ONE)
        yield made


async def the_pass(desk: MessageDesk, who: str = "ayse", name: str = ONE) -> str:
    made = await desk.house.good("POST", f"/recordings/{name}/plays", who, WHY)
    return str(made["url"])


async def test_a_message_is_listed_with_its_ticket_and_heard_with_a_reason(
    desk: MessageDesk,
) -> None:
    (ticket,) = (await desk.house.good("GET", "/tickets", "sule"))["items"]
    path = f"/tickets/{ticket['number']}/recordings"
    (row,) = (await desk.house.good("GET", path, "ayse"))["items"]
    assert (row["id"], row["state"], row["seconds"], row["may_play"]) == (ONE, "ready", 1.5, True)
    status, content, headers = await desk.get(await the_pass(desk))
    assert (status, content) == (200, SOUND)
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"] == "audio/wav"
    assert headers["Content-Disposition"] == 'inline; filename="message.wav"'
    told = [row for row in await desk.house.desk.rows("audit_log") if "play" in str(row["what"])]
    assert len(told) == 1
    assert {"ayse", "recording.play", ONE} <= set(map(str, told[0].values()))
    assert "customer asks" in str(told)


async def test_who_has_a_pass_is_told_how_loud_it_is(desk: MessageDesk) -> None:
    url = await the_pass(desk)
    path = url.removeprefix("/api/v1").replace("/audio", "/peaks")
    (side,) = (await desk.house.good("GET", path, "ayse"))["sides"]
    assert len(side) > 1000
    assert not any(side), "it is silent"
    for who, asked in (("sule", path), ("ayse", path[:-3]), ("ayse", path.replace(ONE, TWO))):
        assert (await desk.house.send("GET", asked, who)).status == 404
    assert (await desk.house.send("GET", path.partition("?")[0], "ayse")).status == 422
    for file in desk.parts.folder.root.rglob("*"):
        if file.is_file():
            file.unlink()
    assert (await desk.house.send("GET", path, "ayse")).status == 404


@pytest.mark.parametrize(
    ("part", "begin", "end"),
    [("bytes=0-99", 0, 100), ("bytes=44-", 44, len(SOUND)), ("bytes=-10", -10, len(SOUND))],
)
async def test_a_part_of_it_can_be_asked_for(
    desk: MessageDesk, part: str, begin: int, end: int
) -> None:
    status, content, headers = await desk.get(await the_pass(desk), part=part)
    assert (status, content) == (206, SOUND[begin:end])
    first = begin % len(SOUND)
    assert headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(SOUND)}"


async def test_a_part_that_is_not_there_is_refused(desk: MessageDesk) -> None:
    url = await the_pass(desk)
    for part in (f"bytes={len(SOUND)}-", "bytes=9-3", "stars=1-2"):
        assert (await desk.get(url, part=part))[0] == 416


async def test_a_pass_is_for_one_recording_one_person_and_five_minutes(desk: MessageDesk) -> None:
    url = await the_pass(desk)
    await desk.leave("c1", TWO, turn=5)
    assert (await desk.get(url, "sule"))[0] == 404
    assert (await desk.get(url.replace(ONE, TWO)))[0] == 404
    assert (await desk.get(url[:-1] + ("A" if url[-1] != "A" else "B")))[0] == 404
    assert (await desk.get(url.partition("?")[0]))[0] == 404
    async with desk.client.get(url) as nobody:
        assert nobody.status == 404
    assert (await desk.get(url))[0] == 200
    await desk.later(301)
    assert (await desk.get(url))[0] == 404


async def test_who_does_not_see_the_ticket_hears_nothing_of_it(desk: MessageDesk) -> None:
    for who in ("ali", "orhan"):
        answer = await desk.house.send("POST", f"/recordings/{ONE}/plays", who, WHY)
        assert answer.status == (404 if who == "ali" else 403)
    assert (await desk.house.send("POST", f"/recordings/{ONE}/plays", "deniz", WHY)).status == 403
    missing = await desk.house.send("POST", f"/recordings/{TWO}/plays", "kemal", WHY)
    assert missing.status == 404
    assert await the_pass(desk, "kemal")
    assert await the_pass(desk, "sule")


async def test_an_agent_hears_messages_and_no_comments_of_surveys(desk: MessageDesk) -> None:
    await desk.leave("c1", TWO, kind="survey_comment", turn=5)
    answer = await desk.house.send("POST", f"/recordings/{TWO}/plays", "ayse", WHY)
    assert answer.status == 404
    assert await the_pass(desk, "kemal", TWO)
    (number,) = [row["number"] for row in await desk.house.desk.rows("ticket")][:1]
    both = ["voicemail", "survey_comment"]
    for who, kinds in (("ayse", both[:1]), ("kemal", both), ("orhan", both[:1])):
        shown = await desk.house.good("GET", f"/tickets/{number}/recordings", who)
        assert [row["kind"] for row in shown["items"]] == kinds
    shown = await desk.house.good("GET", "/interactions/c1/recordings", "orhan")
    assert [row["kind"] for row in shown["items"]] == both[:1]


@pytest.mark.parametrize("body", [{}, {"reason": "  a "}, {"reason": "x" * 201}])
async def test_without_a_reason_nothing_is_heard(desk: MessageDesk, body: object) -> None:
    answer = await desk.house.send("POST", f"/recordings/{ONE}/plays", "ayse", body)
    assert answer.status == 422


async def test_sound_that_is_gone_or_changed_is_not_there_and_the_log_says_why(
    desk: MessageDesk, caplog: pytest.LogCaptureFixture
) -> None:
    url = await the_pass(desk)
    for file in desk.parts.folder.root.rglob("*"):
        if file.is_file():
            file.unlink()
    assert (await desk.get(url))[0] == 404
    assert [row.message for row in caplog.records] == ["recording_unreadable"]


async def test_a_disk_that_is_away_is_a_fault_of_ours_that_may_pass(
    desk: MessageDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_what: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    url = await the_pass(desk)
    with monkeypatch.context() as patch:
        patch.setattr(os, "pread", away)
        assert (await desk.get(url))[0] == 503
    assert (await desk.get(url))[0] == 200
