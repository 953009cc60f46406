"""Two things at the same moment, and parts that fail: the whole server, each case by name."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from ivr.app.desks import ABSENT_S
from ivr.config.load import load_config
from ivr.domain.errors import IllegalTransitionError, StoreError
from ivr.runtime.logs import FULL, JsonLines
from ivr.runtime.memory.clock import START, settle
from tests.fakes.busy_floor import AGENTS, written
from tests.fakes.call_centre import CallCentre
from tests.fakes.floor_checks import at_rest, broken

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.acd.words import Event
    from ivr.domain.call import CallId

CARDS, EVERYONE = "1", "2"


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    written(tmp_path)
    made = await CallCentre.open(tmp_path, AGENTS)
    yield made
    await made.close()


async def waits(centre: CallCentre, key: str = CARDS) -> CallId:
    """A caller who has just chosen a queue."""
    call = await centre.calls()
    await centre.clock.advance(1)
    await centre.trunk.press(call, key)
    await settle()
    return call


async def is_clean(centre: CallCentre) -> None:
    """Everybody hangs up, and nothing is left."""
    assert broken(centre) == []
    for call in list(centre.served.server.switch.calls):
        await centre.leaves(call)
    await centre.clock.advance(30 * 60)
    assert [*broken(centre), *at_rest(centre)] == []


# two at once


@pytest.mark.parametrize("order", [("ayse", "can"), ("can", "ayse")])
@pytest.mark.parametrize("turns", [0, 1, 2])
async def test_of_two_agents_who_answer_at_once_the_first_gets_the_caller(
    centre: CallCentre, order: tuple[str, str], turns: int
) -> None:
    await centre.works("ayse", "can")
    call = await waits(centre, EVERYONE)
    assert [centre.phones[name].rings for name in order] == [True, True]
    for name in order:
        centre.phones[name].answer()
        await settle(turns)
    await settle(100)
    winner, loser = order
    assert [centre.state(name) for name in order] == ["talking", "available"]
    assert (centre.phones[winner].talks, centre.phones[loser].talks) == (True, False)
    (offer,) = {leg.offer for leg in centre.served.server.switch.calls[call].known.legs if leg.won}
    assert offer
    (lost,) = [one for one in centre.phones[loser].said if "ended" in one]
    assert lost["ended"] == "elsewhere"
    await is_clean(centre)


async def test_a_caller_is_offered_to_nobody_else_while_two_ring(centre: CallCentre) -> None:
    await centre.works("ayse", "can", "eda")
    await waits(centre, EVERYONE)
    second = await waits(centre, EVERYONE)
    assert centre.served.server.floor.dispatch.offers
    assert [
        offer for offer in centre.floor.host.group.offers.values() if offer.call.call == second
    ] == []
    centre.phones["can"].answer()
    await settle(100)
    assert sum(phone.rings for phone in centre.phones.values()) == 2
    assert {offer.call.call for offer in centre.floor.host.group.offers.values()} == {second}
    await is_clean(centre)


async def test_who_says_no_at_the_desk_after_he_has_answered_is_too_late(
    centre: CallCentre,
) -> None:
    await centre.works("ayse")
    call = await waits(centre)
    (offer,) = centre.floor.offers("ayse")
    centre.phones["ayse"].answer()
    await settle(100)
    with pytest.raises(IllegalTransitionError, match="too late"):
        await centre.floor.decline(offer["offer"], "busy")
    assert centre.state("ayse") == "talking"
    assert centre.floor.call("ayse")["call"] == call  # type: ignore[index]
    assert list(centre.floor.waiting("cards")) == []
    await is_clean(centre)


# the caller hangs up

MOMENTS = range(30)
"""So many turns of the loop between what an agent does and the caller's end: each seam is hit."""


async def test_a_caller_who_hangs_up_between_offer_and_ring_leaves_nobody_ringing(
    centre: CallCentre,
) -> None:
    await centre.works("ayse")
    for turns in MOMENTS:
        await centre.clock.advance(15)
        call = await centre.calls()
        await centre.clock.advance(1)
        await centre.trunk.press(call, CARDS)
        await settle(turns)
        await centre.trunk.hang_up(call)
        await settle(100)
        assert not centre.phones["ayse"].rings
        assert centre.state("ayse") == "available"
        assert (await centre.record(call)).outcome == "abandoned"
    await is_clean(centre)


