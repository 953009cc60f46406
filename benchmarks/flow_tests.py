"""How fast call tests are played: `ivr test` on 1,000 calls of 8 turns, and random callers.

The command is measured as people wait for it, with its imports, its check of the flow and its own
processes. The baseline feeds the events of the same calls to the bare engine in one process.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.server import IVR, environment
from benchmarks.table import Benchmark, CannotRunError, Row, middle, parameter
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
    from ivr.flow.cases import CaseFile

CALLS = int(parameter("CALLS", 1000))
FUZZ = 500
TURNS = 8
RUNS = 3
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
_TESTS = "flow: long\nfuzz: {{callers: {fuzz}, seed: 7}}\ncalls:\n{calls}"
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

    def step(self, state: Any, event: Event, book: Any) -> tuple[Any, tuple[Command, ...]]:  # noqa: ANN401 - as Stage has it
        """One step of the engine."""
        if state is None:
            self.calls.append([])
        self.calls[-1].append(event)
        return step(state, event, book)


def measure() -> Sequence[Row]:
    """The command, the player alone, the bare engine, random callers."""
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as name:
        folder = Path(name)
        _write(folder, fuzz_callers=0)
        command_s = middle(_command_s(folder) for _ in range(RUNS))
    recorder, steps = Recorder(), 0
    case_file, stage = _staged(recorder)
    play_s = _seconds(lambda: [play(case, stage) for case in case_file.cases])
    bare_s = _seconds(lambda: _replay(recorder, stage))
    steps = sum(len(events) for events in recorder.calls)
    fuzz_s = _seconds(lambda: fuzz(case_file, stage))
    return [
        Row(f"bare engine, one process, {steps:,} steps", bare_s, "s", is_baseline=True),
        Row("the same calls played, one process", play_s, "s"),
        Row(f"ivr test, whole command, {CALLS:,} calls", command_s, "s", "thousand_s"),
        Row(f"{FUZZ} random callers, one process", fuzz_s, "s", "fuzz_s"),
    ]
