"""The page of recordings: found by filters, opened with a reason, heard and seen side by side."""

from __future__ import annotations

import hashlib
import json
import math
import struct
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from ivr.media.g711 import alaw_encode, ulaw_encode
from tests.fakes.message_desk import leave_in
from tests.fakes.waiting import until
from tests.web.pages.fake_server import instant
from tests.web.pages.test_messages import office

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.web.api.recordings.parts import RecordingParts
    from tests.fakes.ticket_pages import TicketOffice
    from tests.web.pages.fake_server import FakeServer

__all__ = ["office"]
TALK = "01KAJ9Q3Z8M4T7W2Y6B5C1D0EK"
SECONDS = 40
HEAD = struct.Struct("<4sI4s4sIHHIIHH4sI")


def tone(begin: int, end: int) -> bytes:
    """PCM16 that is loud from one second to another."""
    wave = [round(12_000 * math.sin(at / 3)) for at in range(8000)]
    loud, quiet = struct.pack("<8000h", *wave), bytes(16_000)
    return b"".join(loud if begin <= second < end else quiet for second in range(SECONDS))


def talk(code: int) -> bytes:
    """A call as it is recorded: he speaks up to second 10, what he hears from there to 30."""
    encode = {6: alaw_encode, 7: ulaw_encode}[code]
    sides = (encode(tone(0, 10)), encode(tone(10, 30)))
    sound = bytearray(2 * len(sides[0]))
    sound[::2], sound[1::2] = sides
    form = (16, code, 2, 8000, 16000, 2, 8)
    size = len(sound)
    return HEAD.pack(b"RIFF", 36 + size, b"WAVE", b"fmt ", *form, b"data", size) + sound


async def keep(at: TicketOffice, parts: RecordingParts, code: int) -> None:
    """A talk of ayse in c1 with a hold and a pause, recorded so."""
    content = talk(code)
    uri, key = parts.folder.keep(content)
    row: dict[str, Any] = {
        "uri": uri,
        "sealed_key": key,
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "duration_ms": 1000 * SECONDS,
        "counted_ms": 1000 * SECONDS,
    }
    ended = at.desk.at + timedelta(minutes=5)
    await leave_in(
        at.desk, parts, "c1", TALK, kind="call", turn=9, box="", queue="cards", at=ended, **row
    )
    (contact,) = [each for each in await at.desk.rows("interaction") if each["public_id"] == "c1"]
    begin = ended - timedelta(seconds=SECONDS)
    for seq, (kind, since, to) in enumerate((("talk", 2, 12), ("hold", 12, 18), ("talk", 18, 40))):
        span = {
            "started_at": begin + timedelta(seconds=since),
            "ended_at": begin + timedelta(seconds=to),
        }
        part = {"interaction_id": contact["id"], "detail": "", "agent": "ayse", "kind": kind}
        await at.desk.add("interaction_segment", seq=seq, **part, **span)


@pytest.fixture(params=[6, 7], ids=["a-law", "mu-law"])
def code(request: pytest.FixtureRequest) -> int:
    """How the samples of the talk are written."""
    found: int = request.param
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def kept(
    office: tuple[TicketOffice, RecordingParts], code: int
) -> tuple[TicketOffice, RecordingParts]:
    """The office of messages, and a talk that was recorded."""
    await keep(*office, code)
    return office


async def shown(page: Any, what: str) -> None:  # noqa: ANN401 - see browse
    """Wait until this holds in the page; its own ways to wait would need `eval` there."""

    async def holds() -> bool:
        return bool(await page.evaluate(what))

    await until(holds)


async def test_a_talk_is_found_opened_with_a_reason_and_heard_side_by_side(
    kept: tuple[TicketOffice, RecordingParts], screens: Path
) -> None:
    at, _parts = kept
    async with at.at(
        "kemal", "/desk", language="tr", viewport={"width": 1300, "height": 900}
    ) as page:
        await page.click('.head a[href="/recordings"]')
        await page.wait_for_selector(".recordings .rows tbody tr")
        assert await page.locator(".rows tbody tr").count() == 3
        await page.select_option('select[name="kind"]', "call")
        await page.wait_for_url("**/recordings?kind=call")
        await shown(page, "document.querySelectorAll('.rows tbody tr').length === 1")
        await page.click(f'[data-recording="{TALK}"] td:nth-child(2)')
        await page.wait_for_selector(".chosen .why")
        assert await page.is_disabled('[data-act="open"]'), "no reason, no sound"
        assert await page.locator("audio").count() == 0
        await page.fill('input[name="reason"]', "Kalite değerlendirmesi")
        await page.click('[data-act="open"]')
        await page.wait_for_selector('.wave[data-side="hears"]')
        await shown(page, f"Math.abs(document.querySelector('audio').duration - {SECONDS}) < 0.1")
        sound = page.locator("audio")
        assert await sound.evaluate("it => it.paused"), "it never begins by itself"
        await page.click('[data-act="play"]')
        await shown(page, "document.querySelector('audio').currentTime > 0")
        await page.click('[data-act="play"]')
        await page.screenshot(path=str(screens / "recordings.png"), full_page=True)
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    (told,) = [row for row in await at.desk.rows("audit_log") if row["what"] == "recording.play"]
    assert json.loads(told["body"])["why"] == "Kalite değerlendirmesi"


