"""The wallboard in a real browser: figures, their age, and what a supervisor may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.web.pages.fake_server import AGENT, OVERSEER, from_now, queue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.pages.fake_server import FakeServer

MEHMET = AGENT | {"agent": "mehmet", "display": "Mehmet Öz", "number": 3, "version": 4}


def oversee(server: FakeServer) -> None:
    server.me |= {"roles": ["supervisor"], "agent": False, "rights": OVERSEER}
    server.knows |= {
        "me": None, "queues": [queue(), queue("loans")],
        "agents": [MEHMET | {"state": "talking", "call": "c-5"}, AGENT],
    }  # fmt: skip


async def row(page: Any, name: str) -> dict[str, str]:  # noqa: ANN401 - see browse
    cells = page.locator(f'tr[data-queue="{name}"] td')
    return {
        await cells.nth(i).get_attribute("data-name"): (await cells.nth(i).inner_text()).strip()
        for i in range(await cells.count())
    }


async def test_the_figures_are_those_of_the_server(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.knows["queues"] = [queue()]
    async with browse("/wallboard") as page:
        await page.wait_for_selector(".queues")
        first = await row(page, "cards")
        assert first["service"].split() == ["84%", "F3", "n=100", "30", "min", "75%", "n=8"]
        assert first["estimate"] == "2 min n=40, covers 80%"
        assert first["oldest"] in {"0:12", "0:13"}
        assert "Talking 5" in first["agents"].replace("\n", " ")
        level = {"variant": "F3", "num": 0, "den": 0}
        new = queue(waiting=4, oldest_s=45, answered=121, service_level=level, estimate_min=None)
        await server.figure("queues", new)
        await page.wait_for_selector("tr.late")
        then = await row(page, "cards")
        figures = [then[name] for name in ("waiting", "answered", "abandoned", "overflowed")]
        assert figures == ["4", "121", "7", "1"]
        assert then["service"].startswith("– F3 n=0"), "no calls are not 0 %"
        assert then["estimate"].startswith("–")
        assert "late" in then["oldest"]
        level |= {"variant": "F8", "counted": "A+B-s+V", "den": 4, "num": 3}
        await server.figure("queues", queue(service_level=level))
        await page.wait_for_selector('td[data-name=service]:has-text("F8")')
        assert (await row(page, "cards"))["service"].startswith("75% F8 (A+B-s+V) n=4")


async def test_old_figures_say_how_old_they_are(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.heartbeat_s = 4
    server.knows["queues"] = [queue()]
    async with browse("/wallboard") as page:
        await page.wait_for_selector(".queues")
        assert await page.locator(".age").count() == 0
        await page.wait_for_selector('.age:has-text("DATA 5 s OLD")')
        assert await page.locator(".board.old").count() == 1
        await server.figure("queues", queue(waiting=9))
        await page.wait_for_selector(".age", state="detached")


async def test_agents_follow_the_news_and_keep_their_names(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    oversee(server)
    async with browse("/wallboard") as page:
        await page.wait_for_selector('[data-agent="mehmet"]:has-text("Talking")')
        nameless = {key: value for key, value in MEHMET.items() if key != "display"}
        await server.figure("agents", nameless | {"state": "break", "reason": "coffee"})
        await page.wait_for_selector('[data-agent="mehmet"]:has-text("Coffee")')
        assert "Mehmet Öz" in await page.inner_text('[data-agent="mehmet"]')
        await page.fill('[type="search"]', "OZ")
        assert await page.locator(".roster li").count() == 1


async def test_an_agent_sees_no_supervisors_buttons(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.knows |= {"agents": [MEHMET | {"state": "talking", "call": "c-5"}], "queues": [queue()]}
    async with browse("/wallboard") as page:
        await page.wait_for_selector(".roster li")
        assert await page.locator(".tools, .figure").count() == 0


async def test_what_the_queue_of_a_call_forbids_has_no_button(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    oversee(server)
    server.knows["agents"][0]["monitor"] = ["listen"]
    async with browse("/wallboard") as page:
        await page.wait_for_selector('[data-agent="mehmet"] [data-act="listen"]')
        tools = page.locator('[data-agent="mehmet"]')
        assert await tools.locator('[data-act="whisper"], [data-act="barge"]').count() == 0
        assert await tools.locator('[data-act="take-over"]').count() == 1


async def test_listening_needs_a_reason_and_can_be_ended(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    oversee(server)
    async with browse("/wallboard") as page:
        await page.click('[data-agent="mehmet"] [data-act="listen"]')
        await page.wait_for_selector("dialog input:focus")
        assert await page.is_disabled('dialog [data-act="listen"]')
        await page.keyboard.type("new colleague")
        await page.keyboard.press("Enter")
        await server.until(lambda: server.found("POST", "/calls/c-5/monitor"))
        asked = server.found("POST", "/calls/c-5/monitor")[0].body
        assert asked == {"mode": "listen", "reason": "new colleague"}
        await page.wait_for_selector('.talk:has-text("Listening")')
        await page.click('[data-act="monitor-end"]')
        await server.until(lambda: server.found("POST", "/calls/c-5/monitor-end"))
        await page.wait_for_selector(".talk", state="detached")


async def test_a_state_is_forced_with_version_and_reason(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    oversee(server)
    async with browse("/wallboard") as page:
        await page.click('[data-agent="mehmet"] [data-act="force"]')
        await page.select_option("dialog select", "offline")
        await page.fill("dialog input", "left his desk")
        await page.click('dialog [data-act="force"]')
        await server.until(lambda: server.found("POST", "/agents/mehmet/state"))
        asked = server.found("POST", "/agents/mehmet/state")[0]
        assert asked.body == {"state": "offline", "reason": "left his desk"}
        assert asked.version == "4"


async def test_it_is_seen_who_is_not_put_through_now(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    oversee(server)
    waits = {"call": "c-8", "caller": "+905321234567", "waited_s": 31, "priority": "normal"}
    calls = [{**waits, "state": "held"}, {**waits, "call": "c-9", "state": "waiting"}]
    server.answers["/queues/cards/waiting"] = (200, {"items": calls, "next": None})
    async with browse("/wallboard") as page:
        await page.click('[data-queue="cards"] .figure')
        await page.wait_for_selector("dialog li:nth-child(2)")
        held = await page.locator('dialog li [data-state="held"]').all_inner_texts()
        assert [text.strip() for text in held] == ["entering something"]


async def test_each_figure_of_the_day_opens_the_waits_behind_it(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    oversee(server)
    wait: dict[str, Any] = {"ticket": "t-1", "call": "c-1", "caller": "+905321234567"}
    wait |= {
        "agent": "mehmet",
        "joined_at": from_now(-95),
        "ended_at": from_now(-60),
        "waited_s": 35,
    }
    rows = [
        wait | {"end": "answered", "in_time": False},
        wait | {"ticket": "t-2", "caller": None, "agent": "", "end": "abandoned", "in_time": True},
    ]
    found = {"items": rows, "next": None, "count": 2, "in_time": 1}
    server.answers["/queues/cards/waits"] = (200, found)
    async with browse("/wallboard") as page:
        await page.click('[data-queue="cards"] [data-figure="service_level"]')
        await page.wait_for_selector("dialog li:nth-child(2)")
        assert "1 of 2 waits in time" in await page.inner_text("dialog")
        first, second = await page.locator("dialog li").all_inner_texts()
        assert "+90 532 123 45 67" in first
        assert "waited 0:35" in first.replace("\n", " ")
        assert "answered · Mehmet Öz" in first
        assert "gave up" in second
        await page.keyboard.press("Escape")
        await page.wait_for_selector("dialog", state="detached")
        await page.click('[data-queue="cards"] [data-span="30m"]')
        await page.wait_for_selector('dialog:has-text("the last 30 minutes")')
        await page.keyboard.press("Escape")
        for figure in ("answered", "abandoned", "overflowed"):
            await page.click(f'[data-queue="cards"] [data-figure="{figure}"]')
            await page.wait_for_selector("dialog li:nth-child(2)")
            await page.keyboard.press("Escape")
            await page.wait_for_selector("dialog", state="detached")


async def test_promised_calls_are_listed_and_given_up_when_asked_twice(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    oversee(server)
    server.me["rights"] = {**OVERSEER, "callback:r": "t", "callback:x": "t"}
    server.knows["queues"] = [queue(promised=2, promised_oldest_s=75)]
    now: dict[str, Any] = {
        "id": "p-1",
        "caller": "+905321234567",
        "due": from_now(-5),
        "until": from_now(900),
    }
    now |= {"tries": 1, "attempts": 3, "call": None}
    later = now | {"id": "p-2", "due": from_now(3600), "until": from_now(7200), "tries": 0}
    server.answers["/queues/cards/callbacks"] = (200, {"items": [now, later], "next": None})
    async with browse("/wallboard") as page:
        await page.wait_for_selector('[data-queue="cards"] [data-figure="promised"]')
        assert (await row(page, "cards"))["promised"].split() == ["2", "1:15"]
        await page.click('[data-queue="cards"] [data-figure="promised"]')
        await page.wait_for_selector("dialog li:nth-child(2)")
        first, second = await page.locator("dialog li").all_inner_texts()
        assert all(said in first for said in ("+90 532 123 45 67", "their turn", "try 1 of 3"))
        assert " to " in second
        await page.click('dialog li:first-child [data-act="ask-drop"]')
        assert not server.found("DELETE", "/callbacks/p-1")
        await page.click('dialog li:first-child [data-act="drop"]')
        await server.until(lambda: server.found("DELETE", "/callbacks/p-1"))


async def test_an_agent_is_shown_with_calls_misses_and_how_soon_the_pop_is_there(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    oversee(server)
    server.knows["agents"] = [MEHMET | {"calls": 3, "misses": 1, "pop_ms": 100}, AGENT]
    async with browse("/wallboard") as page:
        shown = await page.inner_text('[data-agent="mehmet"]')
        assert all(said in shown for said in ("3 calls today", "1 missed", "pop within 100 ms"))
        other = await page.inner_text('[data-agent="ayse"]')
        assert not any(said in other for said in ("today", "missed", "pop"))


async def test_agents_see_figures_that_open_nothing(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.knows["queues"] = [queue()]
    async with browse("/wallboard") as page:
        await page.wait_for_selector(".queues")
        assert await page.locator(".queues button").count() == 0


async def test_waiting_calls_are_listed_moved_and_put_before_others(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    oversee(server)
    waits = {"call": "c-8", "caller": "+905321234567", "waited_s": 31, "priority": "normal"}
    server.answers["/queues/cards/waiting"] = (200, {"items": [waits], "next": None})
    async with browse("/wallboard") as page:
        await page.click('[data-queue="cards"] .figure')
        await page.wait_for_selector('dialog li:has-text("+90 532 123 45 67")')
        await page.click('dialog [data-act="priority"]')
        await page.select_option("dialog select", "vip")
        await page.fill("dialog form input", "waits since yesterday")
        await page.click('dialog form [data-act="priority"]')
        await server.until(lambda: server.found("POST", "/calls/c-8/priority"))
        body = server.found("POST", "/calls/c-8/priority")[0].body
        assert body == {"priority": "vip", "reason": "waits since yesterday"}
        await page.wait_for_selector("dialog form", state="detached")
        await page.click('dialog [data-act="move"]')
        await page.fill("dialog form input", "wrong queue")
        await page.click('dialog form [data-act="move"]')
        await server.until(lambda: server.found("POST", "/calls/c-8/move"))
        moved = server.found("POST", "/calls/c-8/move")[0].body
        assert moved == {"queue": "loans", "reason": "wrong queue"}


def alarm(name: str = "cards_sl", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """An alarm that has been on for a minute and a half."""
    return {
        "alarm": name, "queue": "cards", "metric": "service_level", "variant": "F3",
        "window_s": 1800, "min_n": 20, "state": "firing", "since": from_now(-90), "value": 63.46,
        "n": 52, "fire": {"below": 70, "above": None, "for_s": 180},
        "clear": {"above": 75, "below": None, "for_s": 300}, "fired_at": from_now(-90),
        "acknowledged_by": "", "acknowledged_at": None, **changes,
    }  # fmt: skip


def wait(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """One that somebody has seen, half a minute old."""
    since = {"fired_at": from_now(-30), "since": from_now(-30), "acknowledged_by": "deniz"}
    limit = {"fire": {"above": 300, "below": None, "for_s": 0}}
    what = {"metric": "oldest_wait", "variant": "", "value": 320, "n": None}
    return alarm("cards_wait", **{**what, **limit, **since, **changes})


async def shown(page: Any, name: str) -> str:  # noqa: ANN401 - see browse
    return " ".join((await page.inner_text(f'[data-alarm="{name}"]')).split())


async def test_alarms_that_are_on_stand_above_all_and_are_acknowledged(
    browse: Callable[..., Any], server: FakeServer, screens: Path
) -> None:
    oversee(server)
    server.me["rights"] = {**OVERSEER, "alarm:r": "t", "alarm:x": "t"}
    blind = alarm("quiet", state="no_data", value=None, n=3, fired_at=None)
    server.knows["alarms"] = [wait(), alarm(), blind, alarm("fine", state="ok", fired_at=None)]
    async with browse("/wallboard") as page:
        await page.wait_for_selector(".alarms li")
        first = await shown(page, "cards_sl")
        assert first.startswith("Cards Service level 63.5% (F3, n=52) limit: below 70%")
        assert "Longest wait 5:20 limit: above 5:00" in await shown(page, "cards_wait")
        assert "seen by deniz" in await shown(page, "cards_wait")
        names = await page.locator(".alarms li").evaluate_all(
            "all => all.map(x => x.dataset.alarm)"
        )
        assert names == ["cards_sl", "cards_wait"]
        assert await page.inner_text('[data-name="blind"]') == "No data for: quiet (Cards)"
        await page.screenshot(path=screens / "wallboard-alarms.png")
        await page.click('[data-act="alarm-cards_sl"]')
        await server.until(lambda: server.found("POST", "/alarms/cards_sl/acknowledge"))
        await server.figure("alarms", alarm(acknowledged_by="ayse", state="clearing"))
        await page.wait_for_selector('[data-alarm="cards_sl"].seen')
        assert "clearing" in await shown(page, "cards_sl")
        await server.figure("alarms", alarm(state="ok", fired_at=None))
        await page.wait_for_selector('[data-alarm="cards_sl"]', state="detached")
        await server.figure("alarms", wait(state="removed"))
        await page.wait_for_selector('[data-alarm="cards_wait"]', state="detached")


async def test_who_may_not_acknowledge_sees_alarms_without_a_button(
    browse: Callable[..., Any], server: FakeServer, screens: Path
) -> None:
    oversee(server)
    server.me["rights"] = {**OVERSEER, "alarm:r": "A"}
    server.me["language"] = "tr"
    server.knows["alarms"] = [alarm(), wait()]
    async with browse("/wallboard") as page:
        await page.wait_for_selector(".alarms li")
        text = await shown(page, "cards_sl")
        assert text.startswith("Kartlar Hizmet düzeyi %63,5 (F3, n=52) sınır: %70 altı")
        assert await page.locator(".alarms button").count() == 0
        await page.screenshot(path=screens / "wallboard-alarms-tr.png")


async def test_an_alarm_that_was_taken_out_while_the_page_was_cut_off_does_not_stay(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    oversee(server)
    server.me["rights"] = {**OVERSEER, "alarm:r": "t"}
    server.knows["alarms"] = [alarm(), wait()]
    async with browse("/wallboard") as page:
        await page.wait_for_selector('[data-alarm="cards_sl"]')
        await server.tell("agent.changed", AGENT)
        await server.until(lambda: any("ack" in said for said in server.heard))
        await server.cut(1012)
        await page.wait_for_selector('[data-alarm="cards_sl"]', state="detached")
        await page.wait_for_selector('[data-link="connected"]')
        await server.figure("alarms", wait())
        await page.wait_for_selector('[data-alarm="cards_wait"]')
