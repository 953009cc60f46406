"""The page of surveys in a real browser on the real API: funnel, intervals, comments, texts."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from sqlalchemy import update

from ivr.runtime.memory.clock import VirtualClock
from ivr.store.opening import SqlStore
from ivr.store.tables import survey_plan
from tests.fakes.fresh_store import fresh_file
from tests.fakes.opinions import Opinions, published
from tests.fakes.survey_house import MORNING
from tests.fakes.ticket_pages import ticket_office
from tests.fakes.wave_house import WaveHouse
from tests.surveys.files.test_by_agents import survey as of_agents

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.ticket_pages import TicketOffice

PLAN = 1
DAY = timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="session")
async def office(tmp_path: Path) -> AsyncIterator[TicketOffice]:
    """A house that has asked its callers for ten weeks."""
    path = tmp_path / "pages.db"
    fresh_file(path)
    async with ticket_office(path) as made:
        await asked(await published(made.desk.store.database, made.desk.at))
        yield made


async def asked(book: Opinions) -> None:
    dice = Random(3)  # noqa: S311 - the same answers each time
    for week in range(10):
        at, bad = book.at - week * 7 * DAY, 4 if week == 0 else 1
        many = 12 if week == 4 else 42
        csat = dice.choices([5, 4, 3, 2, 1], [9, 7, bad, bad, bad], k=many)
        nps = dice.choices(range(11), [bad, 1, 1, 1, 1, 2, 2, 4, 5, 9, 9], k=many)
        queue = ("cards", "loans", "general")[week % 3]
        await book.crowd(PLAN, csat, nps, queue=queue, created_at=at, rate=(0.5, 0.25)[week % 2])
    for state, reason in (("missed", "caller_left_first"),) * 3 + (("suppressed", "gap"),) * 2:
        await book.invite(PLAN, state, reason, queue="cards")
    words = "Çok uzun bekledim, sonra <b>hat</b> kesildi."
    await book.answered(PLAN, ("csat", 1), ("nps", 0), comment=words, queue="cards")
    await book.answered(PLAN, ("csat", 5), ("nps", 10), comment="Ayşe Hanım çok yardımcı oldu.")
    day = book.at.date()
    level = await book.add(
        "metric_baseline", plan="support/after_call", metric="csat", dims="queue=cards", unit="day",
        season=day, since=day - 84 * DAY, until=day, hits=820, n=1000, frozen_at=book.at,
    )  # fmt: skip
    await book.add(
        "metric_alarm", public_id="a" * 26, plan="support/after_call", metric="csat",
        dims="queue=cards", unit="day", rule="ewma", window=day, value=0.58, n=43, p=0.0001,
        baseline_id=level, dedupe_key="x", raised_at=book.at,
    )  # fmt: skip


async def test_the_funnel_and_the_scores_are_shown_with_n_and_interval(
    office: TicketOffice,
) -> None:
    async with office.at("kemal", "/surveys?survey=support&days=90") as page:
        await page.wait_for_selector(".figures tbody tr")
        stages = {
            name: await page.inner_text(f'[data-stage="{name}"] b')
            for name in ("eligible", "invitable", "reached", "completed")
        }
        assert stages == {"eligible": "397", "invitable": "395", "reached": "392",
                          "completed": "392"}  # fmt: skip
        csat = await page.inner_text('[data-score="csat"]')
        assert "n = 392 · " in csat
        assert " to " in csat
        assert await page.locator('[data-score="ces"]').count() == 0, "nobody was asked"
        assert await page.locator(".trend .period").count() == 10
        assert await page.locator(".trend .point").count() == 9, "twelve answers are no value"
        await page.click('[data-trend="nps"]')
        await page.wait_for_selector('[data-trend="nps"][aria-pressed="true"]')
        await page.select_option('[name="by"]', "agent")
        await page.wait_for_url("**by=agent**")
        await page.wait_for_selector('.figures thead th:has-text("Agent")')


async def test_of_a_plan_with_a_quota_it_says_that_weights_do_not_hold(
    office: TicketOffice,
) -> None:
    limited = {"when": "post_call", "seed": "s", "quota": {"segment": {"corporate": "100"}}}
    change = update(survey_plan).values(definition=limited)
    async with office.at("kemal", "/surveys?survey=support&days=90") as page:
        await page.wait_for_selector(".figures tbody tr")
        assert await page.locator("[data-quota]").count() == 0
    await office.desk.store.database.change(lambda it: it.execute(change))
    async with office.at("kemal", "/surveys?survey=support&days=90") as page:
        assert "weighted" in await page.inner_text("[data-quota]")


async def test_comments_alarms_and_texts_stand_behind_tabs(office: TicketOffice) -> None:
    async with office.at("kemal", "/surveys?survey=support&tab=comments") as page:
        await page.select_option('[name="order"]', "lowest")
        first = page.locator(".said li").first
        await first.locator(".tag.bad >> nth=0").wait_for()
        assert "<b>hat</b>" in await first.inner_text(), "words stay words"
        await page.click('.sections a:has-text("Alarms")')
        alarm = await page.inner_text('[data-alarm="ewma"]')
        assert "58%" in alarm
        assert "82%" in alarm
        await page.click('.sections a:has-text("Texts")')
        await page.wait_for_selector(".bubble")
        assert "2 messages · UCS-2" in await page.inner_text(".bubble >> nth=0")
        await page.click('[data-text-language="en"]')
        await page.wait_for_selector('.bubble:has-text("1 message · GSM-7")')


async def test_an_administrator_sees_texts_and_no_scores(office: TicketOffice) -> None:
    async with office.at("deniz", "/surveys?survey=support") as page:
        await page.wait_for_selector(".bubble")
        assert await page.locator(".sections a").count() == 1
        assert await page.locator(".funnel").count() == 0


@pytest.mark.parametrize(
    ("size", "scheme", "language", "tab"),
    [
        ((1366, 768), "light", "tr", "results"),
        ((1366, 768), "dark", "en", "results"),
        ((390, 844), "dark", "tr", "results"),
        ((390, 844), "light", "en", "comments"),
        ((1366, 768), "light", "tr", "alarms"),
        ((1366, 768), "dark", "tr", "texts"),
    ],
)
async def test_it_fits_every_look(
    office: TicketOffice,
    screens: Path,
    size: tuple[int, int],
    scheme: str,
    language: str,
    tab: str,
) -> None:
    width, height = size
    look = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    address = f"/surveys?survey=support&days=90&tab={tab}"
    async with office.at("kemal", address, language, **look) as page:
        await page.wait_for_selector(
            {"results": ".figures tbody tr", "comments": ".said li", "alarms": "[data-alarm]",
             "texts": ".bubble"}[tab]
        )  # fmt: skip
        await page.wait_for_selector(".funnel")
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        name = f"surveys-{tab}-{width}-{scheme}-{language}.png"
        await page.screenshot(path=str(screens / name), full_page=True)


@pytest_asyncio.fixture(loop_scope="session")
async def waves(tmp_path: Path) -> AsyncIterator[TicketOffice]:
    """A house whose planned survey has had two waves, the second of them not over yet."""
    path = tmp_path / "pages.db"
    fresh_file(path)
    async with ticket_office(path) as made:
        store = made.desk.store
        assert isinstance(store, SqlStore)
        house = WaveHouse(store, VirtualClock(MORNING))
        numbers = await house.people(3)
        await house.person()
        await house.publish()
        await house.round(days=7)
        await house.deliver()
        await house.writes("5", numbers[0])
        await house.round(days=7)
        later = datetime.now(UTC) + timedelta(days=30)  # noqa: TID251 - the browser's own clock
        await house.set_wave(ends_at=max(later, made.desk.at + timedelta(days=30)))
        yield made


async def test_waves_show_their_funnel_and_an_administrator_stops_one(waves: TicketOffice) -> None:
    async with waves.at("deniz", "/surveys?survey=support&tab=waves") as page:
        first = page.locator('[data-wave="2026-11-30T10:00"]')
        assert await first.locator('[data-stage="completed"] b').inner_text() == "1"
        assert await first.locator('[data-stage="invitable"] b').inner_text() == "3"
        assert "no consent: 1" in await first.inner_text()
        await first.locator("[data-stop]").click()
        await page.click('[data-act="wave-stop"]')
        await page.wait_for_selector('[data-wave="2026-11-30T10:00"] .tag:has-text("stopped")')
        assert "deniz" in await first.inner_text()


async def test_an_administrator_begins_a_wave_by_hand_after_he_was_asked_twice(
    waves: TicketOffice,
) -> None:
    async with waves.at("deniz", "/surveys?survey=support&tab=waves") as page:
        await page.click('[data-wave="2026-11-30T10:00"] [data-stop]')
        await page.click('[data-act="wave-stop"]')
        await page.wait_for_selector('[data-wave="2026-11-30T10:00"] .tag:has-text("stopped")')
        await page.click("[data-start]")
        await page.click('[data-act="wave-start"]')
        begun = page.locator(".waves [data-wave]:has([data-begun-by])")
        await begun.wait_for()
        assert "Begun by hand by deniz" in await begun.inner_text()
        assert await page.locator("dialog").count() == 0
        assert len(await waves.desk.rows("survey_wave")) == 3


async def test_an_administrator_pauses_a_plan_and_it_is_shown(
    waves: TicketOffice, screens: Path
) -> None:
    async with waves.at("deniz", "/surveys?survey=support&tab=waves") as page:
        await page.click("[data-pause]")
        await page.click('[data-act="plan-support-round"]')
        await page.wait_for_selector('[data-survey="support"] .tag.bad:has-text("Paused")')
        assert await page.locator("[data-start]").count() == 0
        await page.screenshot(path=str(screens / "surveys-paused.png"), full_page=True)
        await page.click("[data-resume]")
        await page.wait_for_selector("[data-pause]")
        await page.screenshot(path=str(screens / "surveys-start.png"), full_page=True)
        assert await page.locator(".tag.bad").count() == 0


async def test_words_that_come_late_take_no_others_away(waves: TicketOffice) -> None:
    """Catalogs are loaded one beside the other; the first load, of the fewest, ends last."""
    others, held = asyncio.Event(), list[str]()

    async def late(route: Any) -> None:  # noqa: ANN401 - see browse
        if not held:
            held.append(route.request.url)
            await others.wait()
        await route.continue_()

    def heard(response: Any) -> None:  # noqa: ANN401 - see browse
        if "/i18n/reports/" in response.url:
            others.set()

    async with waves.at("kemal", "/surveys?survey=support&tab=waves") as page:
        await page.route("**/i18n/reports/*.json", late)
        page.on("response", heard)
        await page.reload()
        await page.wait_for_selector("[data-ahead]")
        assert held
        await page.wait_for_load_state("networkidle")
        assert await page.inner_text("[data-ahead]") == "Who would be asked?"


async def test_who_would_be_asked_is_told_without_numbers_in_full(waves: TicketOffice) -> None:
    async with waves.at("kemal", "/surveys?survey=support&tab=waves") as page:
        assert await page.locator("[data-stop], [data-start]").count() == 0
        await page.click("[data-ahead]")
        await page.wait_for_selector(".ahead tbody tr")
        told = await page.inner_text(".ahead")
        assert "of the 4 who were looked at" in told
        assert "•" in told
        assert "+9053" not in told.replace(" ", "")


@pytest.mark.parametrize(
    ("size", "scheme", "language"),
    [((1366, 768), "light", "tr"), ((390, 844), "dark", "en")],
)
async def test_waves_fit_every_look(
    waves: TicketOffice, screens: Path, size: tuple[int, int], scheme: str, language: str
) -> None:
    look = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
    address = "/surveys?survey=support&tab=waves"
    async with waves.at("kemal", address, language, **look) as page:
        await page.wait_for_selector(".waves .funnel")
        await page.click("[data-ahead]")
        await page.wait_for_selector(".ahead tbody tr")
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        name = f"surveys-waves-{size[0]}-{scheme}-{language}.png"
        await page.screenshot(path=str(screens / name), full_page=True)


async def test_what_agents_are_asked_has_no_funnel_and_leads_to_its_report(
    office: TicketOffice, screens: Path
) -> None:
    survey = of_agents()
    book = Opinions(office.desk.store.database, at=office.desk.at)
    await book.version("impression", digest=survey.hash, definition=json.loads(survey.definition))
    plan = survey.plans["after_call"]
    made = json.loads(plan.definition)
    await book.plan("after_call", "impression", definition=made, public_id="p" * 26)
    async with office.at("kemal", "/surveys") as page:
        card = page.locator('[data-survey="impression"]')
        await card.wait_for()
        shown = await card.inner_text()
        assert "At the desk" in shown
        assert "Nobody was chosen" not in shown
        assert await card.locator(".funnel").count() == 0
        link = card.locator("[data-agents] a")
        assert await link.get_attribute("href") == "/reports?report=R21"
        await card.locator("h2 a").click()
        await page.wait_for_selector(".chosen")
        assert await page.locator(".chosen nav a").count() == 1
        assert "Müşteri görüşmeden ne kadar memnun" in await page.inner_text(".chosen")
        await page.screenshot(path=str(screens / "surveys-of-agents.png"), full_page=True)
