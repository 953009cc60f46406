"""The desk in a real browser: pop, ring, call, wrap-up, and what survives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.pages.fake_server import AGENT, call, from_now, offer, pop, queue

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.pages.fake_server import FakeServer

CONNECTED = '[data-link="connected"]'
DEAF = timedelta(milliseconds=500)
"""A key pressed so soon after it begins to ring was meant for something else."""
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WRAPUP = {"mode": "skippable", "code_mandatory": True, "deadline": None, "may_end": True}


def talk(server: FakeServer, **changes: Any) -> None:  # noqa: ANN401 - JSON
    server.knows["call"] = call(**changes)
    server.knows["me"] |= {"state": "talking", "call": "c-77"}


async def trip(page: Any) -> None:  # noqa: ANN401 - see conftest
    """To the server and back: what the page asked for before has been asked."""
    await page.evaluate("fetch(location.href).then((answer) => answer.text())")


async def test_the_pop_stands_on_the_screen_before_it_rings(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    async with browse("/desk") as page:
        await page.wait_for_selector(CONNECTED)
        await server.tell("pop.open", pop())
        await server.until(lambda: len(server.stages("p-5")) == 2)
        assert server.stages("p-5") == [(0, "received"), (0, "rendered")]
        assert await page.locator(".ring").count() == 0
        shown = await page.inner_text(".pop")
        assert "Zeynep Işık" in shown
        assert "kayıp kart" in shown
        assert "identity entered" in shown
        await server.tell("offer.created", offer("created"))
        await page.wait_for_selector(".ring")
        await server.until(lambda: any(frame.get("ack") == 42 for frame in server.heard))
        assert "+90 532 123 45 67" in await page.inner_text(".ring")
        assert "waited 1:12" in await page.inner_text(".ring")
        assert (await page.title()).startswith("☎ 0:1")


async def test_an_offer_is_declined_by_key_and_goes_only_when_the_server_says_so(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    async with browse("/desk", at=NOW) as page:
        await page.wait_for_selector(CONNECTED)
        await server.tell("offer.created", offer())
        await page.wait_for_selector(".ring:focus")
        await page.clock.set_fixed_time(NOW + DEAF)
        await page.keyboard.press("F4")
        await server.until(lambda: server.found("POST", "/offers/o-9/decline"))
        assert await page.locator(".ring").count() == 1
        assert await page.get_attribute('[data-act="decline"]', "aria-busy") == "true"
        await server.tell("offer.ended", {"offer": "o-9", "end": "accepted"})
        await server.tell("call.changed", call())
        await page.wait_for_selector(".talk")
        assert await page.locator(".ring").count() == 0
        assert await page.locator(".notice").count() == 0


async def test_keys_pressed_as_it_begins_to_ring_do_nothing(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    async with browse("/desk", at=NOW) as page:
        await page.wait_for_selector(CONNECTED)
        await server.tell("offer.created", offer())
        await page.wait_for_selector(".ring")
        await page.clock.set_fixed_time(NOW + DEAF - timedelta(milliseconds=1))
        await page.keyboard.press("F4")
        await page.keyboard.press("Escape")
        await trip(page)
        assert server.found("POST", "/offers/o-9/decline") == []
        await page.clock.set_fixed_time(NOW + DEAF)
        await page.click('[data-act="decline"]')
        await server.until(lambda: server.found("POST", "/offers/o-9/decline"))
        await server.tell("offer.ended", {"offer": "o-9", "end": "declined"})
        await page.wait_for_selector('.notice:has-text("declined")')


async def test_a_missed_offer_says_why_and_is_listed(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    async with browse("/desk") as page:
        await page.wait_for_selector(CONNECTED)
        await server.tell("offer.created", offer())
        await server.tell("offer.ended", {"offer": "o-9", "end": "no_answer"})
        await page.wait_for_selector('.missed:has-text("1 missed call")')
        await page.reload()
        await page.click('[data-act="seen"]')
        assert await page.locator(".missed").count() == 0


async def test_a_desk_telephone_is_answered_on_the_telephone(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.knows["offers"] = [offer(auto=False, may_decline=False)]
    async with browse("/desk") as page:
        await page.wait_for_selector(".ring")
        assert "Answer on your telephone" in await page.inner_text(".ring")
        assert await page.locator(".ring button").count() == 0


async def test_the_desk_tells_that_a_call_comes_by_itself(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.knows["offers"] = [offer(auto=True, may_decline=False)]
    async with browse("/desk") as page:
        await page.wait_for_selector(".ring")
        told = await page.inner_text(".ring")
        assert "Your telephone answers by itself" in told
        assert "Answer on your telephone" not in told


async def test_a_reload_while_ringing_shows_it_again_once(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.knows |= {"offers": [offer(ring_deadline=from_now(12))], "pops": [pop()]}
    async with browse("/desk") as page:
        await page.wait_for_selector(".ring")
        await page.reload()
        await page.wait_for_selector(".ring")
        await server.tell("offer.changed", offer(ring_deadline=from_now(9)))
        await page.wait_for_selector('.left:has-text("0:09"), .left:has-text("0:08")')
        assert await page.locator(".ring").count() == 1
        assert await page.locator(".pop").count() == 1
        await page.click('nav a[href="/wallboard"]')
        await page.wait_for_selector(".board")
        assert await page.locator(".ring").count() == 1, "it rings on every page"


@pytest.mark.parametrize(
    ("press", "path", "body"),
    [
        ("F9", "/calls/c-77/hold", {}),
        ("F8", "/calls/c-77/mute", {}),
        ("F4 F4", "/calls/c-77/hangup", {}),
    ],
)
async def test_keys_control_the_call(
    browse: Callable[..., Any], server: FakeServer, press: str, path: str, body: object
) -> None:
    talk(server)
    async with browse("/desk") as page:
        await page.wait_for_selector(".talk")
        for key in press.split():
            await page.keyboard.press(key)
        await server.until(lambda: server.found("POST", path))
        assert [each.body for each in server.found("POST", path)] == [body]
        await server.tell("call.changed", None if path.endswith("hangup") else call())


async def test_held_and_muted_come_from_the_server_alone(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server)
    async with browse("/desk") as page:
        await page.wait_for_selector(".talk")
        await page.click('[data-act="mute"]')
        await server.until(lambda: server.found("POST", "/calls/c-77/mute"))
        assert await page.locator(".shout").count() == 0
        await server.tell("call.changed", call(muted=True))
        await page.wait_for_selector('.shout:has-text("MICROPHONE OFF")')
        await page.click('[data-act="mute"]')
        await server.until(lambda: server.found("POST", "/calls/c-77/unmute"))
        await server.tell("call.changed", call(held=True, state="holding"))
        await page.wait_for_selector('[data-act="hold"]:has-text("Resume")')


async def test_controls_that_the_server_does_not_list_are_absent(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server, can=["hangup"])
    async with browse("/desk") as page:
        await page.wait_for_selector(".talk")
        assert await page.locator(".talk button").count() == 1
        await page.keyboard.press("F9")
        await page.keyboard.press("F8")
        await page.click('[data-act="hangup"]')
        await server.until(lambda: server.found("POST", "/calls/c-77/hangup"))
        assert server.found("POST", "/calls/c-77/hold") == []
        await server.tell("call.changed", None)


async def test_a_call_is_transferred_to_whom_was_typed(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server)
    server.knows["agents"] = [
        AGENT,
        AGENT | {"agent": "isik", "display": "Işık Öz", "state": "talking"},
        AGENT | {"agent": "ali", "display": "Ali Şen"},
    ]
    server.knows["queues"] = [queue("loans", title="Krediler")]
    async with browse("/desk") as page:
        await page.wait_for_selector(".talk")
        await page.keyboard.press("Control+K")
        await page.wait_for_selector("dialog input:focus")
        rows = page.locator("dialog .found li")
        assert await rows.count() == 4, "two agents without me, a queue and a place"
        assert "Ali" in await rows.first.inner_text(), "free agents come first"
        await page.fill("dialog input", "ISIK")
        assert await rows.count() == 1
        await page.click('[data-act="consult"]')
        await server.until(lambda: server.found("POST", "/calls/c-77/consult"))
        assert server.found("POST", "/calls/c-77/consult")[0].body == {"to": "agent:isik"}
        consult = {"address": "sip:1", "label": "Işık Öz", "state": "talking"}
        can = ["complete", "cancel", "merge"]
        await server.tell("call.changed", call(state="consulting", consult=consult, can=can))
        await page.wait_for_selector('.consult:has-text("Işık Öz")')
        await page.wait_for_selector("dialog", state="detached")
        await page.click('[data-act="consult-complete"]')
        await server.until(lambda: server.found("POST", "/calls/c-77/consult-complete"))
        await server.tell("call.changed", None)


async def test_a_call_is_transferred_to_a_number_at_once(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server)
    async with browse("/desk") as page:
        await page.click('[data-act="transfer"]')
        await page.fill("dialog input", "0090 (212) 555 00 00")
        await page.click('[data-act="blind"]')
        await server.until(lambda: server.found("POST", "/calls/c-77/transfer"))
        body = server.found("POST", "/calls/c-77/transfer")[0].body
        assert body == {"to": "+902125550000", "kind": "blind"}
        await server.tell("call.changed", None)
        await page.wait_for_selector("dialog", state="detached")


async def test_wrap_up_needs_its_code_and_keeps_the_note(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server)
    async with browse("/desk") as page:
        await page.fill("textarea", "wants a new card")
        await server.until(lambda: server.found("POST", "/calls/c-77/wrapup-note"))
        await page.wait_for_selector('.hint:has-text("Saved")')
        await server.tell("call.changed", None)
        await server.agent(state="wrapup", wrapup=WRAPUP | {"deadline": from_now(41)})
        await page.wait_for_selector('[role="timer"]:has-text("0:4")')
        server.knows["call"] = None
        await page.reload()
        await page.wait_for_selector('[data-act="finish"]')
        assert await page.input_value("textarea") == "wants a new card"
        assert await page.is_disabled('[data-act="finish"]')
        await page.click('[data-act="extend"]')
        await server.until(lambda: server.found("POST", "/agents/ayse/state"))
        await server.agent(wrapup=WRAPUP | {"deadline": from_now(71)})
        await page.select_option(".sheet select", "solved")
        await page.click('[data-act="finish"]')
        await server.until(lambda: len(server.found("POST", "/agents/ayse/state")) == 2)
        more, done = server.found("POST", "/agents/ayse/state")
        assert more.body == {"state": "wrapup_extend", "seconds": 30}
        note = {"code": "solved", "note": "wants a new card"}
        assert done.body == {"state": "wrapup_done", **note}
        assert done.version == "9"
        await server.agent(state="available", wrapup=None, call=None)
        await page.wait_for_selector('.state[data-state="available"]')


async def test_a_break_is_asked_for_with_its_reason_and_shown_as_next(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server)
    async with browse("/desk") as page:
        await page.click("button.state")
        await page.click('[data-act="state-break-lunch"]')
        await server.until(lambda: server.found("POST", "/agents/ayse/state"))
        asked = server.found("POST", "/agents/ayse/state")[0]
        assert asked.body == {"state": "break", "reason": "lunch"}
        assert asked.version == "7"
        assert await page.locator(".next").count() == 0
        await server.agent(next="break", next_reason="lunch")
        await page.wait_for_selector('.next:has-text("Lunch")')


async def test_a_stale_version_is_told_and_everything_is_read_again(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.answers["/agents/ayse/state"] = (412, "stale-version")
    async with browse("/desk") as page:
        await page.wait_for_selector(CONNECTED)
        server.knows["me"] |= {"state": "break", "reason": "coffee", "version": 9}
        await page.click("button.state")
        await page.click('[data-act="state-offline"]')
        await page.wait_for_selector('.notice[data-kind="error"]:has-text("changed meanwhile")')
        await page.wait_for_selector('.state:has-text("Coffee")')
        assert "r-1" in await page.inner_text(".notice")


async def test_a_press_that_nothing_confirms_is_said_and_read_again(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    talk(server)
    async with browse("/desk") as page:
        await page.click('[data-act="hold"]')
        await server.until(lambda: server.found("POST", "/calls/c-77/hold"))
        await page.wait_for_selector('.notice:has-text("No confirmation yet")')
        await server.until(lambda: server.connections == 2)
        await page.wait_for_selector('[data-act="hold"]:not([aria-busy])')
        assert await page.inner_text('[data-act="hold"] span') == "Hold"


async def test_a_caller_who_gave_a_low_score_is_announced_above_all_else(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.knows["pops"] = [pop(survey={"low_score_days": 3, "ticket": "260000017"})]
    async with browse("/desk") as page:
        await page.wait_for_selector('.pop [data-low-score="260000017"]')
        told = await page.inner_text(".pop [role=status]")
        assert "Open callback after a low score" in told
        assert "3 days ago" in told
        assert await page.locator('.pop a[href="/tickets/260000017"]').count() == 1


async def test_queues_and_codes_are_called_as_the_reader_of_the_page_calls_them(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.knows["offers"] = [offer()]
    async with browse("/desk") as page:
        await page.wait_for_selector(".ring:has-text('Cards')")
        await page.select_option("header select", "tr")
        await page.wait_for_selector(".ring:has-text('Kartlar')")


async def test_hostile_names_stay_text(browse: Callable[..., Any], server: FakeServer) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    record = {"kind": evil, "id": evil, "by": evil, "fields": {"name": evil, evil: evil}}
    match = {"level": 4, "result": "one", "records": [record], "suggest": [record | {"id": "2"}]}
    url = "javascript:alert(3)"
    hostile = pop(reason=evil, path=[evil], match=match, facts={evil: evil}, url=url)
    server.knows |= {"pops": [hostile], "offers": [offer(caller=evil, queue=evil)]}
    server.knows["me"] |= {"reason": evil, "state": "break"}
    server.me["display"] = evil
    async with browse("/desk") as page:
        await page.wait_for_selector(".pop .record")
        assert await page.locator("img, #app script, .pop a").count() == 0
        assert evil in await page.inner_text(".ring")


async def test_after_a_cut_the_page_goes_on_where_it_was(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    async with browse("/desk") as page:
        await page.wait_for_selector(CONNECTED)
        await server.tell("pop.open", pop())
        await page.wait_for_selector(".pop")
        await server.cut(1012)
        await page.wait_for_selector('[data-link="waiting"], [data-link="connecting"]')
        assert await page.locator(".state:has-text('State unknown')").count() == 1
        await server.tell("pop.open", pop(pop_id="p-6"))  # nobody hears this one now
        await page.wait_for_selector(CONNECTED)
        await page.wait_for_selector('[data-pop="p-6"]')
        hellos = [frame["hello"]["last_seq"] for frame in server.heard if "hello" in frame]
        assert hellos == [0, 41]
        assert await page.locator(".pop").count() == 2
        assert server.stages("p-5") == [(0, "received"), (0, "rendered")]


async def test_a_gap_makes_the_page_ask_again(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    async with browse("/desk") as page:
        await page.wait_for_selector(CONNECTED)
        await server.tell("pop.open", pop())
        server.knows["pops"] = [pop(), pop(pop_id="p-6")]
        server.seq += 1  # a message that was lost
        await server.tell("pop.open", pop(pop_id="p-7"))
        await server.until(lambda: server.connections == 2)
        await page.wait_for_selector('[data-pop="p-6"]')


async def test_late_news_fill_a_pop_and_it_stays_until_it_is_put_away(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.knows["pops"] = [pop(crm="pending", reason="")]
    async with browse("/desk") as page:
        await page.wait_for_selector('.hint:has-text("Waiting for the CRM")')
        await server.tell("pop.patch", pop(rev=1, crm="done", reason="limit increase"))
        await page.wait_for_selector('.reason:has-text("limit increase")')
        await server.tell("pop.patch", pop(rev=1, reason="an echo"))
        await server.tell("pop.close", {"pop_id": "p-5", "rev": 2, "reason": "done"})
        await page.wait_for_selector('.pop:has-text("call over")')
        assert await page.inner_text(".reason") == "limit increase"
        await server.until(lambda: (2, "rendered") in server.stages("p-5"))
        await page.click('[aria-label="Put away"]')
        assert await page.locator(".pop").count() == 0
        await page.reload()
        await page.wait_for_selector('.empty:has-text("When a call comes")')


async def test_going_ready_is_one_button(browse: Callable[..., Any], server: FakeServer) -> None:
    server.knows["me"] |= {"state": "offline"}
    async with browse("/desk") as page:
        await page.wait_for_selector('.empty:has-text("Go ready")')
        await page.click('[data-act="state-available"]')
        await server.until(lambda: server.found("POST", "/agents/ayse/state"))
        await server.agent(state="available")
        await page.wait_for_selector('.state[data-state="available"]')
        await server.tell("offer.created", offer())  # rings aloud now
        await page.wait_for_selector(".ring")
        await server.tell("offer.ended", {"offer": "o-9", "end": "caller_gone"})
        await page.wait_for_selector('.notice:has-text("the caller hung up")')
        assert await page.locator(".missed").count() == 0


async def test_many_pops_are_acknowledged_no_faster_than_allowed(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    server.knows["pops"] = [pop(pop_id=f"p-{i}", at=from_now(-i)) for i in range(10)]
    async with browse("/desk") as page:
        await server.until(lambda: all(len(server.stages(f"p-{i}")) == 2 for i in range(10)))
        assert await page.locator(".pop .facts").count() == 5, "older ones are folded"


async def test_what_came_too_late_is_history_and_does_not_ring(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    async with browse("/desk") as page:
        await page.wait_for_selector(CONNECTED)
        server.seq += 1
        late = {"seq": server.seq, "ts": from_now(-4000), "topic": "me", "history": True}
        await server._send(late | {"type": "offer.created", "data": offer()})
        await server.tell("pop.open", pop())
        await page.wait_for_selector(".pop")
        assert await page.locator(".ring").count() == 0


async def test_keys_can_be_moved(browse: Callable[..., Any], server: FakeServer) -> None:
    talk(server)
    async with browse("/desk") as page:
        await page.wait_for_selector(".talk")
        await page.keyboard.press("?")
        await page.click('dialog li:has-text("Mute") button')
        await page.keyboard.press("F7")
        await page.wait_for_selector('dialog kbd:text-is("F7")')
        await page.keyboard.press("Escape")
        await page.wait_for_selector("dialog", state="detached")
        await page.keyboard.press("F8")
        await page.keyboard.press("F7")
        await server.until(lambda: server.found("POST", "/calls/c-77/mute"))
        assert len(server.found("POST", "/calls/c-77/mute")) == 1
        await server.tell("call.changed", call(muted=True))


async def test_the_desk_speaks_turkish(browse: Callable[..., Any], server: FakeServer) -> None:
    server.me["language"] = "tr"
    server.knows |= {"offers": [offer()], "pops": [pop()]}
    async with browse("/desk") as page:
        await page.wait_for_selector(".ring")
        shown = await page.inner_text("body")
        assert "Reddet" in shown
        assert "1:12 bekledi" in shown
        assert "son görüşen sizsiniz" in shown
        assert await page.get_attribute("html", "lang") == "tr"
        await page.select_option(".language", "en")
        await page.wait_for_selector('[data-act="decline"]:has-text("Decline")')


async def test_who_is_signed_out_elsewhere_is_sent_to_the_door(
    browse: Callable[..., Any], server: FakeServer
) -> None:
    async with browse("/desk") as page:
        await page.wait_for_selector(CONNECTED)
        server.signed_in = False
        await server.cut(4401)
        await page.wait_for_url("**/login?next=*desk")
