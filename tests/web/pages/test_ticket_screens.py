"""Pictures of the pages of tickets and customers in every look: a person looks at them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from ivr.runtime.ports.customers import Act, NewPoint
from ivr.store.customers.repository import SqlCustomers
from ivr.store.customers.work import House
from tests.fakes.fresh_store import fresh_file
from tests.fakes.intake import Pool
from tests.fakes.ticket_pages import ticket_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.ticket_pages import TicketOffice

OWNER = "01J0000000000000000000AAAA"
SIZES = {"wide": (1366, 768), "narrow": (390, 844)}
LOOKS = (
    ("wide", "light", "tr"),
    ("wide", "dark", "en"),
    ("narrow", "light", "en"),
    ("narrow", "dark", "tr"),
)


@pytest_asyncio.fixture(loop_scope="session")
async def office(tmp_path: Path) -> AsyncIterator[TicketOffice]:
    """A house in which a lot is going on, with names that are hard to show."""
    path = tmp_path / "pages.db"
    fresh_file(path)
    async with ticket_office(path) as made:
        await filled(made)
        yield made


async def filled(office: TicketOffice) -> None:
    desk, now = office.desk, office.desk.at
    await desk.add_customer(OWNER, full_name="<b>Zeynep</b> Işık & Oğulları", name_fold="zeynep")
    customers = SqlCustomers(desk.store.database, House("TR", b"key"))
    for kind, value in (("phone", "05321112233"), ("email", "zeynep@example.com")):
        await customers.add_point(OWNER, NewPoint(kind, value), Act("ayse", now))
    desk.at = now - timedelta(days=2)
    billing: dict[str, Any] = {"category": "billing.wrong_amount", "customer": OWNER, "by": "ali"}
    row = await desk.open(subject="Faturada hatalı tutar", description="İki kez ödedim.", **billing)
    for kind, author in (("message", "customer"), ("reply", "agent"), ("note", "agent")):
        await desk.say(row.number, kind, author, internal=kind == "note")
    desk.at = now
    for n in range(8):
        more: dict[str, Any] = {"tags": ("vip", "iade"), "assignee": "ayse"} if n % 3 == 0 else {}
        subject = f"{'Kart teslim edilmedi, ' * (n % 4 + 1)}adres yanlış"
        await desk.open(subject=subject, category="card", priority=n % 4 + 1, by="ayse", **more)
    pool = Pool(desk.store, at=now)
    await pool.arrive(subject="Fatura yanlış", body="Merhaba,\n\nfaturam yanlış.\n" * 3)
    await pool.arrive(subject="x" * 120, sender_name="", sender="a.very.long.address@example.com")


async def places(office: TicketOffice) -> dict[str, str]:
    """Every page, by name."""
    numbers = [row["number"] for row in await office.desk.rows("ticket")]
    items = [row["public_id"] for row in await office.desk.rows("intake_item")]
    return {
        "tickets": "/tickets?sort=number",
        "ticket": f"/tickets/{numbers[0]}",
        "intake": f"/tickets/intake?item={items[0]}",
        "promises": "/tickets/promises",
        "customers": "/customers",
        "customer": f"/customers/{OWNER}",
        "knowledge": "/knowledge",
    }


async def at_rest(page: Any) -> None:  # noqa: ANN401 - see TicketOffice
    """All that the page asks for has come."""
    await page.wait_for_selector(".page h1")
    await page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("size", "scheme", "language"), LOOKS)
async def test_pages_look_right(
    office: TicketOffice, screens: Path, size: str, scheme: str, language: str
) -> None:
    width, height = SIZES[size]
    options: dict[str, Any] = {"viewport": {"width": width, "height": height}}
    options["color_scheme"] = scheme
    async with office.at("sule", "/tickets", language, **options) as page:
        for name, path in (await places(office)).items():
            await page.goto(path)
            await at_rest(page)
            picture = screens / f"{name}-{size}-{scheme}-{language}.png"
            await page.screenshot(path=picture, full_page=True)
            assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), (
                name
            )
            assert await page.locator("main b").count() == 0, "a name is text"


async def test_small_screens_and_fingers_are_served(office: TicketOffice) -> None:
    async with office.at("sule", "/tickets", viewport={"width": 320, "height": 640}) as page:
        for path in (await places(office)).values():
            await page.goto(path)
            await at_rest(page)
            assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), (
                path
            )
            sizes = "[...document.querySelectorAll('.page button')].map(b => b.offsetHeight)"
            assert all(high >= 24 for high in await page.evaluate(sizes)), path
            nameless = """[...document.querySelectorAll('.page :is(input, select, textarea)')]
              .filter(e => !e.labels?.length && !e.getAttribute('aria-label')).map(e => e.name)"""
            assert await page.evaluate(nameless) == [], path