@pytest.mark.parametrize("key", [CARDS, EVERYONE])
async def test_a_caller_who_hangs_up_while_it_is_settled_leaves_the_agent_free(
    centre: CallCentre, key: str
) -> None:
    """`everyone` whispers first, so that the two are not joined at once."""
    await centre.works("ayse")
    outcomes = set()
    for turns in MOMENTS:
        call = await waits(centre, key)
        centre.phones["ayse"].answer()
        await settle(turns)
        await centre.trunk.hang_up(call)
        await settle(100)
        assert not centre.phones["ayse"].talks
        assert centre.state("ayse") in ("available", "wrapup")
        outcomes.add((await centre.record(call)).outcome)
        await centre.clock.advance(45)
    assert outcomes == {"abandoned", "handled"} or key == EVERYONE
    await is_clean(centre)


@pytest.mark.parametrize("key", [CARDS, EVERYONE])
async def test_both_hang_up_at_the_same_moment(centre: CallCentre, key: str) -> None:
    """`everyone` whispers first, so that the agent is not joined yet."""
    await centre.works("ayse")
    call = await waits(centre, key)
    centre.phones["ayse"].answer()
    await settle(60)
    centre.phones["ayse"].hang_up()
    await centre.leaves(call)
    assert centre.state("ayse") in ("available", "wrapup")
    await is_clean(centre)


# the agent hangs up


async def test_an_agent_who_hangs_up_before_he_is_joined_gives_the_caller_to_another(
    centre: CallCentre,
) -> None:
    await centre.works("ayse", "can")
    for turns in MOMENTS:
        call = await waits(centre, EVERYONE)
        centre.phones["ayse"].answer()
        await settle(turns)
        centre.phones["ayse"].hang_up()
        await settle(150)
        assert broken(centre) == []
        assert centre.phones["can"].rings, turns
        centre.phones["can"].answer()
        await centre.clock.advance(6)
        row = centre.floor.call("can")
        assert row is not None
        assert row["call"] == call
        await centre.leaves(call)
        await centre.clock.advance(120)
    await is_clean(centre)


# the browser


async def desk_closes(centre: CallCentre, name: str) -> None:
    """The last page of an agent is gone, as its connection tells."""
    doors = centre.served.server.news._doors  # type: ignore[union-attr]
    await doors.gone(name)
    await settle()


async def test_a_browser_that_is_gone_while_it_rings_costs_the_offer_after_half_a_minute(
    centre: CallCentre,
) -> None:
    await centre.works("ayse")
    await centre.clock.advance(0)
    await desk_closes(centre, "ayse")
    await centre.clock.advance(ABSENT_S - 5)
    call = await waits(centre)
    assert centre.state("ayse") == "ringing"
    await centre.clock.advance(6)
    assert (centre.state("ayse"), centre.phones["ayse"].rings) == ("not_responding", False)
    assert [row["call"] for row in centre.floor.waiting("cards")] == [call]
    await is_clean(centre)


async def test_a_browser_that_is_gone_while_the_pop_is_awaited_costs_the_offer(
    centre: CallCentre,
) -> None:
    await centre.works("ayse")
    streams = centre.served.server.streams
    page = await streams.subscribe("ayse", ("me",))
    await waits(centre)
    assert centre.state("ayse") == "reserved"
    streams.unsubscribe("ayse", page)
    centre.floor.happened("ayse", "endpoint_lost")
    await settle(100)
    assert centre.state("ayse") == "not_responding"
    await centre.clock.advance(10)
    assert centre.phones["ayse"].rang == 0
    await is_clean(centre)


async def test_a_talk_goes_on_without_the_browser(centre: CallCentre) -> None:
    await centre.works("ayse")
    await waits(centre)
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    await desk_closes(centre, "ayse")
    await centre.clock.advance(ABSENT_S + 1)
    assert (centre.state("ayse"), centre.phones["ayse"].talks) == ("talking", True)
    centre.phones["ayse"].hang_up()
    await centre.clock.advance(40)
    assert centre.state("ayse") == "not_responding"
    centre.floor.happened("ayse", "endpoint_back")
    await settle(100)
    assert centre.state("ayse") == "available"


# lookups


async def test_a_lookup_that_never_answers_delays_the_ring_by_nothing(centre: CallCentre) -> None:
    interactions: Any = centre.served.server.switch.store.interactions

    async def never(*_asked: object) -> None:
        await centre.clock.sleep_until(START.replace(year=2099))

    interactions.by_number = never
    await centre.works("ayse")
    await waits(centre)
    assert centre.phones["ayse"].rings
    centre.phones["ayse"].answer()
    await centre.clock.advance(5)
    assert centre.state("ayse") == "talking"
    await is_clean(centre)


async def test_a_desk_that_never_shows_the_pop_delays_the_ring_by_the_little_while(
    centre: CallCentre,
) -> None:
    await centre.works("ayse")
    await centre.served.server.streams.subscribe("ayse", ("me",))
    await waits(centre)
    assert not centre.phones["ayse"].rings
    await centre.clock.advance(1)
    assert centre.phones["ayse"].rings


