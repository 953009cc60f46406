"""Calls that nobody would make: every verb, every pair of name and event, in any order.

`step` may raise nothing, must never change the state it was given, and must end each call once. The
events come from a list of numbers, so that hypothesis can shrink a call that goes wrong.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.domain.commands import (
    BookCallback,
    CloseInteraction,
    Collect,
    Command,
    Note,
)
from ivr.domain.events import KeysCollected, OfferSettled, TimerFired
from ivr.domain.recording import KeepRecording
from ivr.domain.values import Sealed
from ivr.engine.verbs import SPECS
from tests.engine.chance import CODEC, Chance, play, replayed
from tests.engine.every_verb import books, made_up

if TYPE_CHECKING:
    from ivr.domain.events import Event
    from ivr.engine.state import State

ROOT = Path(__file__).resolve().parents[2]


def digest(name: str, calls: int) -> str:
    """One number over states and commands of many calls."""
    book = books()[name]
    found = hashlib.sha256()
    for number in range(calls):
        numbers = [(number * 7919 + place * place * 31) % 1009 for place in range(60)]
        _events, state, told = play(book, numbers, 40)
        found.update(CODEC.dumps(state, b"").encode() + repr(told).encode())
    return found.hexdigest()


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", ["main", "bank", "pharmacy", "taped", "called_back"])
@settings(max_examples=150)
@given(numbers=st.lists(st.integers(0, 5000), min_size=1, max_size=120))
def test_every_call_ends_once_and_its_journal_gives_the_same_again(
    name: str, numbers: list[int]
) -> None:
    book = books()[name]
    events, state, told = play(book, numbers, 60)
    assert sum(isinstance(command, CloseInteraction) for command in told) == 1
    assert state.ended
    assert not state.waiting()
    assert "Sealed" not in CODEC.dumps(state.frames, b"")
    assert replayed(book, events) == (state, told)


def test_a_journal_means_the_same_under_another_hash_seed() -> None:
    code = (
        "from tests.engine.test_random_calls import digest;"
        "print(digest('main', 20), digest('bank', 20))"
    )
    found = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        run = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(run.stdout.strip())
    assert found == {f"{digest('main', 20)} {digest('bank', 20)}"}


@pytest.mark.unmeasured
def test_the_random_calls_reach_every_verb() -> None:
    book = books()["main"]
    seen: set[str] = set()
    for number in range(300):
        numbers = [(number * 7919 + place * place * 31) % 1009 for place in range(60)]
        _events, _state, told = play(book, numbers, 60)
        seen |= {
            fact.partition("#")[2].partition(":")[0]
            for command in told
            for fact in [str(getattr(command, "facts", {}).get("step", ""))]
        }
    quiet = {"say", "set", "go", "outcome", "hangup", ""}
    assert seen | quiet == set(SPECS) | {""}


@pytest.mark.unmeasured
def test_whoever_accepts_to_be_called_back_gets_an_agent_or_a_promise() -> None:
    """Whatever else happens to the call: but for one that falls into a fault."""
    book, times, counted = books()["called_back"], set[bool](), 0
    for number in range(600):
        dice = random.Random(number)  # noqa: S311 - not for secrets
        numbers = [dice.randrange(5000) for _ in range(60)]
        events, state, told = play(book, numbers, 30, (_is_offered, _accepts))
        asked = [place for place, one in enumerate(told) if _asks_when(one)]
        booked = [one for one in told if isinstance(one, BookCallback)]
        times |= {one.due is None for one in booked}
        faults = [one for one in told if isinstance(one, Note) and one.what == "error"]
        after = told[asked[-1] :] if asked else []
        kept = any(isinstance(one, BookCallback) for one in after)
        kept = kept or any(isinstance(one, OfferSettled) and one.won for one in events)
        assert not asked or kept or faults or state.failed, number
        counted += bool(asked)
    assert (times, counted > 300) == ({True, False}, True)


def _is_offered(state: State) -> Event:
    return TimerFired(turn=state.top.open["offer"].turn)


def _accepts(state: State) -> Event:
    listen = state.top.open["keys"]
    return KeysCollected(turn=listen.turn, keys=Sealed("1"), reason="match")


def _asks_when(command: Command) -> bool:
    prompts = command.prompts if isinstance(command, Collect) else ()
    return any(prompt.name == "callback_choice" for prompt in prompts)


@pytest.mark.unmeasured
@settings(max_examples=60)
@given(
    making=st.lists(st.integers(0, 5000), min_size=1, max_size=40),
    numbers=st.lists(st.integers(0, 5000), min_size=1, max_size=60),
)
def test_calls_through_made_up_flows_end_once_too(making: list[int], numbers: list[int]) -> None:
    book = made_up(Chance(making))
    events, state, told = play(book, numbers, 40)
    assert sum(isinstance(command, CloseInteraction) for command in told) == 1
    assert replayed(book, events) == (state, told)


@pytest.mark.unmeasured
def test_the_random_calls_are_recorded_by_flow_and_queue_and_paused_by_agents() -> None:
    book = books()["taped"]
    told = []
    for number in range(400):
        numbers = [(number * 7919 + place * place * 31) % 1009 for place in range(60)]
        told += play(book, numbers, 60)[2]
    kept = {one.queue for one in told if isinstance(one, KeepRecording)}
    assert kept >= {"", "general"}
    facts = [one.facts for one in told if isinstance(one, Note) and one.what == "recording"]
    assert {"boss", "chief"} & {str(one.get("by")) for one in facts}
