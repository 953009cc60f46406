"""Waiting in a thread."""

from __future__ import annotations

import asyncio
import threading

import pytest

from ivr.cti.mail.waiting import in_thread


async def test_an_answer_comes_from_another_thread() -> None:
    def question(one: int, *, two: int) -> tuple[int, bool]:
        return one + two, threading.current_thread() is threading.main_thread()

    assert await in_thread(question, 1, two=2) == (3, False)


async def test_an_error_is_raised_where_it_is_waited_for() -> None:
    with pytest.raises(ValueError, match="no"):
        await in_thread(_fail)


def _fail() -> None:
    raise ValueError("no")


async def test_who_is_cancelled_does_not_wait_for_the_end() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def question() -> None:
        begun.set()
        may_end.wait(20)

    waiting = asyncio.ensure_future(in_thread(question))  # noqa: TID251 - cancelled here
    await in_thread(begun.wait, 20)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    may_end.set()


def test_an_answer_after_the_loop_is_gone_is_dropped() -> None:
    may_end = threading.Event()
    ended = threading.Event()

    def question() -> None:
        may_end.wait(20)
        ended.set()

    async def leave() -> None:
        asyncio.ensure_future(in_thread(question))  # noqa: TID251, RUF006 - left behind on purpose
        await asyncio.sleep(0)  # noqa: TID251 - lets it begin

    asyncio.run(leave())
    may_end.set()
    assert ended.wait(20)
