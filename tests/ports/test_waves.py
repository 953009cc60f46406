"""Waves of planned surveys on every database: drawn once, sent through the gate, answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import IllegalTransitionError, NotFoundError
from tests.fakes.fresh_store import open_fresh
from tests.fakes.wave_house import WaveHouse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

FIRST = "Puan? 1 kötü 5 iyi IPTAL"
ENGINES = ("sqlite", "postgres")
"""Waves are kept in a database."""


@pytest.fixture
async def house(address: str) -> AsyncIterator[WaveHouse]:
    store = open_fresh(address, synchronous="NORMAL", create=True)
    yield WaveHouse(store)
    await store.close()


async def test_a_wave_asks_its_segment_and_keeps_what_is_answered(house: WaveHouse) -> None:
    [number] = await house.people(1)
    await house.people(1, segment="private")
    await house.publish()
    await house.round(days=7)
    assert await house.deliver() == [FIRST]
    assert await house.writes("5", number)
    assert await house.states() == {("completed", ""): 1}
    [response] = await house.rows_of("survey_response")
    assert (response["medium"], response["score"]) == ("sms", 5)
    [wave] = await house.waves.list()
    assert (wave.key, wave.looked_at, wave.eligible, wave.selected) == ("2026-11-30T10:00", 2, 1, 1)
    assert (wave.state, wave.placed, wave.rate) == ("open", 1, 1.0)
    assert wave.reasons == {"not_matching": 1}
    assert wave.states == {("completed", ""): 1}


async def test_a_wave_goes_out_through_the_gate_and_every_refusal_has_its_reason(
    house: WaveHouse,
) -> None:
    [agreed, refused] = await house.people(2)
    await house.agreed(refused, "opt_out")
    await house.person()  # has said nothing
    await house.person("+902122220000")  # a landline
    await house.person("+905559999999", shared=True)
    await house.person(locale="de")
    await house.publish()
    await house.round(days=7)
    assert await house.states() == {
        ("sent", ""): 1,
        ("suppressed", "opted_out"): 1,
        ("suppressed", "no_consent"): 1,
        ("suppressed", "no_contact_point"): 1,
        ("suppressed", "shared_contact_point"): 1,
    }
    [wave] = await house.waves.list()
    assert wave.reasons == {"language_missing": 1}
    assert [row["to_norm"] for row in await house.rows_of("text_message")] == [agreed]


async def test_who_was_asked_lately_by_another_survey_is_not_asked_again(house: WaveHouse) -> None:
    [number] = await house.people(1)
    await house.missed(await house.plan(), number)
    await house.look()
    await house.look(minutes=5)
    await house.deliver()
    await house.publish()
    await house.round(days=7)
    assert await house.states() == {("suppressed", "gap"): 1}


async def test_merged_and_erased_customers_are_not_looked_at(house: WaveHouse) -> None:
    await house.people(1)
    await house.person(merged_into=house.keys[0])
    await house.person(anonymized_at=house.clock.now())
    await house.publish()
    await house.round(days=7)
    [wave] = await house.waves.list()
    assert (wave.looked_at, wave.selected) == (1, 1)


@pytest.mark.parametrize(
    ("match", "many"),
    [
        ("interaction.queue == 'cards'", 1),
        ("interaction.queue == 'loans'", 0),
        ("ticket.kind == 'fault' and ticket.priority == 'high'", 1),
        ("ticket.product == 'modem'", 1),
        ("ticket.kind == 'request'", 0),
        ("customer.vip_rank >= 2", 1),
        ("customer.region == 'west'", 1),
        ("customer.region == ''", 1),
    ],
)
async def test_a_segment_may_be_about_the_last_contact_and_the_last_ticket(
    house: WaveHouse, match: str, many: int
) -> None:
    await house.people(1, vip_rank=2, attrs={"region": "west"})
    await house.people(1)
    await house.contact(house.keys[0], "loans")
    await house.contact(house.keys[0], "cards")
    await house.contact(house.keys[0], "loans", is_test=True)
    await house.ticket(house.keys[0], kind="request", priority=1)
    await house.ticket(house.keys[0], kind="fault", priority=3, product="modem")
    await house.publish(match=match)
    await house.round(days=7)
    [wave] = await house.waves.list()
    assert (wave.looked_at, wave.eligible) == (2, many)


async def test_a_wave_keeps_its_plan_wording_and_list_when_the_file_is_edited(
    house: WaveHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.runtime.survey_waves.waving.PORTION", 2)
    await house.people(5)
    await house.publish(size="4", seed="old")
    await house.clock.advance(7 * 86_400)
    await house.waving.look()
    [before] = await house.waves.list()
    chosen = [row["customer_id"] for row in await house.rows_of("survey_invitation")]
    await house.publish(size="1", seed="new")
    await house.people(5)
    await house.round(minutes=1)
    assert [each.id for each in await house.waves.list()] == [before.id]
    rows = await house.rows_of("survey_invitation")
    assert [row["customer_id"] for row in rows] == chosen
    assert {(row["rate"], row["state"]) for row in rows} == {(0.8, "sent")}
    assert len({row["plan_id"] for row in rows}) == 1
    await house.round(days=7)
    [new, _] = await house.waves.list()
    assert (new.selected, new.eligible) == (1, 10)


async def test_a_server_killed_anywhere_on_the_way_draws_and_asks_nobody_twice(
    house: WaveHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.runtime.survey_waves.waving.PORTION", 3)
    await house.people(8)
    await house.publish(rate="80%")
    await house.clock.advance(7 * 86_400)
    await house.killed_after(0)
    assert await house.waves.list() == []
    drawn = set()
    for changes in (1, 0, 1, 0, 1, 2):
        await house.killed_after(changes)
        [wave] = await house.waves.list()
        drawn.add((wave.id, wave.selected))
        assert wave.placed == len(await house.rows_of("survey_invitation"))
    assert (wave.state, len(drawn)) == ("open", 1)
    rows = await house.rows_of("survey_invitation")
    assert len({row["customer_id"] for row in rows}) == len(rows) == wave.selected
    texts = await house.rows_of("text_message")
    assert sorted(each["to_norm"] for each in texts) == sorted(each["value_norm"] for each in rows)


async def test_two_servers_draw_a_wave_once(house: WaveHouse) -> None:
    await house.people(3)
    await house.publish()
    await house.clock.advance(7 * 86_400)
    other = house.another()
    await asyncio.gather(house.waving.look(), other.look(), return_exceptions=True)
    await house.waving.look()
    assert len(await house.waves.list()) == 1
    assert len(await house.rows_of("survey_invitation")) == 3


async def test_a_quota_is_filled_and_never_exceeded(house: WaveHouse) -> None:
    numbers = await house.people(6)
    for key in house.keys[:4]:
        await house.ticket(key, kind="fault", priority=1, product="modem")
    await house.publish(quota={"product": {"modem": "1"}})
    await house.round(days=7)
    first = [row for row in await house.rows_of("survey_invitation") if row["state"] == "sent"]
    assert sum(row["cell"] is not None for row in first) == 1
    assert len(first) == 3
    await house.deliver()
    await house.round(hours=49)  # nobody has answered in time
    await house.round(hours=1)
    again = [row for row in await house.rows_of("survey_invitation") if row["state"] == "sent"]
    assert [row["cell"] is not None for row in again] == [True]
    await house.deliver()
    assert await house.writes("5", again[0]["value_norm"])
    await house.round(hours=2)
    assert await house.states() == {
        ("expired", ""): 3,
        ("completed", ""): 1,
        ("suppressed", "quota_full"): 2,
    }
    assert len(numbers) == 6


async def test_a_quota_by_region_limits_nobody_whose_region_is_not_known(
    house: WaveHouse,
) -> None:
    await house.people(3, attrs={"region": "west"})
    await house.people(2)
    await house.publish(quota={"region": {"west": "1"}})
    await house.round(days=7)
    rows = await house.rows_of("survey_invitation")
    assert sorted((str(row["cell"]), row["state"]) for row in rows) == [
        ("None", "sent"), ("None", "sent"),
        *[('{"region": "west"}', "scheduled")] * 2, ('{"region": "west"}', "sent"),
    ]  # fmt: skip


async def test_whoever_waits_for_a_quota_is_not_asked_when_the_wave_is_over(
    house: WaveHouse,
) -> None:
    await house.people(2)
    await house.publish(quota={"segment": {"corporate": "1"}}, expires="6d23h")
    await house.round(days=7)
    await house.round(days=7)
    states = {
        (row["wave"], row["state"], row["reason"])
        for row in await house.rows_of("survey_invitation")
    }
    assert ("2026-11-30T10:00", "suppressed", "quota_full") in states


async def test_a_stopped_wave_writes_to_nobody_else(
    house: WaveHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.runtime.survey_waves.waving.PORTION", 2)
    await house.people(3)
    await house.publish()
    await house.clock.advance(7 * 86_400)
    await house.waving.look()
    [wave] = await house.waves.list()
    stopped = await house.waves.stop(wave.id, "admin", house.clock.now())
    assert (stopped.state, stopped.stopped_by, stopped.states) == (
        "stopped",
        "admin",
        {("suppressed", "plan_inactive"): 3},
    )
    await house.round(minutes=1)
    assert await house.rows_of("text_message") == []
    with pytest.raises(IllegalTransitionError, match="over already"):
        await house.waves.stop(wave.id, "admin", house.clock.now())
    with pytest.raises(NotFoundError):
        await house.waves.stop("ID9", "admin", house.clock.now())


async def test_a_wave_that_was_stopped_while_it_was_drawn_invites_nobody_more(
    house: WaveHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.runtime.survey_waves.waving.PORTION", 2)
    await house.people(5)
    await house.publish()
    await house.clock.advance(7 * 86_400)
    await house.killed_after(2)
    [wave] = await house.waves.list()
    assert (wave.state, wave.placed) == ("drawing", 2)
    await house.waves.stop(wave.id, "admin", house.clock.now())
    await house.round(minutes=1)
    assert await house.states() == {("sent", ""): 2}


async def test_a_plan_that_is_halted_or_gone_draws_nothing(house: WaveHouse) -> None:
    await house.people(1)
    await house.publish()
    assert await house.waves.since("support", "round") == house.clock.now()
    await house.store.surveys.publish((), house.clock.now(), house.new_id)
    assert await house.waves.since("support", "round") is None
    await house.round(days=7)
    assert await house.waves.list() == []


async def test_an_edited_plan_is_as_old_as_it_was_and_one_that_came_back_is_new(
    house: WaveHouse,
) -> None:
    begun = house.clock.now()
    await house.publish()
    await house.clock.advance(60)
    await house.publish(size="3")
    assert await house.waves.since("support", "round") == begun
    await house.clock.advance(60)
    await house.store.surveys.publish((), house.clock.now(), house.new_id)
    await house.clock.advance(60)
    await house.publish(size="3")
    assert await house.waves.since("support", "round") == house.clock.now()
