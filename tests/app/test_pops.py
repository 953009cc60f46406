"""Screen pops of the whole server: told outside, and worth what the trunk is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ivr.app.pops import PopDesk
from ivr.cti.pop_config import pop_rules_of
from tests.fakes.call_centre import KNOWN, CallCentre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from ivr.cti.pop_rules import PopRules

Heard = list[tuple[str, "Mapping[str, Any]"]]


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await CallCentre.open(tmp_path)
    yield made
    await made.close()


def desk(centre: CallCentre, **changes: Any) -> Heard:  # noqa: ANN401 - any rule
    """Pops by changed rules; what they tell outside."""
    heard: Heard = []
    server = centre.served.server
    rules: PopRules = pop_rules_of(server.config, server.library.current().world)
    pops = PopDesk(
        server.switch,
        server.streams,
        replace(rules, **changes),
        lambda kind, payload: heard.append((kind, payload)),
    )
    server.floor.dispatch.pops = pops
    return heard


@pytest.mark.parametrize(("trunks", "level"), [((), 1), (("browser",), 2), (("main",), 1)])
async def test_a_number_is_worth_what_its_trunk_vouches_for(
    centre: CallCentre, trunks: tuple[str, ...], level: int
) -> None:
    heard = desk(centre, attested=frozenset(trunks))
    await centre.works("ayse")
    call = await centre.waits()
    ((kind, payload),) = [one for one in heard if one[0] == "pop.opened"]
    assert (kind, payload["call_id"], payload["ani_level"]) == ("pop.opened", call, level)


async def test_a_pop_that_no_desk_takes_is_told_after_three_seconds(centre: CallCentre) -> None:
    heard = desk(centre)
    await centre.works("ayse")
    await centre.waits()
    await centre.clock.advance(3.1)
    assert [kind for kind, _payload in heard] == ["pop.opened", "pop.unreceived"]


GENERAL = "  general:\n    title:"
OFF = "  general:\n    pop: off\n    title:"
LOANS = "  loans:\n    title:"


async def of_queues(folder: Path, changes: Mapping[str, str]) -> CallCentre:
    """A call centre of which some queues have no pops; ayse sits at a desk that shows nothing."""
    centre = await CallCentre.open(folder, changes=changes)
    await centre.served.server.streams.subscribe("ayse", ["me"])
    await centre.works("ayse")
    return centre


async def told(centre: CallCentre, agent: str) -> list[str]:
    """The queues of the pops that an agent was shown."""
    shown = await centre.served.server.streams.recent(agent)
    messages = [json.loads(one.body)["data"] for one in shown if one.pop]
    return [one["queue"] for one in messages if one["type"] == "open"]


async def test_a_telephone_waits_for_a_desk_that_is_slow_to_show_the_pop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    centre = await of_queues(tmp_path, {})
    await centre.waits()
    assert not centre.phones["ayse"].rings
    await centre.clock.advance(0.3)
    assert centre.phones["ayse"].rings
    assert await told(centre, "ayse") == ["general"]
    await centre.close()


async def test_a_queue_without_pops_rings_at_once_asks_nothing_and_still_says_who_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    centre = await of_queues(tmp_path, {GENERAL: OFF})
    contacts = centre.served.server.switch.store.interactions
    asked: list[str] = []
    monkeypatch.setattr(contacts, "by_number", lambda number, _most: asked.append(number))
    await centre.waits()
    assert centre.phones["ayse"].rings
    (offer,) = centre.floor.offers("ayse")
    assert (offer["queue"], offer["caller"]) == ("general", KNOWN)
    centre.phones["ayse"].answer()
    await centre.clock.advance(5)
    await centre.is_free_again("ayse")
    assert (await told(centre, "ayse"), asked) == ([], [])
    await centre.close()


@pytest.mark.parametrize(
    ("changes", "shown"),
    [({GENERAL: OFF}, ["loans"]), ({LOANS: LOANS.replace("title", "pop: off\n    title")}, [])],
)
async def test_after_a_transfer_the_queue_of_the_new_offer_says_whether_there_is_a_pop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: Mapping[str, str], shown: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    centre = await of_queues(tmp_path, changes)
    call = await centre.waits()
    await centre.clock.advance(0.3)
    centre.phones["ayse"].answer()
    await centre.works("can")
    await centre.floor.control(call, "transfer", {"to": "queue:loans", "kind": "blind"}, "ayse")
    await centre.clock.advance(1)
    assert centre.phones["can"].rings
    assert await told(centre, "can") == shown
    assert await told(centre, "ayse") == ([] if shown else ["general"])
    await centre.leaves(call)
    await centre.close()


async def test_a_running_server_takes_over_that_a_queue_has_no_pops_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    centre = await of_queues(tmp_path, {})
    live = centre.served.server.live
    general = live.now.queues["general"].model_copy(update={"pop": "off"})
    live.now = live.now.model_copy(update={"queues": {**live.now.queues, "general": general}})
    await centre.waits()
    assert centre.phones["ayse"].rings
    assert await told(centre, "ayse") == []
    await centre.close()