async def opened(page: Any) -> Any:  # noqa: ANN401 - see browse
    """The sound of a page that shows a recording, ready to be played."""
    await page.fill('input[name="reason"]', "a complaint")
    await page.click('[data-act="open"]')
    await page.wait_for_selector(".wave")
    await shown(page, "document.querySelector('audio').readyState > 0")
    return page.locator("audio")


async def place(page: Any) -> float:  # noqa: ANN401 - see browse
    found: float = await page.evaluate("document.querySelector('audio').currentTime")
    return round(found, 2)


async def test_arrows_marks_and_lanes_lead_through_it_and_its_speed_is_chosen(
    kept: tuple[TicketOffice, RecordingParts],
) -> None:
    at, _parts = kept
    async with at.at("kemal", f"/recordings?recording={TALK}") as page:
        sound = await opened(page)
        for key, seconds in (("Right", 5), ("Right", 10), ("Left", 5), ("Left", 0), ("Left", 0)):
            await page.keyboard.press(f"Arrow{key}")
            assert await place(page) == seconds, (key, seconds)
        assert (
            await page.locator('.marks [data-mark="hold"]').inner_text()
            == ("0:12–0:18 hold · Ayşe Kaya")
            or "ayse" in await page.locator('.marks [data-mark="hold"]').inner_text()
        )
        await page.click('.marks [data-mark="hold"]')
        assert await place(page) == 12
        box = await page.locator(".lanes svg").bounding_box()
        await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 40)
        assert abs(await place(page) - SECONDS / 2) < 0.2
        await page.select_option('select[name="speed"]', "1.5")
        assert await sound.evaluate("it => it.playbackRate") == 1.5
        await page.focus('select[name="speed"]')
        before = await place(page)
        await page.keyboard.press("ArrowRight")
        assert await place(page) == before, "in a field arrows are its own"


async def test_each_lane_is_drawn_where_its_side_is_loud(
    kept: tuple[TicketOffice, RecordingParts],
) -> None:
    at, _parts = kept
    async with at.at("kemal", f"/recordings?recording={TALK}") as page:
        await opened(page)
        tall = """side => [...document.querySelector(`.wave[data-side="${side}"]`).getAttribute("d")
            .matchAll(/v([0-9.]+)/g)].map((found) => Number(found[1]) > 4)"""
        caller, hears = [await page.evaluate(tall, side) for side in ("caller", "hears")]
        quarter = len(caller) // 4
        assert [all(caller[2 : quarter - 2]), any(caller[quarter + 2 :])] == [True, False]
        assert [any(hears[: quarter - 2]), all(hears[quarter + 2 : 3 * quarter - 2])] == [
            False,
            True,
        ]


async def test_a_pass_that_runs_out_is_asked_for_again_and_the_sound_goes_on_there(
    kept: tuple[TicketOffice, RecordingParts],
) -> None:
    at, parts = kept
    async with at.at("kemal", f"/recordings?recording={TALK}") as page:
        sound = await opened(page)
        await page.keyboard.press("ArrowRight")
        parts.passes._good.clear()  # time passes
        await sound.evaluate("it => it.dispatchEvent(new Event('error'))")

        async def again() -> bool:
            told = [row for row in await at.desk.rows("audit_log") if "play" in str(row["what"])]
            return len(told) == 2 and await place(page) == 5

        await until(again)
        await page.click('[data-act="play"]')
        await shown(page, "document.querySelector('audio').currentTime > 5")


async def test_agents_find_the_messages_of_their_tickets_and_no_talks(
    kept: tuple[TicketOffice, RecordingParts],
) -> None:
    at, _parts = kept
    async with at.at("ayse", "/recordings") as page:
        await page.wait_for_selector(".rows tbody tr")
        assert await page.locator(".rows tbody tr").count() == 2
        assert await page.locator(f'[data-recording="{TALK}"]').count() == 0
    async with at.at("deniz", "/desk") as page:
        await page.wait_for_selector(".head nav a")
        assert await page.locator('.head a[href="/recordings"]').count() == 0


