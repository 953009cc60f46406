"""`ivr call`: a phone in the terminal, on the real engine, without any server."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.app import Parts, Server, build
from ivr.channels.simulator.trunk import Message, SimulatorTrunk
from ivr.cli.keyboard import keyboard
from ivr.cli.loading import complain_of, load
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD, complain, say
from ivr.domain.errors import ConfigError
from ivr.domain.phone import parse_phone, withheld
from ivr.media.collect import KEYS
from ivr.runtime import logs
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.switch import Offered

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.config.model import Config
    from ivr.domain.call import CallId

HELP = """Type keys (12#) or words (kayıp kart); h hangs up."""
PIPED = "Each line is keyed or said when the flow listens; an empty line says nothing."


def call(flow: str | None, path: Path, caller: str) -> int:
    """Call a flow. Returns the exit code."""
    config = load(path)
    ani = None if withheld(caller.strip()) else parse_phone(caller, config.country)
    if ani is None and not withheld(caller.strip()):
        complain(f'"{caller}" is no telephone number; write --as "" to withhold it')
        return CANNOT_RUN
    logs.set_up("error", config.log.pii)
    try:
        return asyncio.run(_call(config, flow, ani))
    except ConfigError as error:
        complain_of(error)
        return FOUND


async def _call(config: Config, flow: str | None, ani: str | None) -> int:
    server = await build(config, Parts(store=MemoryStore(), keys=PlainKeys()))
    try:
        live = server.library.current().live
        wanted = flow or next(iter(live), "")
        if wanted not in live:
            there = f"there are {', '.join(live)}" if live else f"{config.flows.folder} has none"
            complain(f'there is no flow "{wanted}"; {there}' if wanted else f"no flow: {there}")
            return CANNOT_RUN
        say(HELP if sys.stdin.isatty() else PIPED)
        await _Terminal(server, SimulatorTrunk("terminal", server.switch, server.tasks)).talk(
            _offered(config, wanted, ani)
        )
    finally:
        await server.close()
    return GOOD


def _offered(config: Config, flow: str, ani: str | None) -> Offered:
    dnis = next((n for n, entry in config.numbers.items() if entry.flow == flow), "+900000000000")
    return Offered("terminal", "simulator", "terminal", dnis, ani, flow)


class _Terminal:
    """Prints what is heard; every line typed is an act of the caller.

    At a keyboard a line counts at once, as a key does. Lines from a pipe or a file know nothing of
    time: each waits until the prompts are over and the flow listens, and so does the end of them.
    """

    def __init__(self, server: Server, trunk: SimulatorTrunk) -> None:
        server.switch.trunks[trunk.name] = trunk
        self._trunk = trunk
        self._over = asyncio.Event()
        self._listens = asyncio.Event()
        self._quiet_at = server.switch.ports.clock.now()
        self._clock = server.switch.ports.clock
        self._tasks = server.tasks
        self._at_once = sys.stdin.isatty()

    async def talk(self, offered: Offered) -> None:
        """From the ring to the end of the call."""
        call = await self._trunk.dial(offered, self._hear)
        if call is None:
            complain("no new calls are taken")
            return
        self._tasks.start(self._act(call), "keyboard")
        await self._over.wait()

    def _hear(self, message: Message) -> None:
        for prompt in message.get("hears", ()):
            say(f"[{prompt['language']}] {prompt['text']}")
        if "hears" in message:
            lasts_s = sum(prompt["seconds"] for prompt in message["hears"])
            self._quiet_at = self._clock.now() + timedelta(seconds=lasts_s)
        if message.get("listens"):
            self._listens.set()
            say("  (listening; what you type is secret)" if message["secret"] else "  (listening)")
        if message.get("records"):
            self._listens.set()
            say("  (taking a message; # ends it)")
        if "ended" in message:
            say(f"Call ended ({message['ended']}), outcome {message['outcome']}")
            self._over.set()

    async def _act(self, call: CallId) -> None:
        async with keyboard() as reader:
            while line := await reader.readline():
                typed = line.decode(errors="replace").strip()
                await self._its_time()
                if typed.lower() in {"h", "hangup", "hang up"}:
                    break
                await self._typed(call, typed)
            else:
                await self._its_time()
        await self._trunk.hang_up(call)

    async def _its_time(self) -> None:
        """When the next line counts."""
        if self._at_once:
            return
        await self._listens.wait()
        await self._clock.sleep_until(self._quiet_at)
        self._listens.clear()

    async def _typed(self, call: CallId, typed: str) -> None:
        if typed and all(key in KEYS for key in typed.upper()):
            for key in typed.upper():
                await self._trunk.press(call, key)
        elif typed:
            await self._trunk.say(call, typed)
