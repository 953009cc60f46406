"""The writer thread: grouping, order, refusals, patience, and never leaving anybody waiting."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Column, Dialect, Integer, MetaData, Table, create_engine

from ivr.domain.errors import StoreError
from ivr.store import writer as writing
from ivr.store.faults import CommitError, RefusedError, UnavailableError
from ivr.store.statements import Compiled, Each, Rows
from ivr.store.writer import Unit, Writer, plainly

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sqlalchemy import Connection

    from ivr.store.sink import Job, T
    from ivr.store.statements import Prepared, Row, Step
    from ivr.store.writer import Ask, Explain

TABLE = Table("t", MetaData(), Column("a", Integer, primary_key=True))
INSERT = Rows(0, TABLE, lambda bind: {"a": bind("a", Integer)})
BAD = -1


class FakeSink:
    """Remembers each transaction as a list of numbers; refuses the number BAD."""

    def __init__(self) -> None:
        self.dialect: Dialect = create_engine("sqlite://").dialect
        self.done: list[list[int]] = []
        self.faults: deque[Exception] = deque()
        self.gate = threading.Event()
        self.gate.set()
        self.closed = False

    def transact(self, work: Sequence[Step]) -> list[Row]:
        """Write, or raise the next fault."""
        self.gate.wait(5)
        if self.faults:
            raise self.faults.popleft()
        numbers = [value for step in work for row in step.rows for value in row]
        if BAD in numbers:
            raise RefusedError("no")
        self.done.append(numbers)
        return [(len(numbers),)]

    def change(self, job: Job[T]) -> T:
        """Run it on a database of nothing, or raise the next fault."""
        if self.faults:
            raise self.faults.popleft()
        with create_engine("sqlite://").connect() as connection:
            return job(connection)

    def ask(self, question: Prepared, values: Row) -> list[Row]:
        """Nothing to read here."""
        raise UnavailableError("gone")

    def close(self) -> None:
        """Remember it."""
        self.closed = True


@pytest.fixture
def sink() -> FakeSink:
    """A database that can be told to fail."""
    return FakeSink()


@pytest.fixture
async def writer(sink: FakeSink) -> AsyncIterator[Writer]:
    """A writer that gives up at once."""
    made = Writer(sink, Compiled(sink.dialect), patience_s=0.03)
    yield made
    sink.gate.set()
    await made.close()


def unit(
    number: int,
    *,
    explain: Explain = plainly,
    call: str = "",
    alone: bool = False,
    size_bytes: int = 0,
    unhurried: bool = False,
) -> Unit:
    """A unit that writes one number."""
    written = [(INSERT, (number,))]
    return Unit(written, explain, call, alone, size_bytes, unhurried=unhurried)


async def _ends(writer: Writer, units: Sequence[Unit]) -> list[Any]:
    waits = [writer.submit(one) for one in units]
    return await asyncio.gather(*waits, return_exceptions=True)


async def test_what_comes_in_one_turn_of_the_loop_shares_a_commit(
    writer: Writer, sink: FakeSink
) -> None:
    await _ends(writer, [unit(number) for number in range(100)])
    assert sink.done == [list(range(100))]


async def test_what_comes_during_a_commit_shares_the_next(writer: Writer, sink: FakeSink) -> None:
    sink.gate.clear()
    waits = [writer.submit(unit(1))]
    for number in (2, 3, 4):
        await asyncio.sleep(0)  # noqa: TID251 - three turns of the loop, no time
        waits.append(writer.submit(unit(number)))
    await asyncio.sleep(0)  # noqa: TID251 - as above
    sink.gate.set()
    await asyncio.gather(*waits)
    assert [number for group in sink.done for number in group] == [1, 2, 3, 4]
    assert len(sink.done) <= 2


async def test_what_is_not_in_a_hurry_goes_with_the_next_that_is(
    writer: Writer, sink: FakeSink
) -> None:
    waits = [writer.submit(unit(1, unhurried=True)), writer.submit(unit(2, unhurried=True))]
    await asyncio.sleep(0)  # noqa: TID251 - two turns of the loop, no time
    await asyncio.sleep(0)  # noqa: TID251 - as above
    await asyncio.gather(*waits, writer.submit(unit(3)))
    assert sink.done == [[1, 2, 3]]


async def test_what_is_not_in_a_hurry_goes_alone_when_its_time_is_up(
    writer: Writer, sink: FakeSink
) -> None:
    assert await _ends(writer, [unit(1, unhurried=True)]) == [[(1,)]]
    assert await _ends(writer, [unit(2, unhurried=True)]) == [[(1,)]]
    assert sink.done == [[1], [2]]


async def test_a_commit_holds_256_units_at_most(writer: Writer, sink: FakeSink) -> None:
    await _ends(writer, [unit(number) for number in range(600)])
    assert [len(group) for group in sink.done] == [256, 256, 88]


async def test_two_units_of_one_call_never_share_a_commit(writer: Writer, sink: FakeSink) -> None:
    await _ends(writer, [unit(1, call="a"), unit(2, call="b"), unit(3, call="a"), unit(4)])
    assert sink.done == [[1, 2], [3, 4]]


async def test_a_unit_that_stands_alone_keeps_its_place(writer: Writer, sink: FakeSink) -> None:
    await _ends(writer, [unit(1), unit(2, alone=True), unit(3), unit(4)])
    assert sink.done == [[1], [2], [3, 4]]


async def test_a_refused_unit_costs_only_itself(writer: Writer, sink: FakeSink) -> None:
    ends = await _ends(writer, [unit(1), unit(BAD), unit(2)])
    assert sink.done == [[1], [2]]
    assert isinstance(ends[1], StoreError)
    assert not ends[1].retryable
    assert str(ends[1]) == "the database refused: no"
    assert ends[0] == ends[2] == [(1,)]


async def test_an_explanation_may_find_that_all_is_well(writer: Writer) -> None:
    ends = await _ends(writer, [unit(BAD, explain=lambda _ask, _reason: None)])
    assert ends == [[]]


async def test_an_explanation_that_cannot_ask_says_so(writer: Writer) -> None:
    def explain(ask: Ask, reason: str) -> StoreError:
        ask(Each(0, TABLE.select()), {})
        return StoreError(reason)

    ends = await _ends(writer, [unit(BAD, explain=explain)])
    assert isinstance(ends[0], StoreError)
    assert ends[0].retryable


async def test_a_database_that_comes_back_in_time_is_not_noticed(
    writer: Writer, sink: FakeSink
) -> None:
    sink.faults.append(UnavailableError("locked"))
    assert await _ends(writer, [unit(1)]) == [[(1,)]]


async def test_patience_ends_with_an_error_that_may_be_tried_again(
    writer: Writer, sink: FakeSink
) -> None:
    sink.faults.extend(UnavailableError("locked") for _try in range(50))
    ends = await _ends(writer, [unit(1), unit(2)])
    assert all(isinstance(end, StoreError) and end.retryable for end in ends)
    assert sink.done == []
    sink.faults.clear()
    assert await _ends(writer, [unit(3)]) == [[(1,)]]


async def test_a_failed_commit_fails_everybody_in_it_and_is_not_repeated(
    writer: Writer, sink: FakeSink
) -> None:
    sink.faults.append(CommitError("disk I/O error"))
    ends = await _ends(writer, [unit(1), unit(2)])
    assert [str(end) for end in ends] == ["the commit failed: disk I/O error"] * 2
    assert sink.done == []


async def test_load_is_the_share_of_the_queue_and_a_full_queue_refuses(
    writer: Writer, sink: FakeSink
) -> None:
    sink.gate.clear()
    waits = [writer.submit(unit(number)) for number in range(5000)]
    assert writer.load == 0.5
    waits += [writer.submit(unit(number)) for number in range(5000)]
    with pytest.raises(StoreError, match="full") as caught:
        writer.submit(unit(0))
    assert caught.value.retryable
    sink.gate.set()
    await asyncio.gather(*waits)
    assert writer.load == 0


async def test_the_queue_is_bounded_in_bytes_too(writer: Writer, sink: FakeSink) -> None:
    sink.gate.clear()
    wait = writer.submit(unit(1, size_bytes=writing.QUEUE_BYTES))
    with pytest.raises(StoreError, match="full"):
        writer.submit(unit(2))
    sink.gate.set()
    await wait
    assert writer.load == 0


async def test_closing_writes_what_is_queued(writer: Writer, sink: FakeSink) -> None:
    waits = [writer.submit(unit(number, unhurried=number == 2)) for number in range(3)]
    await writer.close()
    assert [wait.result() for wait in waits] == [[(3,)]] * 3
    assert sink.closed
    with pytest.raises(StoreError, match="closed"):
        writer.submit(unit(4))
    await writer.close()


async def test_a_writer_that_was_never_used_closes(sink: FakeSink) -> None:
    await Writer(sink, Compiled(sink.dialect)).close()
    assert sink.done == []


async def test_a_caller_that_left_does_not_stop_the_others(writer: Writer, sink: FakeSink) -> None:
    sink.gate.clear()
    gone, stays = writer.submit(unit(1)), writer.submit(unit(2))
    gone.cancel()
    sink.gate.set()
    assert await stays == [(2,)]
    assert sink.done == [[1, 2]]


async def test_a_bug_in_the_thread_leaves_nobody_waiting(
    writer: Writer, sink: FakeSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", seen.append)
    sink.faults.append(KeyError("a bug"))
    ends = await _ends(writer, [unit(1), unit(2, call="a")])
    assert [str(end) for end in ends] == ["the writer stopped"] * 2
    with pytest.raises(StoreError, match="closed"):
        writer.submit(unit(3))
    await asyncio.to_thread(writer._thread.join, 5)
    assert [one.exc_type for one in seen] == [KeyError]


def test_a_writer_serves_one_event_loop(sink: FakeSink) -> None:
    async def first() -> Writer:
        made = Writer(sink, Compiled(sink.dialect))
        await made.submit(unit(1))
        return made

    async def second(made: Writer) -> None:
        with pytest.raises(StoreError, match="event loop"):
            made.submit(unit(2))

    made = asyncio.run(first())
    asyncio.run(second(made))


async def test_a_job_begins_again_while_the_database_is_away(sink: FakeSink) -> None:
    sink.faults.extend([UnavailableError("locked"), UnavailableError("locked")])
    writer = Writer(sink, Compiled(sink.dialect), patience_s=10)
    tries = []

    def job(_connection: Connection) -> int:
        tries.append(1)
        return 42

    assert await writer.submit(Unit((), plainly, alone=True, job=job)) == 42
    assert len(tries) == 1
    await writer.close()


async def test_what_a_job_raises_is_for_its_caller_and_the_writer_goes_on(writer: Writer) -> None:
    def job(_connection: Connection) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await writer.submit(Unit((), plainly, alone=True, job=job))
    assert await writer.submit(Unit((), plainly, alone=True, job=lambda _it: 1)) == 1


async def test_a_job_that_the_database_refuses_is_explained(sink: FakeSink, writer: Writer) -> None:
    sink.faults.append(RefusedError("no such row"))
    with pytest.raises(StoreError, match="refused: no such row"):
        await writer.submit(Unit((), plainly, alone=True, job=lambda _it: 1))
