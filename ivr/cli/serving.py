"""`ivr serve`: the server, from its start to its last call."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.app import Server, build
from ivr.cli.loading import complain_of, load
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD, complain, say
from ivr.domain.errors import ConfigError, IvrError
from ivr.runtime import logs
from ivr.runtime.flows.watching import watch

if TYPE_CHECKING:
    from ivr.config.model import Config

_LOG = logging.getLogger(__name__)


def serve(path: Path) -> int:
    """Run until a signal says stop. Returns the exit code."""
    config = load(path)
    logs.set_up(config.log.level, config.log.pii)
    try:
        return _run(config)
    except ConfigError as error:
        complain_of(error)
        complain("The server does not start with mistakes in its flows or settings.")
        return FOUND
    except IvrError as error:
        complain(str(error))
    except OSError as error:
        complain(f"cannot run: {error}")
    return CANNOT_RUN


def _run(config: Config) -> int:
    with suppress(ImportError):
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_serve(config))
    return asyncio.run(_serve(config))


async def _serve(config: Config) -> int:
    server = await build(config)
    try:
        port = await server.listen()
        _greet(config, port)
        if config.flows.watch:
            folder, clock = Path(config.flows.folder), server.switch.ports.clock
            watching = watch(server.library, folder, server.tasks, clock)
            server.tasks.start(watching, "watch flows")
        await _until_told(server)
    finally:
        await server.close()
    return GOOD


async def _until_told(server: Server) -> None:
    """The first signal lets calls finish, the second one does not."""
    first, second = asyncio.Event(), asyncio.Event()

    def told() -> None:
        (second if first.is_set() else first).set()

    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, told)
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
        else:
            say(f"  {trunk.provider} webhook of {name}: {config.public_base}/hooks/{name}/voice")
    say("  call from a terminal: ivr call")
