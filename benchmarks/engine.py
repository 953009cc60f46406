"""How many events a second the call machine decides, on the main menu of the worked example.

    python benchmarks/engine.py [EVENTS]

One table. `step` is the machine alone: a caller who repeats, stays silent, changes the language and
presses wrong keys, call after call. `with codec` also writes each event as the journal does. `bare`
is a loop that calls one function which makes the same dataclasses, a listen with its prompts and
three notes: what this interpreter can do at best. Events a second are of processor time, so that a
busy machine does not change them; the times of one event are of the clock on the wall.
"""

from __future__ import annotations

import sys
from time import perf_counter_ns, process_time
from typing import TYPE_CHECKING

from ivr.domain.call import CallId, Turn
from ivr.domain.commands import Collect, Note
from ivr.domain.events import CallOffered, Fetched, KeysCollected
from ivr.domain.values import Sealed
from ivr.engine.load import load_book
from ivr.engine.step import step
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.sealing import CallCodec
from tests.fakes.call_script import START
from tests.flow.bank import bank_files, bank_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.domain.call import Prompt
    from ivr.domain.values import Value
    from ivr.engine.book import Book
    from ivr.engine.state import State

    Decide = Callable[[State, KeysCollected], State]

ANSWERS = (("*", "match"), ("", "none"), ("9", "match"), ("7", "not_in_menu"))
CUSTOMER: dict[str, Value] = {
    "id": "C-9",
    "name": "Ayşe Kaya",
    "vip": False,
    "language": "tr",
    "balance": None,
}


def at_the_menu(book: Book) -> State:
    """A call that hears the main menu."""
    offered = CallOffered(
        at=START,
        call=CallId("C1"),
        flow_hash=book.live["bank"],
        dnis="+908502220000",
        ani="+905321112233",
    )
    state, _commands = step(None, offered, book)
    answer = Fetched(at=START, turn=state.top.open["answer"].turn, result="found", record=CUSTOMER)
    return step(state, answer, book)[0]


def run(begin: State, decide: Decide, events: int) -> tuple[float, list[int]]:
    """Events a second, and how long each took in nanoseconds."""
    state, took = begin, []
    began = process_time()
    for number in range(events):
        pressed, reason = ANSWERS[number % len(ANSWERS)]
        event = KeysCollected(
            at=START, turn=state.top.open["keys"].turn, keys=Sealed(pressed), reason=reason
        )
        before = perf_counter_ns()
        state = decide(state, event)
        took.append(perf_counter_ns() - before)
        if "keys" not in state.top.open:
            state = begin
    return events / (process_time() - began), sorted(took)


def same_dataclasses(prompts: tuple[Prompt, ...], turn: Turn) -> tuple[object, ...]:
    """What one event makes, and nothing else."""
    notes = [Note(what="exit", facts={"flow": "bank", "step": "s", "exit": "1"}) for _ in range(3)]
    return (*notes, Collect(turn=turn, prompts=prompts, language="tr", keys=("1", "2", "3")))


def main(events: int) -> None:
    """Measure and print."""
    book, _problems = load_book(bank_files(), bank_world())
    assert book is not None
    codec = CallCodec(PlainKeys())
    begin = at_the_menu(book)
    prompts: tuple[Prompt, ...] = getattr(begin.top.open["keys"], "prompts", ())

    def coded(state: State, event: KeysCollected) -> State:
        codec.dumps(event, b"")
        return step(state, event, book)[0]

    def bare(state: State, event: KeysCollected) -> State:
        same_dataclasses(prompts, event.turn)
        return state

    rows: dict[str, Decide] = {
        "step": lambda state, event: step(state, event, book)[0],
        "with codec": coded,
        "bare": bare,
    }
    print(f"{'':12}{'events/s':>10}{'p50 us':>9}{'p99 us':>9}")
    for name, decide in rows.items():
        run(begin, decide, events // 10)
        rate, took = run(begin, decide, events)
        p50, p99 = took[events // 2] / 1000, took[events * 99 // 100] / 1000
        print(f"{name:12}{rate:>10,.0f}{p50:>9.1f}{p99:>9.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
