"""Many invitations sent through the simulator by a server that is killed on the way.

The server is a process of its own on virtual time, since nobody is written to at night; whoever
runs this kills it (SIGKILL) and starts another on the same database.

    python -m tests.fakes.survey_kill MINUTES    the server, in the current folder; MINUTES after
                                                 the morning its clock begins
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from ivr.app import Parts
from ivr.runtime.memory.clock import VirtualClock
from ivr.store import open_store
from ivr.store.opening import SqlStore
from ivr.store.tables import METADATA
from tests.fakes.nursery import Forked, fork
from tests.fakes.pause import pause
from tests.fakes.served import ROOT, Served, shipped
from tests.fakes.survey_house import DEFINITION, MORNING, OURS, PLAN
from tests.fakes.wave_house import WaveHouse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import TypeAlias

    from sqlalchemy import Connection

    Server: TypeAlias = asyncio.subprocess.Process | Forked
    Moment: TypeAlias = Callable[[Server], Awaitable[None]]

WAVE = """  round:
    when: planned
    every: "FREQ=DAILY;BYHOUR=10;BYMINUTE=30"
    seed: r
    media: [sms]
"""
STEP_S = 0.02
PATIENCE_S = 600.0
LOOKS_EVERY_S = 0.05
DATABASE = Path("var") / "ivr.db"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of them. sent_once: invitations with exactly one message. delivered: those that
    are known to have arrived. seconds: in all."""

    sent_once: int
    delivered: int
    kills: int
    seconds: float


def prepare(folder: Path, many: int) -> None:
    """The shipped server in a folder, with so many callers who left before they could be asked."""
    shipped(folder)
    (folder / "var").mkdir(exist_ok=True)
    asyncio.run(_fill(f"sqlite:///{folder / DATABASE}", many))


async def _fill(address: str, many: int) -> None:
    store = open_store(address, create=True)
    await store.database.change(lambda it: _insert(it, many))
    await store.close()


def prepare_wave(folder: Path, many: int) -> None:
    """The shipped server in a folder, with a plan of every day and so many customers."""
    shipped(folder)
    (folder / "var").mkdir(exist_ok=True)
    file = folder / "flows" / "surveys" / "support.yaml"
    file.write_text(file.read_text(encoding="utf-8") + WAVE, encoding="utf-8")
    asyncio.run(_customers(f"sqlite:///{folder / DATABASE}", many))


async def _customers(address: str, many: int) -> None:
    store = open_store(address, create=True)
    house = WaveHouse(store)
    await house.people(many)
    await store.close()


def _insert(connection: Connection, many: int) -> None:
    def keep(table: str, rows: list[dict[str, Any]]) -> None:
        connection.execute(insert(METADATA.tables[table]), rows)

    at = MORNING
    numbers = [f"+90532{place:07}" for place in range(1, many + 1)]
    version: dict[str, Any] = {"id": 1, "code": "asked", "hash": "0" * 64, "syntax_version": 1}
    version |= {"definition": DEFINITION, "published_at": at, "continues": ""}
    keep("survey_version", [version])
    plan = {"id": 1, "public_id": "PLAN", "code": "asked", "name": "after_call", "position": 1}
    definition = {**PLAN, "delay": "1s"}
    keep("survey_plan", [{**plan, "definition": definition, "seed": "s", "valid_from": at}])
    keep("consent_event", [_consent(number) for number in numbers])
    keep("interaction", [_call(place, number) for place, number in enumerate(numbers, 1)])
    keep("survey_invitation", [_invitation(place) for place in range(1, many + 1)])


def _consent(number: str) -> dict[str, Any]:
    said = {"medium": "sms", "purpose": "survey", "status": "opt_in", "source": "web_form"}
    return {"value_norm": number, **said, "evidence": "", "at": MORNING}


def _call(place: int, number: str) -> dict[str, Any]:
    words = ("trunk", "channel", "flow", "flow_version", "locale", "outcome", "note")
    return {
        **dict.fromkeys(words, "x"),
        "id": place,
        "public_id": f"call{place}",
        "provider_ref": f"ref{place}",
        "to_norm": OURS,
        "from_norm": number,
        "started_at": MORNING,
        "talk_ms": 60_000,
        "path": [],
        "is_test": False,
    }


def _invitation(place: int) -> dict[str, Any]:
    return {
        **dict.fromkeys(("wave", "agent", "category"), ""),
        "public_id": f"INV{place:023}",
        "plan_id": 1,
        "version_id": 1,
        "interaction_id": place,
        "queue": "cards",
        "medium": "voice",
        "locale": "tr",
        "state": "missed",
        "reason": "caller_left_first",
        "rate": 1.0,
        "created_at": MORNING,
    }


