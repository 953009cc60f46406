"""Callers who were cut off while they waited, and call again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.call_centre import CallCentre
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

POSITION = "    wait: {position: true}\n"
CHANGES = {
    "    provider: simulator\n": "    provider: simulator\n    attested: true\n",
    POSITION: f"{POSITION}    rejoin: {{grace: 10m}}\n",
}
CUT_OFF, OTHER, TALKING = "+905321112233", "+905320000002", "+905320000009"


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await CallCentre.open(tmp_path, changes=CHANGES)
    yield made
    await made.close()


def in_line(centre: CallCentre) -> list[object]:
    return [row["call"] for row in centre.floor.waiting("general")]


async def test_a_caller_whose_line_broke_has_the_old_place_and_the_old_wait_stays_abandoned(
    centre: CallCentre,
) -> None:
    talks = await centre.is_busy("ayse", TALKING)
    first = await centre.waits(CUT_OFF)
    await centre.clock.advance(60)
    other = await centre.waits(OTHER)
    await centre.leaves(first)
    assert in_line(centre) == [other]
    await centre.clock.advance(120)
    again = await centre.waits(CUT_OFF)
    assert in_line(centre) == [again, other]
    assert (await centre.record(first)).outcome == "abandoned"
    assert (await centre.record(talks)).outcome == "open"
    (row, _other) = centre.floor.waiting("general")
    assert row["rejoined"]
    assert row["waited_s"] >= 180


async def test_callers_whom_a_dead_server_lost_have_their_places_when_they_call_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = await CallCentre.open(tmp_path, changes=CHANGES)
    await first.works("ayse")
    lost = await first.waits(CUT_OFF)
    await first.clock.advance(5)
    stays = await first.waits(OTHER)
    second = await first.killed(tmp_path)
    assert second.trunk.attach(stays, lambda _message: None)
    await second.clock.advance(61)
    assert in_line(second) == [stays]
    assert (await second.record(lost)).outcome == "system_lost"
    second.phones["ayse"].plug_in()
    await second.clock.advance(1)
    again = await second.waits(CUT_OFF)
    assert in_line(second) == [again, stays]
    await second.close()
    await first.close()


async def test_who_hung_up_before_the_server_died_has_the_old_place_when_he_calls_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = await CallCentre.open(tmp_path, changes=CHANGES)
    await first.is_busy("ayse", TALKING)
    gone = await first.waits(CUT_OFF)
    await first.clock.advance(60)
    stays = await first.waits(OTHER)
    await first.leaves(gone)
    second = await first.killed(tmp_path)
    assert second.trunk.attach(stays, lambda _message: None)
    await second.clock.advance(61)
    assert in_line(second) == [stays]
    second.phones["ayse"].plug_in()
    await second.clock.advance(1)
    again = await second.waits(CUT_OFF)
    assert in_line(second) == [again, stays]
    (row, _other) = second.floor.waiting("general")
    assert row["rejoined"]
    assert (await second.record(gone)).outcome == "abandoned"
    await second.close()
    await first.close()


async def test_a_customer_whose_pin_was_right_has_the_old_place_from_another_telephone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    by_pin = "    rejoin: {grace: 10m, identity: [pin], customer: customer_no}\n"
    shipped(tmp_path, {POSITION: POSITION + by_pin})
    flow = tmp_path / "flows" / "bank.yaml"
    proof = 'pop: {customer_no: "81234", pin_ok: =known(call.ani)}'
    text = flow.read_text(encoding="utf-8")
    flow.write_text(text.replace("{queue: general, longest", f"{{queue: general, {proof}, longest"))
    made = await CallCentre.open(tmp_path)
    await made.is_busy("ayse", TALKING)
    first = await made.waits(CUT_OFF)
    await made.clock.advance(60)
    withheld = await made.waits(None)
    await made.leaves(first)
    stranger = await made.waits(None)
    assert in_line(made) == [withheld, stranger]
    again = await made.waits(OTHER)
    assert in_line(made) == [again, withheld, stranger]
    assert [row["rejoined"] for row in made.floor.waiting("general")] == [True, False, False]
    await made.close()
