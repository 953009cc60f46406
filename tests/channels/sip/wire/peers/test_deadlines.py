"""Moments at which something is due."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.sip.wire.peers.deadlines import DEAD_SPARED, Deadlines


def test_names_come_out_when_due_the_earliest_first() -> None:
    times: Deadlines[str] = Deadlines()
    assert times.due() is None
    for name, at in (("b", 2.0), ("a", 1.0), ("c", 2.0), ("d", 3.0)):
        times.set(name, at)
    assert times.due() == 1.0
    assert times.take(0.5) == []
    assert times.take(2.0) == ["a", "b", "c"]
    assert len(times) == 1
    assert times.due() == 3.0


def test_a_name_set_again_is_due_then_only_and_a_dropped_one_never() -> None:
    times: Deadlines[str] = Deadlines()
    times.set("a", 1.0)
    times.set("a", 5.0)
    times.set("b", 2.0)
    times.drop("b")
    times.drop("nobody")
    assert times.due() == 5.0
    assert times.take(4.0) == []
    assert times.take(5.0) == ["a"]


def test_dead_entries_are_swept_out() -> None:
    times: Deadlines[str] = Deadlines()
    for at in range(1000):
        times.set("a", float(at))
    assert len(times._heap) <= DEAD_SPARED + 3
    assert times.take(998.0) == []
    assert times.take(999.0) == ["a"]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(0, 50))), max_size=300)
)
def test_it_behaves_like_a_plain_table(steps: list[tuple[int, int | None]]) -> None:
    times: Deadlines[int] = Deadlines()
    table: dict[int, float] = {}
    for name, at in steps:
        if at is None:
            times.drop(name)
            table.pop(name, None)
        else:
            times.set(name, float(at))
            table[name] = float(at)
        assert times.due() == min(table.values(), default=None)
    assert sorted(times.take(25.0)) == sorted(name for name, at in table.items() if at <= 25)
