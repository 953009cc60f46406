"""Calls to an extension that pyVoIP answers, from end to end."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.fakes.pyvoip_rig import PyVoipServed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.sip_phone import Dialog, SipPhone

SILENT = (b"\xd5" * 160, b"\xff" * 160, b"\x55" * 160, b"\x7f" * 160)


@pytest.fixture
async def rig(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[PyVoipServed]:
    """The server, with pyVoIP registered."""
    monkeypatch.chdir(tmp_path)
    made = await PyVoipServed.start(tmp_path, tmp_path_factory.getbasetemp() / "sounds")
    try:
        await made.registered()
        yield made
    finally:
        await made.close()


def sounds(phone: SipPhone) -> int:
    """How many packets with sound a phone has heard."""
    return sum(packet.payload not in SILENT for packet in phone.rtp)


async def reaches_the_menu(rig: PyVoipServed, phone: SipPhone) -> Dialog:
    """A phone is connected with the extension and hears the menu there."""
    dialog = await phone.call("desk")
    await rig.asks("choose")
    heard = sounds(phone)
    await phone.until(lambda: sounds(phone) > heard + 20, 10.0)
    return dialog


async def test_a_caller_hears_the_flow_presses_keys_and_is_hung_up(rig: PyVoipServed) -> None:
    async with rig.sip.phone() as phone:
        dialog = await reaches_the_menu(rig, phone)
        phone.press(dialog, "1")
        await rig.asks("account")
        phone.press(dialog, "4711")
        [row] = await rig.ended()
        await phone.wait(lambda m: m.method == "BYE" and not m.status)
    assert (row.flow, row.channel, row.dnis) == ("hotline", "pyvoip", "7001")
    assert row.path[-2:] == ("begin", "number")
    assert row.ended_by == "hangup"


async def test_the_caller_may_hang_up_first(rig: PyVoipServed) -> None:
    async with rig.sip.phone() as phone:
        dialog = await reaches_the_menu(rig, phone)
        await phone.bye(dialog)
        [row] = await rig.ended()
    assert (row.ended_by, row.cause) == ("caller", "normal")


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_fallen_process_ends_its_calls_and_the_next_is_answered(
    rig: PyVoipServed, harm: signal.Signals
) -> None:
    async with rig.sip.phone() as phone:
        await reaches_the_menu(rig, phone)
        first = rig.post.pid
        assert first is not None
        os.kill(first, harm)
        await rig.until(lambda: not rig.post.ready.is_set())
        await rig.registered()
        assert rig.post.pid != first
        await phone.wait(lambda m: m.method == "BYE" and not m.status, 10.0)
    async with rig.sip.phone("second") as phone:
        await reaches_the_menu(rig, phone)
    rows = [row for row in await rig.sip.served.rows() if row.trunk == "inside"]
    assert (rows[0].ended_by, rows[0].cause) == ("lost", "system_lost")
    assert rows[1].ended_at is None
