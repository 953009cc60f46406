"""sipp calls the bank and is called by it: keys of two kinds, TCP, lost messages, a transfer."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.fakes.bank_line import CALLER, PIN, TONE_HZ, check_balance, check_opening
from tests.fakes.programs import free_port, listens
from tests.fakes.sipp import (
    LEAD_S,
    Ear,
    Sipp,
    answered,
    bye,
    hung_up,
    info,
    invite,
    need_raw_sockets,
    pause,
    press,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from tests.fakes.bank_line import BankLine

VIP = "+905321112201"
DESK = "127.0.0.2"
CARRIER = """
  carrier:
    provider: sip
    listen: 127.0.0.1:0
    from: [{host}/32]
    servers: ["{host}:{port}"]

numbers:
"""
KEY_S = 0.7
"""Between two moments at which it presses something: the server has asked its question by then."""


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    """Where the sound for sipp goes."""
    made = await Ear.open()
    yield made
    made.close()


@asynccontextmanager
async def sipp(folder: Path, options: str, *steps: str) -> AsyncIterator[Sipp]:
    """A sipp that is ended in any case."""
    made = await Sipp.start(folder, options, *steps)
    try:
        yield made
    finally:
        await made.close()


def caller(line: BankLine, ear: Ear, more: str = "-m 1") -> str:
    """The options of a sipp that calls the bank as the customer."""
    host, port = line.server
    return f"{host}:{port} -s bank -key from {CALLER} {ear.options} {more}"


async def test_sipp_hears_the_menu_and_gets_its_balance(
    tmp_path: Path, line: BankLine, ear: Ear
) -> None:
    need_raw_sockets()
    menu_s = (await line.opening()).seconds
    keys = [press("1"), press(PIN), press("2")]
    steps = (invite(), pause(menu_s + 0.9 - LEAD_S), *keys, hung_up())
    async with sipp(tmp_path / "sipp", caller(line, ear), *steps) as phone:
        (row,) = await line.ended(within_s=20)
        await phone.done()
    check_balance(row)
    assert ear.types == {8}
    await check_opening(line, ear.heard())


async def test_sipp_presses_keys_by_info_over_tcp(tmp_path: Path, line: BankLine, ear: Ear) -> None:
    keys = [info("1", 2), pause(KEY_S), *(info(key, 3 + at) for at, key in enumerate(PIN))]
    steps = (invite(events=False), pause(0.5), *keys, pause(KEY_S), info("2", 7), hung_up())
    options = caller(line, ear, "-m 1 -t t1")
    async with sipp(tmp_path / "sipp", options, *steps) as phone:
        (row,) = await line.ended(within_s=20)
        await phone.done()
    check_balance(row)
    assert ear.heard().tone(TONE_HZ)[1] > 0.2


async def test_a_vip_is_connected_to_sipp_and_hears_it(
    tmp_path: Path, opens: Callable[..., Awaitable[BankLine]]
) -> None:
    port = free_port(host=DESK)
    line = await opens(
        {
            "\nnumbers:\n": CARRIER.format(host=DESK, port=port),
            "    kind: bridge\n": "    kind: bridge\n    trunk: carrier\n",
        }
    )
    await line.opening()  # made by now, or the caller would wait for it within his ten seconds
    options = (
        f"-i {DESK} -bind_local -p {port} -mi {DESK} -mp {free_port(host=DESK)} -rtp_echo -m 1"
    )
    steps = (answered(), hung_up())
    async with sipp(tmp_path / "sipp", options, *steps) as desk, line.sip.phone(VIP) as phone:
        await listens(DESK, port)
        dialog = await phone.call("bank")
        said = bytes(range(160))

        def echoed() -> bool:
            phone.send_rtp(dialog, said)
            return any(packet.payload == said for packet in phone.rtp)

        await phone.until(echoed, 10)
        await phone.bye(dialog)
        (row,) = await line.ended()
        await desk.done()
    assert row.path[:3] == ("welcome", "main", "vip")
    assert [segment.kind for segment in row.segments][:2] == ["ivr", "external"]


async def test_calls_of_sipp_that_lose_messages_all_come_and_go_once(
    tmp_path: Path, line: BankLine, ear: Ear
) -> None:
    calls, percent = 20, 8
    options = caller(line, ear, f"-m {calls} -r 20 -lost {percent}")
    async with sipp(tmp_path / "sipp", options, invite(), pause(0.2), bye()) as phone:
        rows = await line.ended(calls, within_s=25)
        await phone.done(25)
    assert len(rows) == calls
    assert {row.cause for row in rows} == {"normal"}
    assert not line.sip.served.server.switch.calls
