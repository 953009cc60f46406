"""The journal on a file: what was acknowledged survives kill -9, and other processes fence us."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CallId
from ivr.domain.errors import LeaseLostError, StoreError
from ivr.runtime.ports import CallClosing, Effect
from ivr.store import open_store
from ivr.store.journal import entry_writes
from tests.fakes.nursery import fork

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore

ROUNDS = 5
CALLS = 8
CHILD = """
import asyncio, sys
from datetime import UTC, datetime
from ivr.domain.call import CallId
from ivr.runtime.ports import CallOpening, Effect, Entry
from ivr.store import open_store
from tests.fakes.fresh_store import open_fresh

async def one(store, epoch, call, seq):
    name = f"c{call}"
    opening = CallOpening("t", "sip", name, None, "1", "f", "h", "tr", True, b"key")
    while True:
        seq += 1
        effect = Effect(f"{name}/{seq}/0", "notify", "{}")
        entry = Entry(CallId(name), epoch, seq, datetime.now(UTC), "{}", str(seq),
                      opening if seq == 1 else None, effects=(effect,), notes=(("n", "1"),))
        await store.journal.append(entry)
        sys.stdout.write(f"{call} {seq}\\n")
        sys.stdout.flush()

async def main():
    store = open_fresh(sys.argv[1], create=True)
    epoch = await store.calls.claim()
    at = {}
    for call in range(int(sys.argv[2])):
        saved = await store.journal.load(CallId(f"c{call}"))
        at[call] = 0 if saved is None else saved.snapshot_seq
    await asyncio.gather(*(one(store, epoch, call, seq) for call, seq in at.items()))

asyncio.run(main())
"""


async def test_what_was_acknowledged_survives_kill_9_at_any_moment(path: Path) -> None:
    url, chance = f"sqlite:///{path}", random.Random(20261123)  # noqa: S311 - repeatable, no secret
    told: dict[CallId, int] = {}
    for _round in range(ROUNDS):
        told |= await _run_and_kill(path, chance.randint(1, 400))
        store = open_store(url)
        for call, seq in told.items():
            await _check(store, call, seq)
        await store.close()
    assert len(told) == CALLS


async def _run_and_kill(path: Path, lines: int) -> dict[CallId, int]:
    """Kill the child after so many acknowledgements; what it still said before dying counts."""
    words = ("-c", CHILD, f"sqlite:///{path}", str(CALLS))
    child = await fork(path.parent, *words, log=path.with_suffix(".log"))
    said = [await asyncio.wait_for(child.stdout.readline(), 20) for _line in range(lines)]
    rest = await child.killed()
    whole = [
        line.split()
        for line in (b"".join(said) + rest).splitlines(keepends=True)
        if line[-1:] == b"\n"
    ]
    return {CallId(f"c{int(call)}"): int(seq) for call, seq in whole}


async def _check(store: SqlStore, call: CallId, seq: int) -> None:
    """At least what was acknowledged is there, and every step is there as a whole."""
    saved = await store.journal.load(call)
    row = await store.interactions.get(call)
    assert saved is not None
    assert row is not None
    assert saved.snapshot_seq >= seq
    assert saved.snapshot == str(saved.snapshot_seq)
    assert saved.events == ()
    assert len(row.notes) == saved.snapshot_seq


async def test_an_old_process_is_shut_out_by_a_new_one(
    store: SqlStore, path: Path, step: Callable[..., Entry]
) -> None:
    old = await store.calls.claim()
    await store.journal.append(step(1, epoch=old))
    other = open_store(f"sqlite:///{path}")
    new = await other.calls.claim()
    assert list(await other.calls.live()) == ["c1"]
    with pytest.raises(LeaseLostError):
        await store.journal.append(step(2, epoch=old))
    with pytest.raises(LeaseLostError):
        await store.journal.append(step(1, call="c2", epoch=old))
    await other.journal.append(step(2, epoch=new))
    await other.close()


async def test_a_value_the_database_cannot_hold_is_a_store_error_for_that_step_alone(
    store: SqlStore, step: Callable[..., Entry]
) -> None:
    bad = replace(step(1, call="bad"), event="\ud800")
    ends = await asyncio.gather(
        store.journal.append(bad), store.journal.append(step(1)), return_exceptions=True
    )
    assert isinstance(ends[0], StoreError)
    assert ends[1] is None


def test_a_small_step_is_one_row_and_a_full_one_has_them_all(step: Callable[..., Entry]) -> None:
    assert len(entry_writes(step(2))) == 1
    closing = CallClosing("handled", "success", "normal", "caller", "", "tr", (), ())
    full = replace(
        step(1),
        snapshot="{}",
        closing=closing,
        notes=(("n", "1"),),
        effects=(Effect("c1/1/0", "notify", "{}"),),
    )
    tables = [getattr(statement, "table", None) for statement, _row in entry_writes(full)]
    assert [table.name for table in tables if table is not None] == [
        "journal",
        "call",
        "interaction",
        "call_snapshot",
        "outbox_message",
    ]
