"""A server with many doors, for attacks: each trunk listens on a loopback address of its own.

Friends call from 127.0.0.1; strangers and attackers come from other addresses of this machine.
"""

from __future__ import annotations

import asyncio
import random
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes.sip_bench import NUMBER, Bench, answer_to

if TYPE_CHECKING:
    import pytest

    from tests.fakes.sip_phone import Dialog, SipPhone

STRANGER = "127.0.0.66"
PAIRS = 5
"""Of ports for sound on the trunk `small`."""
TRUNKS = """
  carrier:
    provider: sip
    listen: 127.0.0.2:0
    from: [127.0.0.1/32]
    media: {{nat: true}}
    limits: {{per_second: 5000}}
  busy:
    provider: sip
    listen: 127.0.0.7:0
    from: [127.0.0.1/32]
  office:
    provider: sip
    listen: 127.0.0.4:0
    from: [127.0.0.1/32]
    registrar: true
    limits: {{per_second: 5000}}
  small:
    provider: sip
    listen: 127.0.0.5:0
    from: [127.0.0.1/32]
    rtp_ports: {low}-{high}
    limits: {{live: {pairs}, per_second: 5000}}
  polite:
    provider: sip
    listen: 127.0.0.6:0
    from: [127.0.0.1/32]
    unknown: forbid
"""


def free_ports(host: str, count: int) -> int:
    """The first of so many free UDP ports in a row, an even one."""
    dice = random.Random()  # noqa: S311 - any place will do
    while True:
        low = dice.randrange(30_000, 60_000, 2)
        try:
            with Held(host, range(low, low + count)):
                return low
        except OSError:
            continue


class Held:
    """Holds UDP ports of an address. Raises OSError if one of them is taken."""

    def __init__(self, host: str, ports: range) -> None:
        self._socks: list[socket.socket] = []
        try:
            for port in ports:
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self._socks.append(sock)
                sock.bind((host, port))
        except OSError:
            self.__exit__()
            raise

    def __enter__(self) -> None:
        """They are held already."""

    def __exit__(self, *_error: object) -> None:
        for sock in self._socks:
            sock.close()


async def start_siege(folder: Path, sounds: Path, patch: pytest.MonkeyPatch) -> Bench:
    """The server; the users 105 and 1000 have phones at the trunk `office`."""
    low = free_ports("127.0.0.5", 2 * PAIRS)
    trunks = TRUNKS.format(low=low, high=low + 2 * PAIRS - 1, pairs=PAIRS)
    changes = {"\ntrunks:\n": f"\ntrunks:{trunks}"}
    patch.chdir(folder)
    patch.setattr("tests.fakes.sip_served.REST_S", 1.0)
    return await Bench.start(folder, sounds, changes, ["105", "1000"])


async def calls(bench: Bench) -> int:
    """How many interactions there are."""
    return len(await bench.store.interactions.recent(10_000))


def memory_kb(pid: int | str = "self") -> int:
    """Resident memory of a process."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0])


async def up(bench: Bench, phone: SipPhone, called: str = NUMBER) -> Dialog:
    """A call with sound."""
    dialog = phone.invite(called)
    await bench.answers(phone, dialog)
    return dialog


async def served_again(bench: Bench, trunk: str) -> None:
    """A call is answered, at the latest when what was spent has come back."""
    async with bench.phone(trunk=trunk) as phone, asyncio.timeout(8):
        status = 0
        while status != 200:
            dialog = phone.invite(NUMBER)
            answer = await answer_to(phone, dialog)
            status = answer.status
            if status != 200:
                dialog.to = answer["to"]
                phone.send(phone.request("ACK", dialog, branch=dialog.branch))
                await pause(0.1)
        phone.acknowledge(dialog, answer)
        await phone.bye(dialog)


async def pause(seconds: float) -> None:
    """Time passes on the loop's clock."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    loop.call_later(seconds, over.set_result, None)
    await over
