"""Filing a call under a ticket at the desk, in a real browser: by mouse and by keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.web.pages.fake_server import call, pop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.pages.fake_server import FakeServer

FILING, TICKET = "/calls/c-77/filing", "/calls/c-77/ticket"
WRAPUP = {"mode": "skippable", "code_mandatory": True, "deadline": None, "may_end": True}
OPEN = {
    "number": "260042174", "subject": "Kart gelmedi", "status": "open", "category": "card.lost",
    "status_titles": {"tr": "Açık", "en": "Open"}, "due_at": "2026-11-23T15:00:00+00:00",
}  # fmt: skip
CHOICES = {
    "customer": None, "tickets": [], "filed": [], "category": "",
    "categories": [
        {"path": "card", "titles": {"tr": "Kart", "en": "Card"}},
        {"path": "card.lost", "titles": {"tr": "Kart › Kayıp", "en": "Card › Lost"}},
    ],
}  # fmt: skip
ZEYNEP = {
    "kind": "customer", "id": "K-9", "by": "ani", "evidence": "number", "own": True,
    "fields": {"name": "Zeynep Işık"},
}  # fmt: skip


def talk(server: FakeServer, *found: Any, after: bool = False, **match: Any) -> None:  # noqa: ANN401
    """A call with a pop. found: tickets of the customer. match: what the pop has found out."""
    told = {"level": 2, "rule": "ani", "result": "one", "action": "open", **match}
    records = {"records": [ZEYNEP], "suggest": []}
    whose = {"id": "u-9", "number": "K-9"} if told["result"] == "one" else None
    server.knows["pops"] = [pop(match={**records, **told}, customer=whose)]
    state = {"state": "wrapup", "wrapup": WRAPUP} if after else {"state": "talking"}
    server.knows["me"] |= {"call": "c-77", **state}
    server.knows["call"] = None if after else call()
    server.me["rights"] |= {"interaction:e": "o", "customer:a": "A"}
    server.answers[FILING] = 200, {**CHOICES, "tickets": list(found)}
    filed = {"ticket": OPEN["number"], "subject": "", "status": "open", "fresh": False}
    server.answers[TICKET] = 200, filed


async def sent(server: FakeServer) -> dict[str, Any]:
    """What the page has filed."""
    await server.until(lambda: server.found("POST", TICKET))
    return dict(server.found("POST", TICKET)[-1].body)


async def test_a_call_is_filed_under_an_open_ticket_by_keyboard_alone(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server, OPEN)
    async with browse("/desk") as page:
        await page.wait_for_selector(".filing fieldset")
        shown = await page.inner_text(".filing")
        for words in ("Zeynep Işık", "260042174", "Kart gelmedi", "Open", "due "):
            assert words in shown
        assert await page.is_checked('[name="sure"]')
        await page.focus(".sheet textarea")
        await page.keyboard.type("Yarın aranacak.")
        await page.focus('[name="ticket"][value="260042174"]')
        await page.keyboard.press("Space")
        server.answers[FILING] = 200, {**CHOICES, "tickets": [OPEN], "filed": [OPEN]}
        await page.keyboard.press("Control+Enter")
        assert await sent(server) == {
            "ticket": "260042174", "customer": "K-9", "category": "", "note": "Yarın aranacak.",
        }  # fmt: skip
        await page.wait_for_selector('.filing .good:has-text("Filed under 260042174")')


async def test_who_was_only_suggested_is_not_said_to_be_the_caller(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server, OPEN, action="suggest", records=[], suggest=[ZEYNEP])
    async with browse("/desk") as page:
        await page.wait_for_selector(".filing fieldset")
        assert not await page.is_checked('[name="sure"]')
        await page.check('[name="ticket"][value="260042174"]')
        await page.click('[data-act="file"]')
        assert (await sent(server))["customer"] == ""


async def test_one_of_several_is_picked_in_the_pop_and_a_ticket_is_opened_for_her(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    other = {**ZEYNEP, "id": "K-8", "fields": {"name": "Ali Işık"}, "reasons": ["several"]}
    talk(server, action="choose", result="many", records=[], suggest=[ZEYNEP, other])
    async with browse("/desk") as page:
        await page.wait_for_selector(".filing [name=customer]")
        assert "several customers have it" in await page.inner_text(".choose")
        await page.click('.choose li:has-text("Ali Işık") [data-act="pick-customer"]')
        await page.wait_for_selector('.filing:has-text("Ali Işık") [name="sure"]:checked')
        await page.check('[name="ticket"][value="new"]')
        assert await page.is_disabled('[data-act="file"]')
        await page.fill('[name="subject"]', "Kart gelmedi")
        await page.select_option('[name="category"]', "card.lost")
        await page.click('[data-act="file"]')
        new = {"subject": "Kart gelmedi", "category": "card.lost"}
        assert await sent(server) == {
            "new": new, "customer": "K-8", "category": "card.lost", "note": "",
        }  # fmt: skip


async def test_finish_files_first_and_stays_if_that_fails(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server, OPEN, after=True)
    server.answers[TICKET] = 404, "not-found"
    async with browse("/desk") as page:
        await page.check('[name="ticket"][value="other"]')
        await page.select_option(".sheet select", "solved")
        assert await page.is_disabled('[data-act="finish"]')
        await page.fill('[name="number"]', "260042174")
        await page.click('[data-act="finish"]')
        await page.wait_for_selector(".notice[data-kind=error]")
        assert server.found("POST", "/agents/ayse/state") == []
        server.answers[TICKET] = 200, {"ticket": "260042174"}
        await page.click('[data-act="finish"]')
        await server.until(lambda: server.found("POST", "/agents/ayse/state"))
        (asked,) = server.found("POST", "/agents/ayse/state")
        assert (asked.body["state"], asked.body["code"]) == ("wrapup_done", "solved")
        assert len(server.found("POST", TICKET)) == 2


async def test_the_pop_tells_of_tickets_and_contacts_by_their_names(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server, OPEN)
    fields = {"subject": "Kart gelmedi", "status": "open", "due": OPEN["due_at"]}
    fields |= {"status_titles": OPEN["status_titles"], "category": "card.lost"}
    ticket = {"kind": "ticket", "id": OPEN["number"], "own": True, "by": "", "fields": fields}
    mail = {"call": "m-1", "channel": "email", "at": OPEN["due_at"], "outcome": "handled"}
    mail |= {"category": "card.lost", "category_titles": {"en": "Lost card"}}
    server.knows["pops"][0] |= {"open_tickets": [ticket], "last_contacts": [mail]}
    async with browse("/desk") as page:
        shown = await (await page.wait_for_selector(".pop")).inner_text()
        for words in ("260042174 · Kart gelmedi", "due 23 Nov 2026", "Open", "Lost card"):
            assert words in shown, shown
        assert await page.get_attribute('.pop a:has-text("260042174")', "href") == (
            "/tickets/260042174"
        )


async def test_work_without_a_ticket_ends_as_before(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server, OPEN, after=True)
    async with browse("/desk") as page:
        await page.wait_for_selector(".filing")
        await page.select_option(".sheet select", "solved")
        await page.click('[data-act="finish"]')
        await server.until(lambda: server.found("POST", "/agents/ayse/state"))
        assert server.found("POST", TICKET) == []


async def test_a_customer_is_found_with_arrows_and_enter(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server, result="none", action="draft", records=[])
    people = [{"id": f"u-{n}", "number": f"K-{n}", "full_name": f"Işık {n}"} for n in (1, 2)]
    hits = [{"customer": each, "by": "name"} for each in people]
    server.answers["/customers"] = 200, {"items": hits, "next": None}
    async with browse("/desk") as page:
        await page.fill('[name="customer"]', "ışık")
        await page.wait_for_selector('.found [aria-selected="true"]:has-text("Işık 1")')
        await page.keyboard.press("ArrowDown")
        await page.wait_for_selector('.found [aria-selected="true"]:has-text("Işık 2")')
        await page.keyboard.press("Enter")
        await page.wait_for_selector('.filing strong:has-text("Işık 2")')
        await page.check('[name="ticket"][value="other"]')
        await page.fill('[name="number"]', "260042174")
        await page.click('[data-act="file"]')
        assert (await sent(server))["customer"] == "K-2"


async def test_somebody_new_is_added_with_the_number_of_the_call(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server, result="none", action="draft", records=[])
    server.answers["/customers"] = 200, {"id": "u-3", "number": "1003", "full_name": "Can Er"}
    async with browse("/desk") as page:
        await page.click('[data-act="new-customer"]')
        assert re.sub(r"\s", "", await page.input_value('[name="phone"]')) == "+905321234567"
        await page.fill('[name="full_name"]', "Can Er")
        await page.click('[data-act="add-customer"]')
        await page.wait_for_selector('.filing strong:has-text("Can Er")')
        (added,) = server.found("POST", "/customers/u-3/points")
        assert added.body["value"].replace(" ", "") == "+905321234567"
        assert await page.is_checked('[name="sure"]')


async def test_it_speaks_turkish_and_is_not_there_where_it_may_not_be_used(
    browse: Callable[..., Any], server: FakeServer, screens: Path
) -> None:
    talk(server, OPEN, after=True)
    server.me["language"] = "tr"
    async with browse("/desk", viewport={"width": 390, "height": 844}) as page:
        await page.wait_for_selector('.filing:has-text("Çağrıyı dosyala")')
        shown = await page.inner_text(".filing")
        for words in ("Yeni talep", "Açık", "Emin oldum: arayan bu kişi"):
            assert words in shown
        await page.check('[name="ticket"][value="new"]')
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not await page.evaluate(wide)
        await page.screenshot(path=screens / "desk-filing-tr.png", full_page=True)
    server.answers[FILING] = 404, "not-found"
    async with browse("/desk") as page:
        await page.wait_for_selector(".sheet")
        assert await page.locator(".filing").count() == 0
