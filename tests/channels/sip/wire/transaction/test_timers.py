"""Waits: in order, called off, and swept out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.channels.sip.wire.transaction.timers import Timers

if TYPE_CHECKING:
    from collections.abc import Callable


def note(into: list[str], name: str) -> Callable[[float], None]:
    return lambda _now: into.append(name)


def test_the_next_one_due_is_the_earliest_of_both_kinds() -> None:
    timers, rung = Timers(), list[str]()
    timers.later(32.0, 0.0, note(rung, "long"))
    timers.soon(40.0, note(rung, "late"))
    assert timers.due() == 32.0
    early = timers.soon(1.0, note(rung, "early"))
    assert timers.due() == 1.0
    early.call_off()
    assert timers.due() == 32.0
    timers.run(31.9)
    assert rung == []
    timers.run(50.0)
    assert sorted(rung) == ["late", "long"]
    assert timers.due() is None


def test_one_called_off_while_others_ring_stays_silent() -> None:
    timers, rung = Timers(), list[str]()
    second = timers.later(5.0, 0.0, note(rung, "second"))
    timers.soon(5.0, lambda _now: second.call_off())
    timers.run(5.0)
    assert rung == []


def test_what_was_called_off_is_swept_out_of_the_heap() -> None:
    timers = Timers()
    for n in range(100_000):
        timers.soon(1800.0 + n, note([], "")).call_off()
    assert len(timers) < 3000


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([None, 5.0, 32.0]), st.integers(0, 60)), max_size=40))
def test_each_rings_once_and_never_early(waits: list[tuple[float | None, int]]) -> None:
    timers, rung = Timers(), list[tuple[int, float]]()
    wanted = {}
    for n, (wait_s, at) in enumerate(sorted(waits, key=lambda each: each[1])):
        wanted[n] = at if wait_s is None else at + wait_s
        fire = lambda now, n=n: rung.append((n, now))  # noqa: E731 - bound at once
        if wait_s is None:
            timers.soon(float(at), fire)
        else:
            timers.later(wait_s, float(at), fire)
    while (due := timers.due()) is not None:
        timers.run(due)
    assert dict(rung) == wanted
    assert len(rung) == len(wanted)
