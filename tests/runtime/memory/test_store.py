"""The store in memory does what the database does, step by step, whatever is asked of it."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.domain.call import CallId, LegId
from ivr.domain.errors import PortError
from ivr.engine.record.stretches import Stretch
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports import CallClosing, CallOpening, Effect, Entry
from ivr.runtime.replies import Reply
from ivr.store import open_store
from tests.fakes.fresh_store import fresh_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ivr.runtime.ports import Store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CALLS = ("a", "b", "c")
CLOSING = CallClosing(
    "handled", "success", "normal", "caller", "", "tr", ("x",), (Stretch("ivr", NOON, NOON),)
)

ENTRIES = st.builds(
    Entry,
    call=st.sampled_from([CallId(name) for name in CALLS]),
    epoch=st.integers(0, 2),
    seq=st.integers(1, 4),
    at=st.integers(0, 5).map(lambda seconds: NOON + timedelta(seconds=seconds)),
    event=st.sampled_from(["{}", '{"ş": 1}']),
    snapshot=st.sampled_from([None, "s1", "s2"]),
    opening=st.none()
    | st.builds(
        CallOpening,
        trunk=st.just("main"),
        channel=st.just("sip"),
        provider_ref=st.sampled_from(["r1", "r2", "r3"]),
        ani=st.none(),
        dnis=st.just("1"),
        flow=st.just("bank"),
        flow_hash=st.just("h"),
        language=st.just("tr"),
        is_test=st.booleans(),
        sealed_key=st.just(b"key"),
    ),
    closing=st.none() | st.just(CLOSING),
    notes=st.sampled_from([(), (("said", "1"), ("said", "2"))]),
    effects=st.lists(st.sampled_from(["e1", "e2", "e3"]), max_size=2).map(
        lambda ids: tuple(Effect(one, "notify", "{}") for one in ids)
    ),
    reply=st.none() | st.just(Reply(LegId(1), 1, 0, 200, "text/xml", b"<x/>")),
)
# Half of the steps fit: the next number, an opening where one is due.
FITTING = st.tuples(st.just("fit"), ENTRIES)
ACTIONS = st.lists(
    st.one_of(
        FITTING,
        FITTING,
        st.tuples(st.just("append"), ENTRIES),
        st.tuples(st.just("claim"), st.none()),
        st.tuples(st.just("done"), st.sampled_from(["e1", "e2"])),
        st.tuples(st.just("failed"), st.sampled_from(["e1", "e2"])),
        st.tuples(st.just("reply"), st.sampled_from(CALLS)),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was set up once; each example gets a copy, which is much quicker."""
    path = tmp_path_factory.mktemp("same") / "empty.db"
    fresh_file(path)
    return path


@pytest.mark.unmeasured
@settings(max_examples=25)
@given(actions=ACTIONS)
def test_memory_and_database_agree_on_every_answer_and_every_refusal(
    empty: Path, actions: Sequence[tuple[str, Any]]
) -> None:
    own = empty.with_name("own.db")
    for left in empty.parent.glob("own.db*"):
        left.unlink()
    shutil.copy(empty, own)

    async def both() -> None:
        database = open_store(f"sqlite:///{own}", synchronous="NORMAL")
        try:
            assert await _play(MemoryStore(), actions) == await _play(database, actions)
        finally:
            await database.close()

    asyncio.run(both())


async def _play(store: Store, actions: Sequence[tuple[str, Any]]) -> list[object]:
    said: list[object] = []
    for action, value in actions:
        try:
            said.append(await _act(store, action, value))
        except PortError as error:
            said.append((type(error), error.retryable))
    for name in CALLS:
        call = CallId(name)
        said += [await store.journal.load(call), await store.interactions.get(call)]
        said.append(await store.journal.reply(call, LegId(1)))
        said.append(await store.calls.find("main", f"r{name}"))
    said += [list(await store.calls.live()), list(await store.interactions.recent())]
    said.append(list(await store.outbox.due(NOON + timedelta(seconds=3))))
    return said


async def _act(store: Store, action: str, value: Any) -> int | None:  # noqa: ANN401 - per action
    if action == "claim":
        return await store.calls.claim()
    if action == "done":
        await store.outbox.done(value)
    elif action == "failed":
        await store.outbox.failed(value, NOON + timedelta(seconds=4), "no")
    elif action == "reply":
        filler = Reply(LegId(1), 9, 0, 200, "text/xml", b"")
        await store.journal.save_reply(CallId(value), 1, filler)
    else:
        await store.journal.append(await _fitted(store, value) if action == "fit" else value)
    return None


async def _fitted(store: Store, entry: Entry) -> Entry:
    saved = await store.journal.load(entry.call)
    if saved is not None:
        return replace(entry, seq=saved.snapshot_seq + len(saved.events) + 1, opening=None, epoch=9)
    opening = CallOpening(
        "main", "sip", f"r{entry.call}", None, "1", "bank", "h", "tr", False, b"key"
    )
    return replace(entry, seq=1, opening=opening, epoch=9)
