"""Screen pops: one per offer, before the ring, over repeats, devices, restarts (I13, R28)."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.cti.payload import PopOffer
from ivr.cti.pop_rules import PopLookup
from ivr.domain.call import CallId
from ivr.domain.errors import StoreError
from ivr.domain.queue import OfferId
from ivr.runtime.memory.clock import settle
from ivr.runtime.streams import Streams
from tests.cti.conftest import CUSTOMER, Bench, FakeSource, pop_of, taken

if TYPE_CHECKING:
    from ivr.cti.pops import Popper
    from ivr.runtime.streams.subscription import Subscription

O1, O2 = OfferId("o1"), OfferId("o2")
OFFER = PopOffer("cards", 48.0)


async def opened(bench: Bench, popper: Popper) -> tuple[str, Subscription]:
    """A pop on an open page; where the source is quick, it has answered before."""
    await popper.prepare(pop_of())
    await settle()
    page = await bench.streams.subscribe("ayse", ["me"])
    return await popper.open(O1, "ayse", pop_of(), OFFER), page


async def test_a_pop_is_kept_then_sent_with_the_number_of_its_stream(bench: Bench) -> None:
    bench.source.result = CUSTOMER
    popper = bench.popper()
    await popper.prepare(pop_of())
    await settle()
    pop, page = await opened(bench, popper)
    (message,) = await taken(page)
    assert (message["schema"], message["type"], message["pop_id"]) == ("pop/1", "open", pop)
    assert (message["seq"], message["rev"], message["offer_id"]) == (1, 0, "o1")
    assert message["match"]["records"][0]["id"] == "C-9"
    kept = await bench.pops.after("ayse", 0)
    assert [(one.seq, one.pop, one.rev) for one in kept] == [(1, pop, 0)]
    assert [kind for kind, _ in bench.heard] == ["pop.opened"]
    assert popper._open[O1].id == pop


async def test_an_offer_has_one_pop_however_often_it_is_opened(bench: Bench) -> None:
    popper = bench.popper()
    page = await bench.streams.subscribe("ayse", ["me"])
    ids = await asyncio.gather(*[popper.open(O1, "ayse", pop_of(), OFFER) for _ in range(10)])
    await settle()
    assert len(set(ids)) == 1
    opens = [one for one in await taken(page) if one["type"] == "open"]
    assert len(opens) == 1


async def test_a_restart_during_ringing_goes_on_with_the_same_pop(bench: Bench) -> None:
    popper = bench.popper()
    pop, _page = await opened(bench, popper)
    await popper.changed(O1)
    await settle()
    bench.streams = Streams(bench.pops, bench.clock, bench.tasks)
    after = bench.popper()
    page = await bench.streams.subscribe("ayse", ["me"], 1)
    await after.prepare(pop_of())
    await settle()
    assert await after.open(O1, "ayse", pop_of(), OFFER) == pop
    assert [one["pop_id"] for one in await after.showing("ayse")] == [pop]
    await after.changed(O1)
    await settle()
    assert [(one["type"], one["rev"]) for one in await taken(page)] == [("patch", 1), ("patch", 2)]
    await after.close(O1, "wrapup")
    await settle()
    bench.streams = Streams(bench.pops, bench.clock, bench.tasks)
    third = bench.popper()
    assert await third.open(O1, "ayse", pop_of(), OFFER) != pop


async def test_a_reload_during_ringing_shows_the_pop_again_once(bench: Bench) -> None:
    popper = bench.popper()
    pop, page = await opened(bench, popper)
    bench.streams.unsubscribe("ayse", page)
    again = await bench.streams.subscribe("ayse", ["me"], 0)
    assert (again.resumed, again.waiting) == (False, 0)
    shown = await popper.showing("ayse")
    assert [(one["pop_id"], one["type"], one["rev"]) for one in shown] == [(pop, "open", 0)]
    back = await bench.streams.subscribe("ayse", ["me"], 0)
    assert back.waiting == 0
    await popper.close(O1, "missed")
    assert await popper.showing("ayse") == []


async def test_a_line_that_broke_gets_the_pop_by_replay_once(bench: Bench) -> None:
    popper = bench.popper()
    await bench.streams.tell("ayse", "agent.changed", {})
    pop, page = await opened(bench, popper)
    bench.streams.unsubscribe("ayse", page)
    back = await bench.streams.subscribe("ayse", ["me"], 1)
    assert back.resumed
    assert [one["pop_id"] for one in await taken(back)] == [pop]


async def test_the_pop_goes_out_at_once_and_late_data_come_as_a_patch(bench: Bench) -> None:
    bench.source.result, bench.source.takes_s = CUSTOMER, 0.5
    popper = bench.popper()
    _pop, page = await opened(bench, popper)
    (first,) = await taken(page)
    assert (first["crm"], first["match"]["action"], first["draft"]) == ("pending", "nothing", None)
    await bench.clock.advance(0.6)
    (patch,) = await taken(page)
    assert (patch["type"], patch["rev"], patch["crm"]) == ("patch", 1, "done")
    assert patch["match"]["action"] == "open"


async def test_after_the_deadline_what_is_known_is_sent_and_the_rest_later(bench: Bench) -> None:
    bench.sources["slow"] = FakeSource(bench.clock, takes_s=2.0)
    bench.source.result, bench.source.takes_s = CUSTOMER, 0.1
    lookups = (PopLookup("crm"), PopLookup("slow"))
    popper = bench.popper(lookups=lookups)
    _pop, page = await opened(bench, popper)
    await bench.clock.advance(0.7)
    assert [one["type"] for one in await taken(page)] == ["open"]
    await bench.clock.advance(0.2)
    (at_deadline,) = await taken(page)
    assert (at_deadline["crm"], at_deadline["match"]["action"]) == ("late", "suggest")
    await bench.clock.advance(2)
    (late,) = await taken(page)
    assert (late["crm"], late["match"]["action"], late["rev"]) == ("done", "open", 2)


async def test_two_records_that_arrive_one_after_the_other_open_nothing(bench: Bench) -> None:
    """R27: the first of several is never opened, whatever the order of answers."""
    for first_s, second_s in ((0.1, 0.6), (0.6, 0.1), (0.1, 2.0), (2.0, 0.1)):
        bench.source.result, bench.source.takes_s = CUSTOMER, first_s
        other = replace(CUSTOMER, record={"id": "C-10"})
        bench.sources["two"] = FakeSource(bench.clock, other, second_s)
        popper = bench.popper(lookups=(PopLookup("crm"), PopLookup("two")))
        page = await bench.streams.subscribe("ayse", ["me"])
        await popper.open(O1, "ayse", pop_of(), OFFER)
        await bench.clock.advance(3)
        messages = [one for one in await taken(page) if one["type"] != "close"]
        assert all(one["match"]["records"] == [] for one in messages)
        assert messages[-1]["match"]["action"] == "choose"
        await popper.close(O1, "missed")
        bench.streams.unsubscribe("ayse", page)


async def test_the_ring_waits_for_the_screen_but_not_longer_than_the_hold(bench: Bench) -> None:
    popper = bench.popper()
    pop, _page = await opened(bench, popper)
    wait = bench.tasks.start(popper.rendered(O1, 0.3), "ring")
    await bench.clock.advance(0.1)
    await popper.seen("ayse", pop, 0, "received")
    await settle()
    assert not wait.done()
    await popper.seen("ayse", pop, 0, "rendered")
    assert await wait is True
    assert await popper.rendered(O1) is True
    slow = await popper.open(O2, "ayse", pop_of(call="c2"), OFFER)
    wait = bench.tasks.start(popper.rendered(O2), "ring")
    await bench.clock.advance(0.31)
    assert (await wait, slow != pop) == (False, True)


async def test_the_ring_does_not_wait_for_a_desk_that_is_closed(bench: Bench) -> None:
    popper = bench.popper()
    await popper.open(O1, "ayse", pop_of(), OFFER)
    assert await popper.rendered(O1, 100.0) is False
    assert await popper.rendered(OfferId("unknown"), 100.0) is False


async def test_a_pop_that_is_closed_lets_the_ring_go_on(bench: Bench) -> None:
    popper = bench.popper()
    await opened(bench, popper)
    wait = bench.tasks.start(popper.rendered(O1, 100.0), "ring")
    await settle()
    await popper.close(O1, "withdrawn")
    assert await wait is False


async def test_acknowledgements_of_two_devices_count_once(bench: Bench) -> None:
    popper = bench.popper()
    pop, _page = await opened(bench, popper)
    await bench.clock.advance(0.1)
    await popper.seen("ayse", pop, 0, "rendered")
    await bench.clock.advance(1)
    for _device in range(2):
        await popper.seen("ayse", pop, 0, "received")
        await popper.seen("ayse", pop, 0, "rendered")
    await popper.seen("can", pop, 0, "rendered")
    await popper.seen("ayse", "unknown", 0, "rendered")
    await popper.seen("ayse", pop, 7, "rendered")
    assert sorted(key[1:] for key in bench.pops.acks) == [(0, "received"), (0, "rendered")]
    assert sum(popper.timing.buckets("ayse", "reserve_rendered").counts) == 1
    assert popper.timing.buckets("ayse", "reserve_rendered").quantile_ms(1) == 100
    popper.ringing(O1)
    popper.ringing(O1)
    popper.ringing(O2)
    assert popper.timing.before_ring("ayse") == (1, 1)
    assert (popper.timing.usual_ms("ayse"), popper.timing.usual_ms("can")) == (100, None)


async def test_three_seconds_without_a_desk_are_told_to_webhooks_once(bench: Bench) -> None:
    popper = bench.popper()
    await popper.open(O1, "ayse", pop_of(), OFFER)
    await bench.clock.advance(60)
    assert [kind for kind, _ in bench.heard] == ["pop.opened", "pop.unreceived"]
    assert bench.heard[1][1]["call_id"] == "c1"


@pytest.mark.parametrize("how", ["received", "acked", "closed"])
async def test_a_pop_that_arrived_or_is_over_is_not_called_lost(bench: Bench, how: str) -> None:
    popper = bench.popper()
    pop, _page = await opened(bench, popper)
    if how == "received":
        await popper.seen("ayse", pop, 0, "received")
    elif how == "acked":
        bench.streams.acknowledge("ayse", 1)
    else:
        await popper.close(O1, "missed")
    await bench.clock.advance(5)
    assert [kind for kind, _ in bench.heard] == ["pop.opened"]


async def test_a_pop_ends_once_with_its_reason_at_the_latest_by_time(bench: Bench) -> None:
    popper = bench.popper(expires_s=60.0)
    pop, page = await opened(bench, popper)
    await taken(page)
    await bench.clock.advance(61)
    (close,) = await taken(page)
    assert (close["type"], close["reason"], close["pop_id"], close["rev"]) == (
        "close",
        "expired",
        pop,
        1,
    )
    await popper.close(O1, "again")
    await popper.changed(O1)
    await settle()
    assert page.waiting == 0
    assert O1 not in popper._open


async def test_the_end_of_the_call_stops_lookups_and_keeps_the_pop_until_wrapup(
    bench: Bench,
) -> None:
    bench.source.result, bench.source.takes_s = CUSTOMER, 3.0
    popper = bench.popper()
    pop, page = await opened(bench, popper)
    await bench.clock.advance(1)
    await popper.forget(CallId("c1"))
    await bench.clock.advance(10)
    assert await popper.confirm(pop, "ayse") is True
    await settle()
    messages = await taken(page)
    assert all(one["match"]["action"] != "open" for one in messages)
    await popper.close(O1, "wrapup")
    assert popper._questions.about(CallId("c1")) is None
    await popper.forget(CallId("c1"))


async def test_the_agent_confirms_and_sees_the_rest(bench: Bench) -> None:
    bench.source.result = CUSTOMER
    popper = bench.popper(lookups=(PopLookup("crm", sensitive=("debt",)),))
    await popper.prepare(pop_of())
    await settle()
    pop, page = await opened(bench, popper)
    assert await popper.confirm(pop, "can") is False
    assert await popper.confirm("unknown", "ayse") is False
    assert await popper.confirm(pop, "ayse") is True
    await settle()
    first, second = await taken(page)
    assert "debt" not in first["match"]["records"][0]["fields"]
    assert second["match"]["records"][0]["fields"]["debt"] == "120 TRY"


async def test_new_facts_of_the_call_come_as_a_patch(bench: Bench) -> None:
    popper = bench.popper()
    _pop, page = await opened(bench, popper)
    await popper.changed(O1, pop_of(reason="kayıp kart"), PopOffer("cards", 60.0))
    await settle()
    last = (await taken(page))[-1]
    assert (last["type"], last["reason"], last["wait_s"]) == ("patch", "kayıp kart", 60)


async def test_a_pop_that_cannot_be_kept_is_an_error_and_is_not_open(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_message: object) -> None:
        raise StoreError("away")

    popper = bench.popper()
    monkeypatch.setattr(bench.pops, "append", away)
    opening = bench.tasks.start(popper.open(O1, "ayse", pop_of(), OFFER), "open")
    await bench.clock.advance(60)
    with pytest.raises(StoreError):
        await opening
    assert O1 not in popper._open
    assert bench.heard == []


async def test_acknowledgements_survive_a_store_that_is_away(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_of: object) -> None:
        raise StoreError("away")

    popper = bench.popper()
    pop, _page = await opened(bench, popper)
    monkeypatch.setattr(bench.pops, "ack", away)
    await popper.seen("ayse", pop, 0, "rendered")
    assert await popper.rendered(O1) is True


async def test_500_agents_get_500_pops_in_a_storm_of_reconnects(bench: Bench) -> None:
    popper = bench.popper()
    agents = [f"agent{number}" for number in range(500)]
    pages = {agent: await bench.streams.subscribe(agent, ["me"]) for agent in agents}
    await asyncio.gather(
        *[
            popper.open(OfferId(f"o-{agent}"), agent, pop_of(call=f"c-{agent}"), OFFER)
            for agent in agents
        ]
    )
    for agent in agents:
        bench.streams.unsubscribe(agent, pages[agent])
    for agent in agents:
        back = await bench.streams.subscribe(agent, ["me"], 0)
        shown = await popper.showing(agent)
        assert [one["offer_id"] for one in shown] == [f"o-{agent}"]
        assert back.code is None
    for agent in agents:
        kept = [json.loads(one.body) for one in await bench.pops.after(agent, 0)]
        assert [one["seq"] for one in kept] == [*range(1, len(kept) + 1)]
        assert len({one["data"]["pop_id"] for one in kept}) == 1


async def test_the_time_of_the_reservation_counts_for_the_figures(bench: Bench) -> None:
    popper = bench.popper()
    before = bench.clock.now() - timedelta(milliseconds=150)
    await popper.open(O1, "ayse", pop_of(), OFFER, before)
    assert popper.timing.buckets("ayse", "reserve_sent").quantile_ms(1) == 200


async def test_a_pop_that_is_closed_before_it_was_open_stays_closed(bench: Bench) -> None:
    """The offer is withdrawn while the agent's stream is still being read from the store."""
    popper = bench.popper()
    page = await bench.streams.subscribe("ayse", ["me"])
    await popper.close(O1, "done")
    assert await popper.open(O1, "ayse", pop_of(), OFFER) == ""
    await settle()
    assert (await taken(page), popper._open, await popper.showing("ayse")) == ([], {}, [])
