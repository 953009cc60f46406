"""Callers whom a full queue sends on: to a flow, to a place, to a promise; nobody into silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.call_centre import CallCentre, Telephone
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ivr.domain.call import CallId

TITLE = "    title: {tr: Genel, en: General}\n"
LATE = "{when: {waited: 20s}, to: {%s}}"
MESSAGE = """\
flow: message
version: 1
languages: [tr, en]
start: first
exits: [full]
nodes:
  first:
    - menu: overflow_choice
      keys: {"1": exit.done, "2": exit.full, "3": exit.failed}
      giveup: exit.done
"""
PROMPTS = 'overflow_choice: {tr: "Bitti 1, dolu 2, olmadı 3.", en: "Done 1, full 2, failed 3."}\n'


def laid_out(folder: Path, *ways: str) -> Path:
    """The shipped folder; who waits 20 s for a person is sent on by these ways."""
    rules = "".join(f"      - {LATE % way}\n" for way in ways)
    shipped(folder, {TITLE: f"{TITLE}    overflow:\n{rules}"})
    (folder / "flows" / "message.yaml").write_text(MESSAGE, encoding="utf-8")
    with (folder / "flows" / "prompts.yaml").open("a", encoding="utf-8") as file:
        file.write(PROMPTS)
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def waiting(folder: Path, *ways: str) -> tuple[CallCentre, CallId]:
    """Somebody waits, and the only agent talks to somebody else."""
    centre = await CallCentre.open(laid_out(folder, *ways))
    await centre.is_busy("ayse")
    call = await centre.waits("+905321112244")
    await centre.clock.advance(19)
    return centre, call


def hears(centre: CallCentre, call: CallId) -> list[str]:
    """The names of all that a caller has heard."""
    return [str(one["name"]) for each in centre.heard[call] for one in each.get("hears", ())]


async def test_a_flow_takes_the_caller_over_and_its_exit_is_that_of_the_step(folder: Path) -> None:
    centre, call = await waiting(folder, "flow: message", "exit: timeout")
    assert "overflow_choice" not in hears(centre, call)
    await centre.clock.advance(1)
    assert "overflow_choice" in hears(centre, call)
    await centre.trunk.press(call, "2")
    await centre.clock.advance(1)
    await centre.leaves(call)
    row = await centre.record(call)
    waits = [(one.detail, one.result) for one in row.segments if one.kind == "queue"]
    assert waits == [("general overflow flow:message", "overflow")]
    assert row.outcome == "overflowed"
    await centre.close()


async def test_a_place_is_rung_up_and_talks_to_the_caller(folder: Path) -> None:
    centre, call = await waiting(folder, "number: vip_desk")
    place = Telephone("vip_desk", centre.trunk).plug_in()
    await centre.clock.advance(1)
    assert place.rings
    place.answer()
    await centre.clock.advance(30)
    place.hang_up()
    await centre.clock.advance(1)
    await centre.leaves(call)
    row = await centre.record(call)
    assert row.outcome == "transferred"
    assert ("external", "vip_desk") in [(one.kind, one.detail) for one in row.segments]
    await centre.close()


async def test_a_place_that_is_not_there_leads_to_the_next_way(folder: Path) -> None:
    centre, call = await waiting(folder, "number: '+90 212 555 00 01'", "flow: message")
    await centre.clock.advance(2)
    assert "overflow_choice" in hears(centre, call)
    await centre.close()


async def test_a_place_that_nobody_answers_is_given_up_and_the_caller_is_not_lost(
    folder: Path,
) -> None:
    centre, call = await waiting(folder, "number: vip_desk")
    place = Telephone("vip_desk", centre.trunk).plug_in()
    await centre.clock.advance(22)
    assert not place.rings
    before = len(hears(centre, call))
    await centre.clock.advance(10)
    assert len(hears(centre, call)) >= before > 0
    await centre.leaves(call)
    assert (await centre.record(call)).outcome in ("overflowed", "voicemail")
    await centre.close()


async def test_a_callback_is_offered_and_booked_while_the_place_is_kept(folder: Path) -> None:
    centre, call = await waiting(folder, "callback: general")
    await centre.clock.advance(1)
    assert "callback_offer" in hears(centre, call)
    assert [row["call"] for row in centre.floor.waiting("general")] == [call]
    await centre.trunk.press(call, "1")
    await centre.clock.advance(1)
    assert "callback_booked" in hears(centre, call)
    await centre.clock.advance(10)
    row = await centre.record(call)
    assert (row.outcome, row.ended_by) == ("callback", "hangup")
    (promise,) = await centre.served.server.switch.store.callbacks.recent(5)
    assert (promise.promise.number, promise.promise.queue) == ("+905321112244", "general")
    await centre.close()


async def test_who_does_not_want_to_be_called_back_goes_by_the_next_way(folder: Path) -> None:
    centre, call = await waiting(folder, "callback: general", "flow: message")
    await centre.clock.advance(2)
    assert "overflow_choice" not in hears(centre, call)
    await centre.clock.advance(20)
    assert "overflow_choice" in hears(centre, call)
    await centre.close()


async def test_a_crash_during_the_offer_costs_no_place_and_nobody_is_asked_twice(
    folder: Path,
) -> None:
    centre, call = await waiting(folder, "callback: general")
    await centre.clock.advance(2)
    after = await centre.killed(folder)
    heard: list[Mapping[str, Any]] = []
    assert after.trunk.attach(call, heard.append)
    assert [row["call"] for row in after.floor.waiting("general")] == [call]
    await after.clock.advance(90)
    assert str(heard).count("callback_offer") == 1, "what was being said is said again, no more"
    await after.trunk.press(call, "1")
    await after.clock.advance(10)
    assert (await after.record(call)).outcome == "callback"
    await after.close()
    await centre.close()