async def test_days_of_the_filter_are_whole_ones_and_nothing_found_is_told(
    kept: tuple[TicketOffice, RecordingParts],
) -> None:
    at, _parts = kept
    day = at.desk.at.strftime("%Y-%m-%d")
    async with at.at("kemal", f"/recordings?since={day}&until={day}", timezone_id="UTC") as page:
        await page.wait_for_selector(".rows tbody tr")
        await page.fill('input[name="since"]', "2020-01-01")
        await page.fill('input[name="until"]', "2020-01-02")
        await page.wait_for_selector(".recordings .empty")
        await page.click('[data-act="no-filter"]')
        await page.wait_for_selector(".rows tbody tr")
        assert page.url.endswith("/recordings")


def mark(kind: str, begin: float, end: float, who: str = "") -> dict[str, Any]:
    return {"kind": kind, "begin": begin, "end": end, "who": who}


TOLD: dict[str, Any] = {
    "id": "R1", "kind": "call", "state": "ready", "interaction": "c1", "box": "", "words": "",
    "at": instant(0), "begin": instant(-600), "seconds": 600, "partial": True,
    "may_play": True, "queue": "cards", "sender": "+90532***4567", "agents": ["ayse"],
    "tickets": [], "language": "tr", "survey": "", "question": "", "masked": ["sender"],
    "marks": [mark("talk", 10, 300, "ayse"), mark("pause", 60, 120, "ayse"),
              mark("hold", 200, 260, "ayse"), mark("transfer", 300, 590)],
}  # fmt: skip


@pytest.fixture
def listener(server: FakeServer) -> FakeServer:
    """Somebody of quality, and one recording with all that can happen."""
    server.me["roles"] = ["quality"]
    server.me["rights"] |= {"recording:r": "A", "recording:x": "A"}
    server.answers |= {
        "/recordings": (200, {"items": [TOLD], "next": None}),
        "/recordings/R1": (200, TOLD),
    }
    return server


async def test_one_that_is_chosen_far_down_comes_into_sight_and_older_ones_by_a_button(
    browse: Callable[..., Any], listener: FakeServer
) -> None:
    many = [TOLD | {"id": f"S{at}"} for at in range(60)]
    listener.answers["/recordings"] = (200, {"items": [*many, TOLD], "next": "abc"})
    async with browse("/recordings", viewport={"width": 1300, "height": 600}) as page:
        await page.click('[data-act="more"]')
        await shown(page, "document.querySelectorAll('.rows tbody tr').length === 122")
        await page.locator('[data-recording="R1"] td:nth-child(3)').last.click()
        await page.wait_for_selector(".chosen .why")
        top = "document.querySelector('.chosen').getBoundingClientRect().top"
        await shown(page, f"{top} >= 0 && {top} < innerHeight")


async def test_where_nothing_was_kept_is_hatched_and_what_cannot_be_heard_is_told(
    browse: Callable[..., Any], listener: FakeServer, screens: Path
) -> None:
    sides = [[at * 7 % 200 for at in range(1200)], [at * 11 % 150 for at in range(1200)]]
    server = listener
    server.answers |= {
        "/recordings/R1/plays": (200, {"url": "/api/v1/recordings/R1/audio?pass=x"}),
        "/recordings/R1/peaks": (200, {"sides": sides}),
        "/recordings/R1/audio": (404, "not-found"),
    }
    async with browse("/recordings?recording=R1", viewport={"width": 1300, "height": 800}) as page:
        await page.fill('input[name="reason"]', "a complaint")
        await page.click('[data-act="open"]')
        await page.wait_for_selector(".wave")
        pause = page.locator('.lanes .span[data-mark="pause"]')
        assert "silent" in await pause.evaluate("it => getComputedStyle(it).fill")
        assert float(await pause.get_attribute("x")) == 100
        assert float(await pause.get_attribute("width")) == 100
        await server.until(lambda: len(server.found("POST", "/recordings/R1/plays")) == 2)
        await page.locator("audio").evaluate("it => it.dispatchEvent(new Event('error'))")
        await page.wait_for_selector('.notice[data-kind="error"]')
        assert len(server.found("POST", "/recordings/R1/plays")) == 2, "once more, not for ever"
        await page.screenshot(path=screens / "recordings-marks.png", full_page=True)


async def test_on_a_small_screen_nothing_leaves_it(
    kept: tuple[TicketOffice, RecordingParts],
) -> None:
    at, _parts = kept
    small = {"width": 390, "height": 800}
    async with at.at("kemal", f"/recordings?recording={TALK}", viewport=small) as page:
        await opened(page)
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
