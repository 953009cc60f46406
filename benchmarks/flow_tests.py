"""How fast call tests are played: `ivr test` on 1,000 calls of 8 turns, and random callers.

The command is measured as people wait for it, with its imports, its check of the flow and its own
processes. The baseline feeds the events of the same calls to the bare engine in one process.
"""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.server import IVR, command, lay_out
from benchmarks.table import Benchmark, CannotRunError, Row, middle, parameter, seconds
from ivr.engine.checking import check_flows
from ivr.engine.state import Frame, Heard, State
from ivr.engine.step import step
from ivr.engine.verbs import SPECS
from ivr.flow.cases import Stage, fuzz, play, read_cases
from ivr.flow.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.domain.commands import Command
    from ivr.domain.events import Event
    from ivr.engine.book import Book
    from ivr.flow.cases import CaseFile
    from ivr.flow.cases.stage import Step

CALLS = int(parameter("CALLS", 1000))
FUZZ = 500
TURNS = 8
RUNS = 3
PART = 250
_PASSED = re.compile(r": ([0-9]+) of [0-9]+ calls passed")
CONFIG = """
zone: Europe/Istanbul
languages: [en]
flows: {folder: flows}
trunks: {phone: {provider: simulator}}
numbers: {"+908502220000": {flow: long}}
"""
FLOW = """
flow: long
version: 1
languages: [en]
start: first
vars:
  code: digits?
  sum: money?
  rounds: number = 0
always: {"0": {do: back, words: {en: [back]}}}
rescue: {error: bye, emergency: bye}
nodes:
  first:
    - say: welcome
    - set: {rounds: =rounds + 1}
    - menu: first_menu
      keys: {"1": entry, "2": bye}
      giveup: bye
  entry:
    - ask: which_code
      into: code
      digits: 4
      giveup: bye
    - when:
        - rounds > 3: bye
    - menu: second_menu
      keys: {"1": first, "2": bye}
      giveup: bye
  bye:
    - say: your_code
    - hangup: goodbye
"""
PROMPTS = """
welcome: {en: "Welcome. This is round {rounds|number}."}
first_menu: {en: "To enter a code press 1, to end press 2."}
which_code: {en: "Enter the four digits."}
second_menu: {en: "For another code press 1, to end press 2."}
your_code: {en: "[The last code was {code|digits}.]"}
goodbye: {en: "Goodbye."}
"""
_CALL = """
  - name: call {number}
    talk:
      - hears: [welcome, first_menu]
      - presses: "1"
      - presses: "{code:04}"
      - presses: "1"
      - hears: [welcome, first_menu]
      - presses: "1"
      - silence: 1 time
      - presses: "{code:04}"
      - presses: "1"
      - presses: "2"
    expect: {{ended: hangup, path: [first, entry, first, entry, first, bye], heard: your_code}}
"""
"""Eight listens are answered: seven by keys, one by silence."""


class Recorder:
    """The engine's `step`, which also writes down what it was given."""

    def __init__(self) -> None:
        self.calls: list[list[Event]] = []

    def step(
        self, state: State | None, event: Event, book: Book
    ) -> tuple[State, tuple[Command, ...]]:
        """One step of the engine."""
        if state is None:
            self.calls.append([])
        self.calls[-1].append(event)
        return step(state, event, book)


def measure() -> Sequence[Row]:
    """The command, then in one process the bare engine, the player and random callers."""
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as name:
        folder = Path(name)
        lay_out(folder, CONFIG, long=FLOW, prompts=PROMPTS)
        for file, octets in case_files().items():
            (folder / "flows" / file).write_bytes(octets)
        command_s = middle(_command_s(folder) for _ in range(RUNS))
    tested = book()
    recorder = Recorder()
    play_all(tested, recorder.step)
    bare_s = middle(seconds(lambda: _replay(recorder, tested)) for _ in range(RUNS))
    play_s = middle(seconds(lambda: play_all(tested, step)) for _ in range(RUNS))
    fuzz_s = seconds(lambda: _fuzz(tested))
    steps = sum(len(events) for events in recorder.calls)
    return [
        Row(f"bare engine, {steps:,} steps", bare_s, "s", is_baseline=True),
        Row("the same calls played, one process", play_s, "s"),
        Row(f"ivr test, whole command, {CALLS:,} calls", command_s, "s", "thousand_s"),
        Row(f"{FUZZ} random callers, one process", fuzz_s, "s", "fuzz_s"),
    ]


def case_files() -> dict[str, bytes]:
    """All calls, in several files since one may hold 50,000 values."""
    return {
        f"part{first}.test.yaml": case_text(range(first, min(first + PART, CALLS)), 0).encode()
        for first in range(0, CALLS, PART)
    }


def case_text(numbers: range, random_callers: int) -> str:
    """A test file: calls with codes of their own, and so many random callers."""
    calls = "".join(_CALL.format(number=number, code=number % 10_000) for number in numbers)
    return f"flow: long\nfuzz: {{callers: {random_callers}, seed: 7}}\ncalls:{calls or ' []'}"


def _command_s(folder: Path) -> float:
    began = time.perf_counter()
    said, _errors = command([*IVR, "test"], folder)
    took_s = time.perf_counter() - began
    if sum(map(int, _PASSED.findall(said))) != CALLS:
        raise CannotRunError(f"not every call passed: {said[-500:]}")
    return took_s


def book() -> Book:
    """The flow, checked and ready to be called."""
    files = {"flows/long.yaml": FLOW.encode(), "flows/prompts.yaml": PROMPTS.encode()}
    found, problems = check_flows(files, World())
    if found is None:
        raise CannotRunError("; ".join(map(str, problems)))
    return found


def _staged(
    tested: Book, with_step: Step, files: dict[str, bytes]
) -> tuple[Sequence[CaseFile], Stage]:
    stage = Stage(with_step, tested, SPECS, (State, Frame, Heard))
    found, problems = read_cases(files, {"long": stage.bundle("long")}, tested.world)
    if problems:
        raise CannotRunError("; ".join(map(str, problems)))
    return found, stage


def play_all(tested: Book, with_step: Step) -> None:
    """Read the test files and play their calls."""
    found, stage = _staged(tested, with_step, case_files())
    for result in (play(case, stage) for one in found for case in one.cases):
        if not result.passed:
            raise CannotRunError(str(result.problems[0]))


def _replay(recorder: Recorder, tested: Book) -> None:
    """The same events, and nothing but the engine."""
    for events in recorder.calls:
        state: State | None = None
        for event in events:
            state, _commands = step(state, event, tested)


def _fuzz(tested: Book) -> None:
    found, stage = _staged(tested, step, {"f.test.yaml": case_text(range(0), FUZZ).encode()})
    result = fuzz(found[0], stage)
    if result.failures:
        raise CannotRunError(str(result.failures[0].problem))


BENCHMARK = Benchmark(
    name="flow_tests",
    title=f"seconds for {CALLS:,} call tests of {TURNS} turns, median of {RUNS} runs",
    bars=("thousand_s", "fuzz_s"),
    run=measure,
)
