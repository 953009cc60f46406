"""Whole servers for tests: the shipped configuration and flows in a folder of their own, on port 0.

`Served` runs in the test's own loop, on virtual time if wished; `Process` is a real `ivr serve`.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from aiohttp import ClientSession, ClientTimeout, WSMsgType
from yarl import URL

from ivr.app import Parts, Server, build, building
from ivr.channels.twilio.hooks import HookedTrunk
from ivr.channels.twilio.wire.signature import sign
from ivr.config.load import load_config
from ivr.runtime.memory.clock import START, VirtualClock
from tests.fakes.fresh_store import fresh_file
from tests.fakes.nursery import Forked, fork
from tests.fakes.twilio import Answered, FakeTwilio, Pairs

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from typing import TypeAlias

    from aiohttp import ClientWebSocketResponse

    from ivr.config.model import Config
    from ivr.runtime.flows.folder import Checked
    from ivr.runtime.ports import InteractionRow

    Files: TypeAlias = Mapping[str, bytes]
    _Check: TypeAlias = Callable[[Files, Config, datetime], Checked]

ROOT = Path(__file__).resolve().parents[2]
BASE = "http://127.0.0.1:8080"
HOOKS = f"{BASE}/hooks/main"
TOKEN = "demo"  # noqa: S105 - the demo token of the shipped configuration
FORM = "application/x-www-form-urlencoded"
BANK, PHARMACY = "+908502220000", "+908502220001"
PATIENCE_S = 30.0
KNOWN_FLOWS = 32
RECORD = re.compile(r"^    - record: start\n(      .*\n)*", re.MULTILINE)
SHIPPED_SHARE = "rate: 50%"
_SIP = re.compile(r"  phones: .*\n(?:    .*\n)*")
_LISTENING = re.compile(rb"listening on http://127\.0\.0\.1:(\d+)")


def _once(check: _Check) -> _Check:
    """Tests start hundreds of servers with the shipped flows: checking them is most of a start.

    The same files under the same values of a configuration on the same day give the same, which is
    frozen. Where a configuration was read from is no value of it: each test has its own folder.
    """
    known: deque[tuple[tuple[Files, dict[str, Any], date], Checked]] = deque(maxlen=KNOWN_FLOWS)

    def found(files: Files, config: Config, now: datetime) -> Checked:
        asked = (files, dict(vars(config)), now.date())
        for each, checked in known:
            if each == asked:
                return checked
        known.appendleft((asked, check(files, config, now)))
        return known[0][1]

    return found


building.check_folder = _once(building.check_folder)  # type: ignore[assignment, attr-defined]


def shipped(
    folder: Path,
    changes: Mapping[str, str] | None = None,
    *,
    sip: bool = False,
    asked: str = "0%",
    database: bool = True,
) -> Path:
    """The shipped flows and configuration in a folder; changes: text of config.yaml -> new text.

    sip: with the trunk `phones`, on any free port, and without recording. asked: how many callers
    the survey asks; who is one of them hangs on the id of the call, which no test knows.
    database: with its tables, which a first start would take half a second to make.
    """
    if database:
        fresh_file(folder / "var" / "ivr.db")
    shutil.copytree(ROOT / "flows", folder / "flows", dirs_exist_ok=True)
    ask(folder / "flows", asked)
    if sip:
        unrecorded(folder / "flows")
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    always = {
        "listen: 127.0.0.1:8080": "listen: 127.0.0.1:0",
        "api_base: https://api.twilio.com": "api_base: http://127.0.0.1:9",
        "mon-fri: 09:00-18:00, sat: 10:00-14:00": "mon-sun: 00:00-24:00",
    }
    text = (
        text.replace("listen: 127.0.0.1:5060", "listen: 127.0.0.1:0") if sip else _SIP.sub("", text)
    )
    for old, new in {**always, **(changes or {})}.items():
        assert old in text, f"config.yaml no longer says {old}"
        text = text.replace(old, new, 1)
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def unrecorded(flows: Path) -> None:
    """Have the shipped bank record nobody: calls by telephone are on real time, and it says so."""
    bank = flows / "bank.yaml"
    text = bank.read_text(encoding="utf-8")
    assert RECORD.search(text)
    bank.write_text(RECORD.sub("", text), encoding="utf-8")


def ask(flows: Path, share: str) -> None:
    """Have the shipped survey of a copied folder ask such a share of all callers."""
    survey = flows / "surveys" / "support.yaml"
    text = survey.read_text(encoding="utf-8")
    assert SHIPPED_SHARE in text
    survey.write_text(text.replace(SHIPPED_SHARE, f"rate: {share}"), encoding="utf-8")


class Web:
    """Requests to a server on this machine."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._session = ClientSession(timeout=ClientTimeout(total=20))

    async def get(self, path: str) -> Answered:
        """A GET."""
        async with self._session.get(self.url + path) as response:
            return Answered(response.status, await response.read())

    async def post(self, url: str, form: Pairs, signature: str) -> Answered:
        """A webhook as the provider would send it, whatever host its URL names."""
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {"X-Twilio-Signature": signature, "Content-Type": FORM}
        place = URL(self.url + target, encoded=True)
        async with self._session.post(place, data=urlencode(form), headers=headers) as response:
            return Answered(response.status, await response.read())

    async def signed(self, url: str, form: Pairs, token: str = TOKEN) -> Answered:
        """The same, signed."""
        return await self.post(url, form, sign(url, form, token))

    async def talk(self) -> ClientWebSocketResponse:
        """A connection of a simulated phone."""
        return await self._session.ws_connect(f"{self.url}/simulator/ws")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()


