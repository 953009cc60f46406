"""`ivr serve`: where it cannot start, and how a small server starts, is told to stop and ends.

That it serves calls, with kills and edits in between, is shown in tests/calls/test_restart.py.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from ivr.app import Parts, build
from ivr.cli import app, serving
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD
from ivr.config.load import load_config
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.memory.store import MemoryStore
from tests.fakes.served import Phone, Process, shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from ivr.app import Server
    from ivr.config.model import Config
    from tests.fakes.project import Project

    Begin = Callable[[], Awaitable[Process]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The shipped flows in the working folder; the logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    shipped(tmp_path)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    root.handlers[:] = handlers
    root.setLevel(level)


def serve() -> Result:
    return CliRunner().invoke(app, ["serve"])


def test_every_mistake_of_the_flows_is_told(folder: Path) -> None:
    path = folder / "flows" / "pharmacy.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("giveup: goodbye", "giveup: goodby"), encoding="utf-8")
    done = serve()
    assert done.exit_code == 1
    assert done.stderr.count(" F201 error ") == text.count("giveup: goodbye")
    assert " warning " not in done.stderr


def test_a_broken_table_is_a_mistake_too(folder: Path) -> None:
    (folder / "flows" / "data" / "pins.yaml").write_text("- {customer: C-1")
    done = serve()
    assert done.exit_code == 1
    assert "flows/data/pins.yaml:" in done.stderr


def test_a_key_file_that_others_may_read_stops_the_start(folder: Path) -> None:
    (folder / "var").mkdir(exist_ok=True)
    key = folder / "var" / "master.key"
    key.write_bytes(b"k" * 32)
    key.chmod(0o644)
    done = serve()
    assert done.exit_code == 2
    assert "chmod 600" in done.stderr


def test_a_database_that_is_none_stops_the_start(folder: Path) -> None:
    (folder / "var").mkdir(exist_ok=True)
    (folder / "var" / "ivr.db").write_text("no database at all, " * 100)
    done = serve()
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr


# --- a small project ------------------------------------------------------------------------------

CONFIG = Path("config.yaml")
Shown = pytest.CaptureFixture[str]


@pytest.fixture
def quiet() -> Iterator[None]:
    """The logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("quiet")
def test_a_port_that_is_taken_stops_the_start(project: Project, capsys: Shown) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        project.change("config.yaml", "127.0.0.1:0", f"127.0.0.1:{port}")
        assert serving.serve(CONFIG) == CANNOT_RUN
    shown = capsys.readouterr()
    assert "cannot run: " in shown.err
    assert str(port) in shown.err
    assert "listening" not in shown.out
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


@pytest.mark.usefixtures("quiet")
def test_a_database_that_cannot_be_reached_stops_the_start(project: Project, capsys: Shown) -> None:
    address = "postgresql://me:pw9x@127.0.0.1:1/ivr"  # nothing listens on port 1
    project.change("config.yaml", "languages:", f"database: {address}\nlanguages:")
    assert serving.serve(CONFIG) == CANNOT_RUN
    error = capsys.readouterr().err
    assert "127.0.0.1" in error
    assert "pw9x" not in error
    assert "Traceback" not in error


@pytest.mark.parametrize(("text", "code"), [(None, CANNOT_RUN), ("zone: Nowhere/Else\n", FOUND)])
def test_without_a_good_configuration_nothing_starts(
    project: Project, text: str | None, code: int
) -> None:
    (project.folder / "config.yaml").unlink()
    if text is not None:
        project.write("config.yaml", text)
    assert serve().exit_code == code
    assert not (project.folder / "var").exists()


def test_the_greeting_names_every_way_in(folder: Path, capsys: Shown) -> None:
    serving._greet(load_config(folder / "config.yaml", {}, now=START), 4711)
    assert capsys.readouterr().out.splitlines() == [
        "ivr is listening on http://127.0.0.1:4711",
        "  +908502220000 is answered by bank",
        "  +908502220001 is answered by pharmacy",
        "  +908502220002 is answered by status",
        "  twilio webhook of main: http://127.0.0.1:8080/hooks/main/voice",
        "  call from the browser: http://127.0.0.1:4711/simulator",
        "  call from a terminal: ivr call",
        "  agents: http://127.0.0.1:4711/desk   figures: http://127.0.0.1:4711/wallboard",
    ]


def without_uvloop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)


