"""Reports in a real browser: what is asked, bars with interval and goal, and the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ivr.reports.kinds import REPORTS
from ivr.web.api.reports.shapes import ShareOut, report_out

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.pages.fake_server import FakeServer


def share(num: int, of: int, *ends: float) -> dict[str, Any]:
    value = 100 * num / of if of else None
    low, high = ends or (None, None)
    return ShareOut(percent=value, num=num, n=of, low=low, high=high).model_dump()


def told(report: str, by: str, *rows: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """A report with some of its columns filled; the last row is the total."""
    shape = report_out(REPORTS[report])
    usual = {"share": share(0, 0), "count": 0}

    def row(label: str, cells: dict[str, Any]) -> dict[str, Any]:
        filled = [cells.get(each.name, usual.get(each.unit)) for each in shape.columns]
        return {"labels": [label], "cells": filled, "goals": cells.get("goals", {})}

    made = [row(*each) for each in rows]
    return {
        "report": shape.model_dump(), "since": "2026-11-01T00:00:00Z",
        "until": "2026-12-01T00:00:00Z", "zone": "Europe/Istanbul",
        "made_at": "2026-12-01T09:00:00Z", "by": [by], "rows": made[:-1], "total": made[-1],
    }  # fmt: skip


AIM = {"f3": {"value": 80.0, "at_least": True, "verdict": "open"}}


@pytest.fixture
def reports(server: FakeServer) -> FakeServer:
    """A server that knows three reports."""
    server.me |= {"rights": {**server.me["rights"], "report:r": "A"}}
    items = [report_out(REPORTS[name]).model_dump() for name in ("R11", "R2", "R13")]
    level = share(84, 100, 75.58, 89.9)
    server.answers |= {
        "/reports": (200, {"items": items, "next": None}),
        "/categories": (200, {"items": []}),
        "/statuses": (200, {"items": []}),
        "/reports/R11": (200, told(
            "R11", "metric",
            ("first_response", {"attainment": share(84, 100, 75.58, 89.9), "finished": 100}),
            ("resolution", {"finished": 0}),
            ("", {"attainment": share(84, 100, 75.58, 89.9), "finished": 100}),
        )),
        "/reports/R2": (200, told(
            "R2", "queue", ("cards", {"f3": level, "goal": 80.0, "goals": AIM}),
            ("", {"goal": 80.0}),
        )),
        "/reports/R13": (200, told("R13", "age", ("1: 0-1 d", {"open": 7}), ("", {"open": 7}))),
    }  # fmt: skip
    return server


async def test_the_first_report_is_shown_with_n_and_interval(
    browse: Callable[..., Any], reports: FakeServer, screens: Path
) -> None:
    async with browse("/reports") as page:
        await page.wait_for_selector(".figures")
        cell = (await page.inner_text('tbody [data-name="attainment"] >> nth=0')).split("\n")
        assert cell == ["84%", "n = 100 · 75.58% to 89.9%"]
        assert await page.inner_text('tbody [data-name="attainment"] >> nth=1') == "–\nn = 0"
        assert await page.inner_text("tbody th >> nth=0") == "First response"
        assert await page.locator(".bars .bar").count() == 1, "nothing of nothing is no bar"
        assert await page.locator(".bars .sure").count() == 1
        link = urlsplit(await page.get_attribute("a.csv", "href"))
        assert link.path == "/api/v1/reports/R11"
        assert parse_qs(link.query)["format"] == ["csv"]
        await page.screenshot(path=str(screens / "reports-wide-en.png"), full_page=True)


async def test_a_paired_difference_has_a_sign_n_and_its_interval(
    browse: Callable[..., Any], reports: FakeServer, screens: Path
) -> None:
    ayse = {
        "said": 40, "pairs": 30, "alone": share(10, 40, 14.19, 40.19), "wordings": 1,
        "agent": {"mean": 4.2, "n": 30, "low": 3.9, "high": 4.5},
        "caller": {"mean": 3.7, "n": 30, "low": 3.3, "high": 4.1},
        "gap": {"mean": 0.5, "n": 30, "low": 0.08, "high": 0.92},
        "alone_agent": {"mean": None, "n": 10, "low": 2.9, "high": 4.6},
    }  # fmt: skip
    listed = reports.answers["/reports"][1]["items"]
    listed.append(report_out(REPORTS["R21"]).model_dump())
    reports.answers["/reports/R21"] = (200, told("R21", "agent", ("ayse", ayse), ("", ayse)))
    async with browse("/reports?report=R21") as page:
        await page.wait_for_selector(".figures")
        cell = (await page.inner_text('tbody [data-name="gap"]')).split("\n")
        assert cell == ["+0.5", "n = 30 · +0.08 to +0.92"]
        assert await page.inner_text('tbody [data-name="agent"]') == "4.2\nn = 30 · 3.9 to 4.5"
        few = await page.inner_text('tbody [data-name="alone_agent"]')
        assert few == "–\nn = 10, too few · 2.9 to 4.6"
        assert await page.locator(".bars .sure").count() == 1
        await page.screenshot(path=str(screens / "reports-agent-scores.png"), full_page=True)


async def test_the_goal_is_a_line_where_there_is_one(
    browse: Callable[..., Any], reports: FakeServer, screens: Path
) -> None:
    reports.me["language"] = "tr"
    small = {"viewport": {"width": 400, "height": 800}, "locale": "tr-TR"}
    async with browse("/reports?report=R2", **small) as page:
        await page.wait_for_selector(".bars .goalname")
        assert await page.text_content(".bars .goalname") == "Hedef %80"
        assert "%84" in await page.inner_text('tbody [data-name="f3"]')
        assert await page.inner_text(".aim.open") == "≥ %80 · belirsiz"
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, "only the table scrolls sideways"
        await page.screenshot(path=str(screens / "reports-narrow-tr.png"), full_page=True)


async def test_the_address_holds_the_question(
    browse: Callable[..., Any], reports: FakeServer
) -> None:
    async with browse("/reports?report=R11&since=2026-11-01&until=2026-11-30") as page:
        await page.wait_for_selector(".figures")
        await page.select_option('[name="by"]', "day")
        await page.wait_for_url("**by=day**")
        await page.select_option('[name="and_by"]', "team")
        await page.wait_for_url("**by=day%2Cteam**")
        await page.fill('[name="category"]', "card")
        await page.press('[name="category"]', "Enter")
        await page.wait_for_url("**category=card**")
        await page.click('[data-period="today"]')
        await page.wait_for_selector('[data-period="today"][aria-pressed="true"]')
        await page.select_option('[name="report"]', "R13")
        await page.wait_for_selector('tbody th:has-text("0-1 d")')
        assert "category" not in page.url
        assert await page.locator('[name="since"]').count() == 0, "as it stands now"


async def test_days_are_a_course_with_its_goal(
    browse: Callable[..., Any], reports: FakeServer, screens: Path
) -> None:
    missed = {"f3": {"value": 80.0, "at_least": True, "verdict": "missed"}}
    days = [
        (f"2026-11-{day:02}", {"f3": share(70 + day, 100, 60.0 + day, 80.0 + day), "goals": missed})
        for day in range(1, 15)
    ]
    days[4] = ("2026-11-05", {"f3": share(0, 0)})
    reports.answers["/reports/R2"] = (200, told("R2", "day", *days, ("", {})))
    async with browse("/reports?report=R2&by=day") as page:
        await page.wait_for_selector(".series")
        assert await page.locator(".series .line").count() == 2, "no line over a day without calls"
        assert await page.locator(".series .point.missed").count() == 13
        assert await page.locator(".series .sure").count() == 13
        assert await page.text_content(".series .goalname") == "Goal 80%"
        await page.screenshot(path=str(screens / "reports-days-en.png"), full_page=True)
        await page.select_option('[name="figure"]', "answered")
        await page.wait_for_url("**figure=answered**")
        await page.wait_for_selector(".series .sure", state="detached")


async def test_a_report_is_kept_with_a_time_that_moves_on(
    browse: Callable[..., Any], reports: FakeServer
) -> None:
    query, at = "report=R2&by=queue&period=before", "2026-11-01T00:00:00Z"
    row = {"id": "01J", "name": "Mine", "query": query, "shared": True, "owner": "ayse"}
    row |= {"mine": True, "saved_at": at}
    other = {**row, "id": "01K", "name": "Theirs", "owner": "sule", "mine": False}
    reports.answers["/saved-reports"] = (200, {"items": [row, other], "next": None})
    async with browse("/reports?report=R11&by=team") as page:
        await page.wait_for_selector('[data-saved="Theirs"]')
        assert await page.locator("[data-saved] button").count() == 1, "only one's own can be taken"
        await page.click("details summary:has-text('Keep this report')")
        await page.fill('.saved [name="name"]', "Teams")
        await page.check('.saved [name="shared"]')
        async with page.expect_response("**/saved-reports"):
            await page.click(".saved button.good")
        sent = [each for each in reports.asked if each.method == "POST"]
        [kept] = [each.body for each in sent if each.path == "/saved-reports"]
        assert kept == {
            "name": "Teams", "query": "report=R11&by=team&period=week", "shared": True,
        }  # fmt: skip
        await page.click('[data-saved="Mine"] a')
        await page.wait_for_selector('[data-period="before"][aria-pressed="true"]')
        async with page.expect_response("**/saved-reports/01J"):
            await page.click('[data-saved="Mine"] button')
    gone = [each.path for each in reports.asked if each.method == "DELETE"]
    assert gone == ["/saved-reports/01J"]


async def test_a_refusal_is_said(browse: Callable[..., Any], reports: FakeServer) -> None:
    reports.answers["/reports/R11"] = (403, "not-allowed")
    async with browse("/reports?report=R11") as page:
        await page.wait_for_selector(".wrongbox")
        assert await page.locator(".figures").count() == 0
