"""Heaps whose entries die in place, and deadlines that change."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from ivr.acd.heaps import SECOND_BITS, SLACK, Heap, Timers


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=200))
def test_head_and_first_are_those_of_a_sorted_list(entries: list[tuple[int, bool]]) -> None:
    rows = [(key, number) for number, (key, _lives) in enumerate(entries)]
    living = {number for number, (_key, lives) in enumerate(entries) if lives}

    def alive(entry: tuple[int, int]) -> bool:
        return entry[1] in living

    heap: Heap[tuple[int, int]] = Heap()
    for row in rows:
        heap.push(row, alive)
    expected = sorted(row for row in rows if alive(row))
    assert heap.first(5, alive) == expected[:5]
    assert heap.head(alive) == (expected[0] if expected else None)


def test_a_heap_never_holds_much_more_than_lives() -> None:
    heap: Heap[tuple[int]] = Heap()
    for n in range(10_000):
        heap.push((n,), lambda entry, n=n: entry[0] > n - 10)  # type: ignore[misc]
    assert len(heap.entries) <= 2 * (10 + SLACK)


def test_who_comes_last_and_leaves_at_once_leaves_nothing() -> None:
    heap: Heap[tuple[int]] = Heap()
    left: set[int] = set()

    def alive(entry: tuple[int]) -> bool:
        return entry[0] not in left

    for number in (1, 2, 3):
        heap.push((number,), alive)
    left |= {2, 3}
    heap.trim(alive)
    assert heap.entries == [(1,)]
    left.add(1)
    heap.trim(alive)
    assert heap.entries == []


@dataclass(eq=False)
class Thing:
    """Something with a deadline."""

    due: int | None = None


def test_a_changed_deadline_is_the_only_one() -> None:
    timers, thing = Timers(), Thing()
    timers.set(thing, "due", 10)
    timers.set(thing, "due", 20)
    assert timers.next_due() == 20
    assert timers.pop_due(19) is None
    assert timers.pop_due(20) == (thing, "due")
    assert thing.due is None
    assert timers.next_due() is None


def test_ties_come_in_the_order_in_which_they_were_set() -> None:
    timers, things = Timers(), [Thing() for _ in range(5)]
    for thing in things:
        timers.set(thing, "due", 7)
    assert [(timers.pop_due(7) or (None,))[0] for _ in things] == things


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.none() | st.integers(0, 10 << SECOND_BITS), st.booleans()),
        max_size=200,
    )
)
def test_what_is_due_comes_in_order_whatever_was_set_changed_and_asked_between(
    steps: list[tuple[int, int | None, bool]],
) -> None:
    timers, things = Timers(), [Thing() for _ in range(10)]
    for place, due, asks in steps:
        timers.set(things[place], "due", due)
        if asks:
            assert timers.next_due() == min(_dues(things), default=None)
    for due in sorted(_dues(things)):
        assert timers.pop_due(due - 1) is None
        assert timers.next_due() == due
        found = timers.pop_due(due)
        assert found is not None
        assert found[0].due is None
    assert timers.pop_due(1 << 60) is None
    assert len(timers) == 0


def _dues(things: list[Thing]) -> list[int]:
    return [thing.due for thing in things if thing.due is not None]


def test_ten_thousand_changes_leave_few_entries() -> None:
    """R13."""
    timers, thing = Timers(), Thing()
    for n in range(10_000):
        timers.set(thing, "due", 1_000 + n)
    assert len(timers) <= 2 * SLACK