@pytest.mark.usefixtures("quiet", "project")
def test_it_runs_without_the_faster_loop_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    loops: list[str] = []

    async def served(_config: Config, _path: Path) -> int:
        loops.append(type(asyncio.get_running_loop()).__module__.partition(".")[0])
        return GOOD

    monkeypatch.setattr(serving, "_serve", served)
    assert serving.serve(CONFIG) == GOOD
    without_uvloop(monkeypatch)
    assert serving.serve(CONFIG) == GOOD
    assert loops == ["uvloop", "asyncio"]


@pytest.mark.usefixtures("quiet", "project")
def test_an_import_that_fails_while_serving_starts_no_second_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[Path] = []

    async def served(_config: Config, path: Path) -> int:
        started.append(path)
        raise ImportError("an extra is missing")

    monkeypatch.setattr(serving, "_serve", served)
    with pytest.raises(ImportError, match="an extra"):
        serving.serve(CONFIG)
    assert started == [CONFIG]


# --- the configuration is edited ------------------------------------------------------------------


@pytest.fixture
async def running(project: Project) -> AsyncIterator[Server]:
    """The small server in memory; nothing listens."""
    config = load_config(CONFIG, {}, now=START)
    parts = Parts(clock=VirtualClock(), store=MemoryStore(), keys=PlainKeys())
    server = await build(config, parts)
    yield server
    await server.close()


async def reread(server: Server, caplog: pytest.LogCaptureFixture) -> list[str]:
    """The events that were logged."""
    caplog.clear()
    caplog.set_level(logging.INFO)
    await serving._reread(server, CONFIG)
    return [record.getMessage() for record in caplog.records]


async def test_a_good_edit_is_taken_over(
    project: Project, running: Server, caplog: pytest.LogCaptureFixture
) -> None:
    project.change("config.yaml", "languages:", "limits: {drain: 7s}\nlanguages:")
    assert "config_taken_over" in await reread(running, caplog)
    assert running.live.now.limits.drain == 7


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("zone: Europe/Istanbul", "zone: Nowhere/Else"),
        ("numbers: {", "numbers: {{"),
        ("flow: line", "flow: lane"),
    ],
)
async def test_an_edit_with_a_mistake_changes_nothing(
    project: Project, running: Server, caplog: pytest.LogCaptureFixture, old: str, new: str
) -> None:
    before = running.live.now
    project.change("config.yaml", old, new)
    told = await reread(running, caplog)
    assert "config_taken_over" not in told
    assert set(told) & {"config_problem", "flow_problem"}
    assert running.live.now is before


async def test_a_file_that_is_just_being_replaced_ends_nothing(
    project: Project, running: Server, caplog: pytest.LogCaptureFixture
) -> None:
    before = running.live.now
    (project.folder / "config.yaml").unlink()
    assert await reread(running, caplog) == ["config_problem"]
    assert running.live.now is before


# --- a real process -------------------------------------------------------------------------------


@pytest.fixture
async def start(project: Project) -> AsyncIterator[Begin]:
    """Starts the small server as a process; what still runs at the end of a test is killed."""
    made: list[Process] = []

    async def begin() -> Process:
        made.append(await Process.start(project.folder, loaded=True))
        return made[-1]

    yield begin
    for each in made:
        await each.kill()


async def rest(process: Process) -> list[str]:
    """What it said after it was listening, until its end."""
    assert process.running.stdout is not None
    async with asyncio.timeout(8):
        return (await process.running.stdout.read()).decode().splitlines()


def events(process: Process) -> list[str]:
    lines = process.log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["event"] for line in lines]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_an_idle_server_at_once_and_well(
    start: Begin, sign: signal.Signals
) -> None:
    process = await start()
    process.signal(sign)
    assert await process.ended() == GOOD
    said = await rest(process)
    assert said[0] == "  +908502220001 is answered by line"
    assert said[1].startswith("  call from the browser: http://127.0.0.1:")
    assert said[2] == "  call from a terminal: ivr call"
    assert said[3].startswith("  agents: http://127.0.0.1:")
    assert said[4].startswith("  the first admin (once, within 15 minutes): http://127.0.0.1:")
    assert said[5:] == []
    assert events(process)[-2:] == ["draining", "stopping"]


async def test_the_first_signal_waits_for_the_call_and_the_second_does_not(start: Begin) -> None:
    process = await start()
    phone = Phone(await process.web.talk())
    await phone.send(dial="+908502220001")
    await phone.until("listens")
    process.signal(signal.SIGTERM)
    while "draining" not in events(process):
        await process.web.get("/healthz")
    assert (await process.web.get("/readyz")).status == 503
    process.signal(signal.SIGTERM)
    assert await process.ended() == GOOD
    await phone.socket.close()
    last = json.loads(process.log.read_text(encoding="utf-8").splitlines()[-1])
    assert (last["event"], last["calls"]) == ("stopping", 1)
