"""What people ask of the floor, and what pages read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import (
    EndpointUnreachableError,
    IllegalTransitionError,
    NotFoundError,
    NotValidError,
    StaleVersionError,
    UnknownReasonError,
)
from ivr.runtime.ports.desk import AgentRow, Person
from tests.fakes.call_centre import CallCentre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await CallCentre.open(tmp_path)
    yield made
    await made.close()


async def test_nobody_comes_to_work_without_a_telephone_that_rings(centre: CallCentre) -> None:
    with pytest.raises(EndpointUnreachableError, match="sim:ayse"):
        await centre.floor.ask("ayse", "login", by="ayse")


async def test_who_is_no_agent_cannot_come_to_work(centre: CallCentre) -> None:
    with pytest.raises(NotFoundError):
        await centre.floor.ask("nobody", "login", by="nobody")


async def test_an_agent_who_was_made_meanwhile_can_come_to_work(centre: CallCentre) -> None:
    store = centre.served.server.switch.store
    await store.people.save(Person("eda", "Eda Su", ("agent",)))
    await store.agents.save(
        AgentRow("eda", teams=("card_desk",), endpoints={"simulator": "sim:eda"})
    )
    centre.trunk.desk.connect("eda", lambda _message: None)
    row = await centre.floor.ask("eda", "login", by="eda")
    assert (row["state"], row["display"]) == ("available", "Eda Su")


@pytest.mark.parametrize(
    ("what", "facts", "error"),
    [
        ("hold", {}, IllegalTransitionError),
        ("set_break", {"reason": "no such reason"}, UnknownReasonError),
        ("set_available", {"version": 99}, StaleVersionError),
        ("wrapup_done", {"code": "no such code"}, NotValidError),
    ],
)
async def test_what_cannot_be_is_refused_with_its_reason(
    centre: CallCentre, what: str, facts: dict[str, object], error: type[Exception]
) -> None:
    await centre.works("ayse")
    with pytest.raises(error):
        await centre.floor.ask("ayse", what, by="ayse", **facts)
    assert centre.state("ayse") == "available"


async def test_who_waits_is_listed_with_his_number(centre: CallCentre) -> None:
    await centre.works("ayse")
    first, second = await centre.waits(), await centre.waits()
    rows = centre.floor.waiting("general")
    assert [(row["call"], row["caller"]) for row in rows] == [
        (first, "+905321112233"),
        (second, "+905321112233"),
    ]
    with pytest.raises(NotFoundError):
        centre.floor.waiting("no such queue")


async def test_a_queue_shows_its_title_and_who_is_there_for_it(centre: CallCentre) -> None:
    await centre.works("ayse")
    await centre.waits()
    row = next(one for one in centre.floor.queues() if one["queue"] == "general")
    assert (row["title"], row["waiting"], row["agents"]["ringing"]) == ("Genel", 1, 1)


async def test_a_supervisor_changes_who_is_next(centre: CallCentre) -> None:
    await centre.works("ayse")
    calls = [await centre.waits() for _caller in range(3)]
    await centre.floor.priority(calls[2], "vip", "deniz", "complained before")
    order = [row["call"] for row in centre.floor.waiting("general")]
    assert order.index(calls[2]) < order.index(calls[1])


async def test_whoever_declines_is_not_asked_for_the_same_call_again_at_once(
    centre: CallCentre,
) -> None:
    await centre.works("ayse", "can")
    await centre.waits()
    (offer,) = centre.floor.offers("ayse")
    assert centre.floor.call_of(offer["offer"]) == offer["call"]
    await centre.floor.decline(offer["offer"], "my screen is broken")
    await centre.clock.advance(1)
    assert not centre.phones["ayse"].rings
    assert centre.phones["can"].rings


async def test_a_telephone_that_comes_back_makes_its_agent_available(centre: CallCentre) -> None:
    await centre.works("ayse")
    centre.phones["ayse"].pull_the_plug()
    await centre.clock.advance(1)
    assert centre.state("ayse") == "not_responding"
    centre.phones["ayse"].plug_in()
    await centre.clock.advance(1)
    assert centre.state("ayse") == "available"
