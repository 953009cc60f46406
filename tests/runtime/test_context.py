"""Log lines know which call they are about."""

from __future__ import annotations

import asyncio

import pytest

from ivr.domain.call import CallId
from ivr.runtime.context import about, speaking_of
from ivr.runtime.live import LiveCall
from ivr.runtime.memory.clock import settle


def call(name: str) -> LiveCall:
    return LiveCall(CallId(name), "main", "desk", "ref", b"", 1)


def test_outside_of_a_call_there_is_nothing_to_say() -> None:
    assert dict(about()) == {}


def test_the_innermost_call_counts_and_is_forgotten_at_its_end() -> None:
    with speaking_of(call("a")):
        with speaking_of(call("b")):
            assert about() == {"call": "b", "trunk": "main"}
        assert about()["call"] == "a"
    assert dict(about()) == {}


def test_a_failure_inside_leaves_nothing_behind() -> None:
    with pytest.raises(KeyError), speaking_of(call("a")):
        raise KeyError
    assert dict(about()) == {}


async def test_two_calls_at_once_do_not_mix() -> None:
    seen = []

    async def work(name: str) -> None:
        with speaking_of(call(name)):
            await settle()
            seen.append((name, about()["call"]))

    await asyncio.gather(work("a"), work("b"))
    assert seen == [("a", "a"), ("b", "b")]
