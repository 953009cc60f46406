"""Ten seconds of what the soak does for hours: nothing is lost, and nothing is left behind."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_long import NAMES, Lived, flows, live_long, places
from tests.fakes.sip_served import PASSWORD
from tests.fakes.sip_silent import start_silently
from tests.fakes.sip_talkers import after

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.sip_served import SipServed

SECONDS, EVERY_S = 10.0, 0.6
LEFT_S = 5.0
FILLED_MS = 180
CHANGES = {"    open: true ": "    limits: {per_second: 1000}\n    open: true "}


async def left_behind(sip: SipServed) -> dict[str, int]:
    """What tables still hold of calls, once everything has had time to end."""
    house = sip.house
    works = house.works["phones"]
    loop = asyncio.get_running_loop()
    end = loop.time() + LEFT_S
    while True:
        (figures,) = await house.sound.stats()
        found = {
            "legs": figures.load.legs,
            "calls": len(works.calls),
            "references": len(works.by_ref),
            "dialogs": len(works.dialogs),
            "phones": len(works.phones),
            "engine": len(sip.served.server.switch.calls),
        }
        if not any(found.values()) or loop.time() > end:
            return found
        await after(0.1)


async def run_long(folder: Path) -> tuple[Lived, dict[str, int]]:
    (folder / "flows").mkdir()
    for name, text in flows().items():
        (folder / "flows" / f"{name}.yaml").write_text(text)
    changes = {**CHANGES, "places:\n": f"places:\n{places()}"}
    sip = await start_silently(folder, changes, NAMES)
    try:
        lived = await live_long(sip.server, dict.fromkeys(NAMES, PASSWORD), SECONDS, EVERY_S)
        return lived, await left_behind(sip)
    finally:
        await sip.close()


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lived, dict[str, int]]:
    """One run."""
    folder = tmp_path_factory.mktemp("long")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return asyncio.run(run_long(folder))


def test_a_talk_with_hold_and_transfer_loses_and_doubles_nothing(
    ran: tuple[Lived, dict[str, int]],
) -> None:
    talk = ran[0].talk
    assert len(talk.stretches) == 6
    assert min(one.frames for one in talk.stretches) > 100
    assert [(one.lost, one.doubled) for one in talk.stretches] == [(0, 0)] * 6


def test_the_way_through_the_server_does_not_drift(ran: tuple[Lived, dict[str, int]]) -> None:
    for one in ran[0].talk.stretches:
        assert one.drift_ms <= 20
        assert one.clock_drift_ms <= (20 if one.paused_ms < FILLED_MS else 20 + 2 * one.paused_ms)


def test_who_is_on_hold_is_not_heard(ran: tuple[Lived, dict[str, int]]) -> None:
    assert ran[0].talk.heard_on_hold == 0


def test_every_short_call_beside_it_went_well(ran: tuple[Lived, dict[str, int]]) -> None:
    tally = ran[0].tally
    assert (tally.wrong, tally.refused) == ({}, 0)
    assert set(tally.made) == {"menu", "held", "handed on"}


def test_nothing_is_left_behind(ran: tuple[Lived, dict[str, int]]) -> None:
    assert ran[1] == dict.fromkeys(ran[1], 0)