@dataclass(slots=True)
class Served:
    """A server in this loop. clock: None for real time."""

    server: Server
    web: Web
    clock: VirtualClock | None

    @classmethod
    async def start(cls, config: Path, parts: Parts | None = None) -> Served:
        """Put together and listen."""
        parts = parts or Parts()
        clock = parts.clock if isinstance(parts.clock, VirtualClock) else None
        server = await build(load_config(config, {}, now=START), parts)
        if clock is not None:
            _take_your_time(server)
        port = await server.listen()
        return cls(server, Web(port), clock)

    def provider(self, repeats: int = 0) -> FakeTwilio:
        """The provider's side of the trunk `main`."""
        pass_time = None if self.clock is None else self.clock.advance
        waits = None if self.clock is None else self._waits
        return FakeTwilio(self.web.post, HOOKS, pass_time, waits, token=TOKEN, repeats=repeats)

    def _waits(self) -> bool:
        """Whether a request of a call waits for time to pass."""
        return any(call.pending is not None for call in self.server.switch.calls.values())

    async def rows(self) -> list[InteractionRow]:
        """Every interaction, the oldest first, complete."""
        interactions = self.server.switch.store.interactions
        recent = await interactions.recent(10_000)
        found = [await interactions.get(row.public_id) for row in reversed(recent)]
        return [row for row in found if row is not None]

    async def close(self) -> None:
        """End everything."""
        await self.web.close()
        await self.server.close()


@dataclass(slots=True)
class Phone:
    """A simulated phone over the WebSocket; heard: prompt names, messages: all that came."""

    socket: ClientWebSocketResponse
    clock: VirtualClock | None = None
    heard: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    call: str = ""
    ended: dict[str, Any] | None = None

    async def send(self, **message: str | bool) -> None:
        """What the caller does."""
        await self.socket.send_json(message)

    async def until(self, key: str) -> dict[str, Any]:
        """The next message with this key; time passes while none comes."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = await self._next()
                if message is not None and key in message:
                    return message

    async def quiet(self) -> None:
        """What has been said is over (virtual time)."""
        assert self.clock is not None
        await self.clock.advance(self._left_s)

    @property
    def _left_s(self) -> float:
        last = next((m["hears"] for m in reversed(self.messages) if "hears" in m), ())
        return float(sum(prompt["seconds"] for prompt in last)) + 0.01

    async def _next(self) -> dict[str, Any] | None:
        try:
            frame = await self.socket.receive(timeout=None if self.clock is None else 0.02)
        except TimeoutError:
            assert self.clock is not None
            await self.clock.advance(0.5)
            return None
        assert frame.type is WSMsgType.TEXT, f"the phone went dead: {frame}"
        message: dict[str, Any] = frame.json()
        self.messages.append(message)
        self.heard += [prompt["name"] for prompt in message.get("hears", ())]
        self.call = message.get("call", self.call)
        self.ended = message if "ended" in message else self.ended
        return message


@dataclass(slots=True)
class Process:
    """A real `ivr serve` in a folder."""

    folder: Path
    running: asyncio.subprocess.Process | Forked
    web: Web
    log: Path

    @classmethod
    async def start(
        cls,
        folder: Path,
        name: str = "serve",
        within_s: float = PATIENCE_S,
        *,
        loaded: bool = False,
    ) -> Process:
        """Start and wait until it listens. loaded: it need not load its parts first."""
        log = folder / f"{name}.log"
        running: asyncio.subprocess.Process | Forked
        if loaded:
            running = await fork(folder, "-m", "ivr", "serve", log=log)
        else:
            running = await ivr(folder, "serve", log=log)
        assert running.stdout is not None
        async with asyncio.timeout(within_s):
            line = await running.stdout.readline()
        found = _LISTENING.search(line)
        assert found, (line, log.read_text())
        return cls(folder, running, Web(int(found[1])), log)

    def provider(self, repeats: int = 0) -> FakeTwilio:
        """The provider's side of the trunk `main`, on real time."""
        return FakeTwilio(self.web.post, HOOKS, token=TOKEN, repeats=repeats)

    def signal(self, sign_: signal.Signals) -> None:
        """Send a signal."""
        self.running.send_signal(sign_)

    async def ended(self, within_s: float = PATIENCE_S) -> int:
        """Wait for the end; its exit code."""
        async with asyncio.timeout(within_s):
            return await self.running.wait()

    async def kill(self) -> None:
        """No goodbye."""
        await self.web.close()
        with suppress(ProcessLookupError):
            self.running.kill()
        await self.running.wait()
        if isinstance(self.running, Forked):
            self.running.close()
        transport = getattr(self.running, "_transport", None)
        if transport is not None:
            transport.close()


def _take_your_time(server: Server) -> None:
    """Webhooks are answered in the end, however slow the machine is: where time is virtual, real
    seconds mean nothing."""
    for trunk in server.switch.trunks.values():
        if isinstance(trunk, HookedTrunk):
            trunk.hooks._budget_s = PATIENCE_S


async def ivr(folder: Path, *words: str, log: Path | None = None) -> asyncio.subprocess.Process:
    """The command `ivr` in a folder; its standard error goes to `log`, else to a pipe."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}
    errors = log.open("ab") if log is not None else None
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "ivr",
            *words,
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors or asyncio.subprocess.PIPE,
        )
    finally:
        if errors is not None:
            errors.close()


async def said(folder: Path, *words: str, typed: str = "") -> tuple[int, str, str]:
    """Exit code, output and complaints of a command."""
    running = await ivr(folder, *words)
    async with asyncio.timeout(30):
        out, errors = await running.communicate(typed.encode())
    assert running.returncode is not None
    return running.returncode, out.decode(), errors.decode()