async def killed_twice(folder: Path, many: int, *, loaded: bool = False) -> Outcome:
    """Send them all, with the server killed after a third and after two thirds of them. loaded: it
    need not load its parts first."""
    began = time.perf_counter()
    marks = (many // 3, 2 * many // 3, many)
    for kill, mark in enumerate(marks):
        await _killed(folder, kill, partial(_until, folder, mark), loaded=loaded)
    return _outcome(folder, len(marks) - 1, time.perf_counter() - began)


async def killed_in_a_wave(folder: Path, many: int, *, loaded: bool = False) -> Outcome:
    """A planned survey of so many customers: the server is killed when it has published the plan,
    when it has drawn the wave, and when a third of them has been asked."""
    began = time.perf_counter()
    plan = "SELECT count(*) FROM survey_plan WHERE name='round'"
    moments = (
        partial(_holds, folder, plan),
        partial(_holds, folder, "SELECT count(*) FROM survey_wave"),
        partial(_until, folder, many // 3),
        partial(_until, folder, many),
    )
    for kill, moment in enumerate(moments):
        await _killed(folder, kill, moment, loaded=loaded)
    return _outcome(folder, len(moments) - 1, time.perf_counter() - began)


async def _killed(folder: Path, kill: int, moment: Moment, *, loaded: bool) -> None:
    """A server that begins an hour later than the one before, and is killed at a moment."""
    log, words = folder / f"server{kill}.log", ("-m", "tests.fakes.survey_kill", str(60 * kill))
    server: Server
    if loaded:
        server = await fork(folder, *words, log=log, heard=False)
    else:
        server = await _executed(folder, log, words)
    try:
        await moment(server)
    finally:
        with suppress(ProcessLookupError):
            server.kill()
        await server.wait()
        if isinstance(server, Forked):
            server.close()


async def _executed(folder: Path, log: Path, words: Sequence[str]) -> asyncio.subprocess.Process:
    with log.open("wb") as said:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, *words),
            cwd=folder,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            stdout=said,
            stderr=said,
        )


async def _holds(folder: Path, question: str, server: Server) -> None:
    """Wait until a count is not 0. Raises RuntimeError if the server ends by itself."""
    async with asyncio.timeout(PATIENCE_S):
        while not _count(folder, question):
            if server.returncode is not None:
                raise RuntimeError(f"the server has ended: see the logs in {folder}")
            with suppress(TimeoutError):
                await asyncio.wait_for(server.wait(), LOOKS_EVERY_S)


async def _until(folder: Path, mark: int, server: Server) -> None:
    """Wait until so many have arrived. Raises RuntimeError if the server ends by itself."""
    async with asyncio.timeout(PATIENCE_S):
        while _count(folder, "SELECT count(*) FROM text_message WHERE state='delivered'") < mark:
            if server.returncode is not None:
                raise RuntimeError(f"the server has ended: see the logs in {folder}")
            with suppress(TimeoutError):
                await asyncio.wait_for(server.wait(), LOOKS_EVERY_S)
        is_last = mark == _count(folder, "SELECT count(*) FROM survey_invitation")
        while is_last and _count(
            folder, "SELECT count(*) FROM survey_invitation WHERE state<>'delivered'"
        ):
            with suppress(TimeoutError):
                await asyncio.wait_for(server.wait(), LOOKS_EVERY_S)


def _outcome(folder: Path, kills: int, seconds: float) -> Outcome:
    once = (
        "SELECT count(*) FROM survey_invitation i WHERE 1 = (SELECT count(*) FROM text_message t"
        " WHERE t.origin_key LIKE 'survey:' || i.public_id || ':%' AND t.state='delivered')"
    )
    return Outcome(
        sent_once=_count(folder, once),
        delivered=_count(folder, "SELECT count(*) FROM survey_invitation WHERE state='delivered'"),
        kills=kills,
        seconds=seconds,
    )


def _count(folder: Path, question: str) -> int:
    with closing(sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True)) as database:
        return int(database.execute(question).fetchone()[0])


async def _serve(minutes: float) -> None:
    clock = VirtualClock(MORNING + timedelta(minutes=minutes))
    served = await Served.start(Path("config.yaml"), Parts(clock=clock))
    assert isinstance(served.server.switch.store, SqlStore)
    last = time.perf_counter()
    while True:  # another day, but no faster than it is: leases must hold as long as work takes
        await pause(STEP_S)
        now = time.perf_counter()
        await clock.advance(now - last)
        last = now


def main(arguments: Sequence[str]) -> None:
    """The server; it ends when it is killed."""
    asyncio.run(_serve(float(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
