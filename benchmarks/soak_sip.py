"""A long run of SIP calls: two phones in one call from begin to end, and many short ones beside it.

The two talk in numbered frames, with a hold and a transfer on the way; beside them 100 calls a
minute listen to a menu, talk, are held and handed on. What the server keeps for calls must not
grow, and of what was said nothing may be lost by us.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.server import HOST, IVR, SERVE, command, free_port, lay_out, running
from benchmarks.sip_bed import family, recording
from benchmarks.soak import Watched, grown
from benchmarks.table import Benchmark, Row
from tests.fakes.sip_long import NAMES, flows, live_long, password_in, places
from tests.fakes.sip_talkers import after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmarks.server import Process
    from tests.fakes.sip_long import Lived

SECONDS = 60.0
EVERY_S = 0.6
SAMPLE_S = 1.0
STEADY_SAMPLES = 5
SETTLE_S = 40.0
"""After the last call: finished transactions are forgotten 32 s later, ports rest for 30 s."""
CONFIG = """
zone: Europe/Istanbul
web: {{listen: "{host}:{web}", public_base: "http://{host}:{web}"}}
database: sqlite:///ivr.db
flows: {{folder: flows}}
keys: {{file: master.key}}
log: {{level: warning}}
languages: [en]
limits: {{drain: 1s}}
media: {{sounds: speech}}
places:
{places}
trunks:
  phones:
    provider: sip
    listen: "{host}:{sip}"
    registrar: true
    open: true
    rtp_ports: 20000-29999
    limits: {{live: 1000, per_second: 1000}}
"""
PROMPTS_S = {"long": 8.0, "short": 0.5}


@dataclass(slots=True)
class Home:
    """The server under test, and the passwords of its phones."""

    process: Process
    sip: int
    passwords: Mapping[str, str]


@dataclass(slots=True)
class Samples:
    """What the server and its helpers use, once a second.

    worker: media and speech. before, left: sockets before the first call and after the last.
    """

    server: Watched = field(default_factory=Watched)
    worker: Watched = field(default_factory=Watched)
    before: int = 0
    left: int = 0


@contextmanager
def home() -> Iterator[Home]:
    """A server in a folder of its own, to which all phones of the load are known."""
    with TemporaryDirectory(prefix="ivr-soak-") as name:
        folder, web, sip = Path(name), free_port(), free_port()
        config = CONFIG.format(host=HOST, web=web, sip=sip, places=places())
        lay_out(folder, config, **flows())
        sounds = folder / "flows" / "prompts" / "en"
        sounds.mkdir(parents=True)
        for prompt, seconds in PROMPTS_S.items():
            (sounds / f"{prompt}.wav").write_bytes(recording(seconds))
        passwords = {each: _added(each, folder) for each in NAMES}
        with running(SERVE, web, folder) as process:
            yield Home(process, sip, passwords)


def _added(name: str, folder: Path) -> str:
    """Add the user of a phone; its password."""
    told, _complaints = command([*IVR, "user", "add", "--sip", name], folder)
    return password_in(told)


def measure(seconds: float) -> Sequence[Row]:
    """One run of so many seconds and what came of it."""
    samples = Samples()
    with home() as found:
        lived = asyncio.run(_live(found, samples, seconds))
        code = found.process.stop()
    return [*_talk(lived), *_mix(lived), *_used(samples), Row("exit code after SIGTERM", code, "")]


async def _live(found: Home, samples: Samples, seconds: float) -> Lived:
    samples.before = await _steady(found.process)
    beside = partial(_watch, found.process, samples)
    server = (HOST, found.sip)
    lived = await live_long(server, found.passwords, seconds, EVERY_S, beside)
    await after(SETTLE_S)
    samples.left = _sockets(found.process)
    return lived


async def _steady(process: Process) -> int:
    """The sockets of a server that has begun all it begins by itself."""
    seen = [_sockets(process)]
    while len(seen) < STEADY_SAMPLES or len({*seen[-STEADY_SAMPLES:]}) > 1:
        await after(SAMPLE_S)
        seen.append(_sockets(process))
    return seen[-1]


async def _watch(process: Process, samples: Samples, is_over: Callable[[], bool]) -> None:
    """Look at both processes until the run is over."""
    while not is_over():
        server, *others = family(process.popen.pid)
        for pids, watched in (((server,), samples.server), (others, samples.worker)):
            watched.rss_bytes.append(sum(_rss_bytes(pid) for pid in pids))
            watched.descriptors.append(sum(_files(pid) for pid in pids))
        await after(SAMPLE_S)


def _sockets(process: Process) -> int:
    """Open sockets of all our processes. Files of sounds that were played stay mapped."""
    names = [name for pid in family(process.popen.pid) for name in _opened(pid)]
    return sum(name.startswith("socket:") for name in names)


def _opened(pid: int) -> list[str]:
    """What the descriptors of a process are. Source: proc(5), fd."""
    found = []
    for link in list(Path(f"/proc/{pid}/fd").iterdir()):
        with suppress(OSError):  # closed meanwhile
            found.append(str(link.readlink()))
    return found


def _files(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:  # it has just ended
        return 0


def _rss_bytes(pid: int) -> int:
    """Resident memory. Source: proc(5), statm."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0


def _talk(lived: Lived) -> Iterator[Row]:
    talk = lived.talk.stretches
    yield Row("frames that two phones said to each other", sum(one.frames for one in talk), "")
    yield Row("frames lost by us", sum(one.lost for one in talk), "", "frames_lost")
    yield Row("frames heard twice", sum(one.doubled for one in talk), "")
    yield Row("frames heard on hold", lived.talk.heard_on_hold, "")
    yield Row("longest pause of the load itself", max(one.paused_ms for one in talk), "ms")
    yield Row("drift of the way through us", max(one.drift_ms for one in talk), "ms", "drift_ms")
    yield Row("drift of time stamps", max(one.clock_drift_ms for one in talk), "ms")


def _mix(lived: Lived) -> Iterator[Row]:
    tally = lived.tally
    yield from (Row(f"short calls: {kind}", made, "") for kind, made in tally.made.items())
    yield from (Row(f"wrong: {what}"[:52], times, "") for what, times in tally.wrong.items())
    yield Row("short calls refused, the machine being too busy", tally.refused, "")
    yield Row("short calls that went wrong", sum(tally.wrong.values()), "", "wrong_calls")


def _used(samples: Samples) -> Iterator[Row]:
    for name, watched in (("server", samples.server), ("worker", samples.worker)):
        for row in grown(watched):
            bar = f"{name}_{row.bar}" if row.bar else ""
            yield Row(f"{name}: {row.what}", row.figure, row.unit, bar, row.is_baseline)
    left = samples.left - samples.before
    yield Row("sockets left when all calls are over", left, "", "sockets_left")


def benchmark(seconds: float) -> Benchmark:
    """The run as a table."""
    return Benchmark(
        name="soak_sip",
        title=f"{seconds:g} s, two phones in one call and {60 / EVERY_S:g} calls a minute",
        bars=(
            "frames_lost",
            "drift_ms",
            "wrong_calls",
            "server_rss_growth_percent",
            "server_descriptor_growth",
            "worker_rss_growth_percent",
            "worker_descriptor_growth",
            "sockets_left",
        ),
        run=partial(measure, seconds),
    )
