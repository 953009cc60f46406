"""Flows in a real browser: the list, the map with who is where, its file, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivr.engine.load import load_book
from ivr.web.api.flows.shapes import detail_out
from tests.fakes.flow_shelf import desk_library, desk_shown
from tests.flow.bank import asking_bank_files, bank_world
from tests.web.pages.fake_server import instant

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.pages.fake_server import FakeServer

PROBLEM = {
    "code": "F201", "severity": "error", "file": "flows/bank.yaml", "line": 72, "column": 9,
    "message": "no node called <b>nowhere</b>", "hint": 'did you mean "main"?',
}  # fmt: skip


OFF = {
    "switch": "emergency", "on": False, "configured": False, "by": "", "why": "", "since": None,
    "until": None,
}  # fmt: skip


def bank(**calls: int) -> dict[str, Any]:
    """The bank of the worked example as the API tells of it, with so many calls in these nodes."""
    book, problems = load_book(asking_bank_files(), bank_world())
    assert book is not None, problems
    told = detail_out(desk_shown(desk_library(book)).one("bank")).model_dump()
    for station in told["map"]:
        station["calls"] = calls.get(station["node"], 0)
    return {**told, "calls": sum(calls.values()), "numbers": ["+908502220000"]}


def listed(flow: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in flow.items() if key not in {"text", "map"}}


@pytest.fixture
def server(server: FakeServer) -> FakeServer:
    """A supervisor; two callers are in the menu."""
    flow = bank(main=2)
    server.me["roles"] = ["supervisor"]
    server.me["rights"] |= {"flow:r": "A", "switch:r": "A", "switch:x": "A"}
    server.answers |= {
        "/flows": (200, {"items": [listed(flow)]}),
        "/flows/bank": (200, flow),
        "/flow-problems": (200, {"refused": False, "items": []}),
        "/switches": (200, {"items": [OFF]}),
    }
    return server


async def test_a_flow_is_found_in_the_list_and_drawn_as_a_map(
    browse: Callable[..., Any], screens: Path, server: FakeServer
) -> None:
    async with browse("/flows", viewport={"width": 1400, "height": 900}) as page:
        assert "+908502220000" in await page.inner_text('[data-flow="bank"]')
        await page.click('[data-flow="bank"] a')
        await page.wait_for_selector('[data-map="bank"]')
        nodes = len(server.answers["/flows/bank"][1]["map"])
        assert await page.locator(".map .node").count() == nodes
        assert await page.text_content('[data-node="main"] .calls') == "2"
        label = page.locator('.edge[data-from="main"][data-to="lost_card"] text')
        assert "2 lost card" in await label.text_content()
        await page.screenshot(path=screens / "flow-map.png", full_page=True)


async def test_no_box_lies_on_another_and_all_words_stay_inside(browse: Callable[..., Any]) -> None:
    async with browse("/flows/bank") as page:
        await page.wait_for_selector('[data-map="bank"]')
        wrong = await page.evaluate("""() => {
          const boxes = [...document.querySelectorAll(".map .node")].map((node) => ({
            name: node.dataset.node, box: node.querySelector("rect").getBoundingClientRect(),
            texts: [...node.querySelectorAll("text")].map((text) => text.getBoundingClientRect()),
          }));
          const found = [];
          boxes.forEach((one, n) => {
            for (const text of one.texts)
              if (text.right > one.box.right + 1 || text.bottom > one.box.bottom + 1)
                found.push(`${one.name}: words leave the box`);
            for (const two of boxes.slice(n + 1))
              if (one.box.left < two.box.right && two.box.left < one.box.right &&
                  one.box.top < two.box.bottom && two.box.top < one.box.bottom)
                found.push(`${one.name} lies on ${two.name}`);
          });
          return found;
        }""")
        assert wrong == []


async def test_a_node_chosen_by_key_shows_its_lines_and_where_its_exits_lead(
    browse: Callable[..., Any],
) -> None:
    async with browse("/flows/bank") as page:
        await page.focus('[data-node="lost_card"]')
        await page.keyboard.press("Enter")
        marked = await page.inner_text(".flowtext li.marked >> nth=0")
        assert marked.strip() == "lost_card:"
        assert await page.locator(".flowtext li.marked >> nth=0").is_visible()
        rows = page.locator(".flownodes article")
        assert await rows.count() == 1
        assert "gives up → cards_queue" in " ".join((await rows.inner_text()).split())
        await page.click('.flownodes button:has-text("cards_queue") >> nth=0')
        assert await page.get_attribute('[data-node="cards_queue"]', "aria-pressed") == "true"


async def test_who_is_inside_is_counted_again_while_one_looks(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    async with browse("/flows/bank") as page:
        await page.wait_for_selector('[data-node="main"] .calls')
        server.answers["/flows/bank"] = (200, bank(agent=1))
        await page.wait_for_selector('[data-node="agent"] .calls')
        assert await page.locator('[data-node="main"] .calls').count() == 0


async def test_a_refused_edit_is_told_with_its_line_and_remedy(
    browse: Callable[..., Any], server: FakeServer, screens: Path
) -> None:
    server.answers["/flow-problems"] = (200, {"refused": True, "items": [PROBLEM]})
    server.me["language"] = "tr"
    async with browse("/flows", locale="tr-TR") as page:
        await page.wait_for_selector(".refused")
        assert "Önceki sürüm çalışmaya devam ediyor" in await page.inner_text(".refused")
        words = await page.inner_text(".problems li")
        assert "flows/bank.yaml:72:9" in words
        assert "<b>nowhere</b>" in words, "words stay words"
        assert 'did you mean "main"?' in words
        await page.screenshot(path=screens / "flows-refused.png", full_page=True)


async def test_on_a_small_dark_screen_only_the_map_scrolls(
    browse: Callable[..., Any], screens: Path
) -> None:
    small = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    for path, name in (("/flows", "flows"), ("/flows/bank", "flow")):
        async with browse(path, **small) as page:
            await page.wait_for_selector('[data-map="bank"], [data-flow="bank"]')
            assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
            await page.screenshot(path=screens / f"{name}-narrow-dark.png", full_page=True)


async def test_the_emergency_is_turned_on_for_a_time_with_a_reason_and_taken_back(
    browse: Callable[..., Any], server: FakeServer, screens: Path
) -> None:
    on = {**OFF, "on": True, "by": "ayse", "why": "fire", "since": instant(0), "until": instant(9)}
    async with browse("/flows") as page:
        await page.click('[data-switch="emergency"] [data-turn]')
        await page.select_option("dialog select", "240")
        await page.fill('dialog input[maxlength="500"]', "fire")
        server.answers["/switches"] = (200, {"items": [on]})
        await page.click("dialog .good")
        await server.until(lambda: [each for each in server.asked if each.method == "PUT"])
        (told,) = [each for each in server.asked if each.method == "PUT"]
        assert (told.path, told.body) == (
            "/switches/emergency", {"on": True, "why": "fire", "minutes": 240},
        )  # fmt: skip
        await page.wait_for_selector('[data-switch="emergency"].alarm')
        assert "set by ayse · fire" in await page.inner_text('[data-switch="emergency"]')
        await page.screenshot(path=screens / "flows-emergency.png", full_page=True)
        server.answers["/switches"] = (200, {"items": [OFF]})
        await page.click('[data-switch="emergency"] [data-back]')
        await server.until(lambda: [each for each in server.asked if each.method == "DELETE"])
        await page.wait_for_selector('[data-switch="emergency"]:not(.alarm)')


async def test_who_may_not_set_switches_sees_them_without_buttons(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    del server.me["rights"]["switch:x"]
    async with browse("/flows") as page:
        await page.wait_for_selector('[data-switch="emergency"]')
        assert await page.locator('[data-switch="emergency"] button').count() == 0
