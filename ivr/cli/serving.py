"""`ivr serve`: the server, from its start to its last call."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.app import Server, build
from ivr.cli.loading import complain_of, load
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD, MISSING_EXTRA, complain, say
from ivr.config.load import load_config
from ivr.config.sip import SipTrunk
from ivr.domain.errors import ConfigError, IvrError, MissingExtraError, StoreError
from ivr.runtime import logs
from ivr.runtime.flows.watching import RETRY_S, watch, watch_file
from ivr.web.auth.links import first_link

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.config.model import Config

SIGNALS = (signal.SIGTERM, signal.SIGINT)
TURN_S = 0.0005
"""How long one thread may keep the interpreter while the one that writes wants it; usually 5 ms."""
_LOG = logging.getLogger(__name__)


def serve(path: Path) -> int:
    """Run until a signal says stop. Returns the exit code."""
    config = load(path)
    logs.set_up(config.log.level, config.log.pii)
    try:
        return _run(config, path)
    except ConfigError as error:
        complain_of(error)
        complain("The server does not start with mistakes in its flows or settings.")
        return FOUND
    except MissingExtraError as error:
        complain(str(error))
        return MISSING_EXTRA
    except IvrError as error:
        complain(str(error))
    except OSError as error:
        complain(f"cannot run: {error}")
    return CANNOT_RUN


def _run(config: Config, path: Path) -> int:
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        return runner.run(_serve(config, path))


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The faster loop where there is one; only its absence is passed over, no other fault."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return None
    return new_event_loop


async def _serve(config: Config, path: Path) -> int:
    server = await build(config)
    try:
        told = _listen_to_signals()  # before anybody can know that the server is there
        _settle_in()
        port = await server.listen()
        _greet(config, port)
        for problem in server.warnings:
            if problem.code.startswith("ACD-"):
                say(f"  {problem}")
        await _tell_first_link(server, port)
        if config.flows.watch:
            folder, clock = Path(config.flows.folder), server.switch.ports.clock
            watching = watch(server.library, folder, server.tasks, clock)
            server.tasks.start(watching, "watch flows")
            reading = watch_file(path, partial(_reread, server, path), server.tasks)
            server.tasks.start(reading, "watch configuration")
        await _until_told(server, *told)
    finally:
        await server.close()
        _leave_signals()
    return GOOD


async def _tell_first_link(server: Server, port: int) -> None:
    """While nobody can administer the server, the way to the first admin is told here alone."""
    place = server.config.web
    base = place.public_base or f"http://{place.listen.host}:{port}"
    link = await first_link(server.switch.store.people, server.switch.ports.clock, base)
    if link is not None:
        say(f"  the first admin (once, within 15 minutes): {link}")


def _settle_in() -> None:
    """What is loaded by now stays: the collector can let it be, and threads take turns sooner.

    Measured with 48 callers at once: 2,457 webhook answers a second became 2,928, and the slowest
    hundredth 31 ms instead of 105 (benchmarks/webhooks.py, 2 cores). Nothing is collected before:
    of 280,000 objects none was garbage, and to look at all of them took 0.16 s of each start.
    """
    gc.freeze()
    sys.setswitchinterval(TURN_S)


def _listen_to_signals() -> tuple[asyncio.Event, asyncio.Event]:
    """Two events: SIGTERM or SIGINT has come once, and once more."""
    first, second = asyncio.Event(), asyncio.Event()

    def told() -> None:
        (second if first.is_set() else first).set()

    loop = asyncio.get_running_loop()
    for sign in SIGNALS:
        loop.add_signal_handler(sign, told)
    return first, second


def _leave_signals() -> None:
    """After the server a signal means again what it means to any program; uvloop would keep it."""
    loop = asyncio.get_running_loop()
    for sign in SIGNALS:
        loop.remove_signal_handler(sign)


async def _reread(server: Server, path: Path) -> None:
    """Take over a changed configuration file; one with mistakes changes nothing."""
    clock = server.switch.ports.clock
    while True:
        try:
            await server.reconfigure(load_config(path, os.environ, now=clock.now()))
        except ConfigError as error:
            for problem in error.problems:
                _LOG.error("config_problem", extra={"facts": {"problem": str(problem)}})
        except (OSError, StoreError):  # an editor may be replacing the very file we read
            _LOG.warning("config_waits", exc_info=True)
            await clock.sleep_until(clock.now() + timedelta(seconds=RETRY_S))
            continue
        return


async def _until_told(server: Server, first: asyncio.Event, second: asyncio.Event) -> None:
    """The first signal lets calls finish, the second one does not."""
    await first.wait()
    draining = server.tasks.start(server.drain(), "drain")
    hurried = server.tasks.start(second.wait(), "second signal")
    await asyncio.wait({draining, hurried}, return_when=asyncio.FIRST_COMPLETED)
    _LOG.info("stopping", extra={"facts": {"calls": len(server.switch.calls)}})


def _greet(config: Config, port: int) -> None:
    address = f"http://{config.web.listen.host}:{port}"
    say(f"ivr is listening on {address}")
    for number, entry in config.numbers.items():
        say(f"  {number} is answered by {entry.flow}")
    for name, trunk in config.trunks.items():
        if trunk.provider == "simulator":
            say(f"  call from the browser: {address}/simulator")
        elif isinstance(trunk, SipTrunk):
            who = "anyone on this machine" if trunk.open else "known callers"
            say(f"  SIP trunk {name}: {who} at {trunk.listen}")
        elif trunk.provider == "kannel":
            say(f"  texts by {name}: {config.public_base}/hooks/{name}/sms")
        else:
            say(f"  {trunk.provider} webhook of {name}: {config.public_base}/hooks/{name}/voice")
    say("  call from a terminal: ivr call")
    say(f"  agents: {address}/desk   figures: {address}/wallboard")