# the configuration


async def changed(centre: CallCentre, folder: Path, changes: dict[str, str]) -> bool:
    """Take over another configuration."""
    for name in ("config.yaml", "flows/bank.yaml"):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    fresh = load_config(folder / "config.yaml", {}, now=START)
    taken = await centre.served.server.reconfigure(fresh)
    await settle(100)
    return taken


async def test_callers_in_a_queue_that_is_renamed_leave_by_a_written_exit(
    centre: CallCentre, tmp_path: Path
) -> None:
    await centre.works("ayse")
    await centre.floor.ask("ayse", "set_break", reason="lunch", by="ayse")
    centre.phones["can"].plug_in()
    await centre.floor.ask("can", "login", to="break", reason="lunch", by="can")
    calls = []
    for _caller in range(3):
        call = await centre.calls()
        await centre.clock.advance(1)
        await centre.trunk.press(call, "3")
        await settle()
        calls.append(call)
    assert [row["call"] for row in centre.floor.waiting("loans")] == calls
    assert await changed(centre, tmp_path, {"loans": "credits"})
    await centre.clock.advance(120)
    for call in calls:
        heard = [one["name"] for said in centre.heard[call] for one in said.get("hears", ())]
        assert "sorry" in heard
        assert (await centre.record(call)).outcome == "overflowed"
    await is_clean(centre)


async def test_callers_wait_on_through_a_change_that_does_not_concern_them(
    centre: CallCentre, tmp_path: Path
) -> None:
    await centre.works("ayse")
    first, second = await waits(centre), await waits(centre)
    assert await changed(centre, tmp_path, {"longest: 45m": "longest: 30m"})
    assert [row["call"] for row in centre.floor.waiting("cards")] == [first, second]
    assert centre.phones["ayse"].rings
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    assert centre.floor.call("ayse")["call"] == first  # type: ignore[index]
    await is_clean(centre)


# the store, and bugs of ours


async def test_while_the_store_is_away_callers_wait_and_none_is_lost(centre: CallCentre) -> None:
    store: Any = centre.served.server.switch.store
    kept = {one: one.append for one in (store.journal, store.groups)}

    async def away(_row: object) -> None:
        raise StoreError("away", retryable=True)

    await centre.works("ayse")
    first, second = await waits(centre), await waits(centre)
    for one in kept:
        one.append = away
    centre.phones["ayse"].answer()
    await centre.clock.advance(5)
    for one, append in kept.items():
        one.append = append
    await centre.clock.advance(20)
    assert broken(centre) == []
    assert centre.floor.call("ayse")["call"] == first  # type: ignore[index]
    assert [row["call"] for row in centre.floor.waiting("cards")] == [second]
    await is_clean(centre)


async def test_after_a_bug_in_the_queue_machine_offers_and_places_are_the_same(
    centre: CallCentre,
) -> None:
    def breaks(at: int) -> Event:
        raise RuntimeError(f"at {at}")

    await centre.works("ayse")
    calls = [await waits(centre) for _caller in range(3)]
    (offer,) = centre.floor.offers("ayse")
    with pytest.raises(StoreError):
        await centre.floor.host.ask(breaks)
    assert [row["call"] for row in centre.floor.waiting("cards")] == calls
    assert (centre.state("ayse"), list(centre.floor.offers("ayse"))) == ("ringing", [offer])
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    assert centre.floor.call("ayse")["call"] == calls[0]  # type: ignore[index]
    assert centre.phones["ayse"].rang == 1
    await is_clean(centre)


# what callers say they are

FORGED = 'x|y"\'\r\n{"event": "agent_logged_out"}\u202e\u2067 32+'


async def test_a_name_with_line_ends_and_marks_forges_neither_tiles_nor_log_lines(
    centre: CallCentre, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await centre.works("ayse")
    call = await centre.calls(FORGED)
    await centre.clock.advance(1)
    await centre.trunk.press(call, CARDS)
    await settle(100)
    (offer,) = centre.floor.offers("ayse")
    (waiting,) = centre.floor.waiting("cards")
    centre.phones["ayse"].answer()
    await settle(100)
    row = centre.floor.call("ayse")
    assert row is not None
    for shown in (offer["caller"], waiting["caller"], row["caller"]):
        assert shown.isprintable()
        assert shown.startswith("x|y\"'")
    lines = [JsonLines(FULL).format(record) for record in caplog.records]
    assert lines
    for line in lines:
        assert len(line.splitlines()) == 1
        assert json.loads(line)["event"] != "agent_logged_out"
        assert "\u202e" not in line
    await is_clean(centre)
