"""One call test from the offer to the verdict; the bank's own tests; the same on every machine."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.call import Turn
from ivr.domain.commands import Command, StartTimer
from ivr.flow.cases import LineChannel, play, read_cases
from ivr.flow.cases.channel import Retried
from ivr.flow.cases.model import SIMULATOR
from tests.flow.cases.scene import (
    ZONE,
    bank_stage,
    bank_tests,
    bundles,
    call,
    case_file,
    failed,
    played,
    stage,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.domain.events import Event

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
from ivr.flow.cases import as_json, read_cases, run_file
from tests.flow.cases.scene import ZONE, bank_stage, bank_tests, bundles
import json
on = bank_stage()
files, _ = read_cases({"b": bank_tests()}, bundles(on), on.book.world)
print(json.dumps(as_json([run_file(one, on) for one in files])))
"""


def bank_case_names() -> dict[str, object]:
    """Every call of the worked example by name."""
    on = bank_stage()
    files, problems = read_cases({"bank.test.yaml": bank_tests()}, bundles(on), on.book.world)
    assert problems == ()
    return {case.name: case for case in files[0].cases}


@pytest.mark.parametrize("name", bank_case_names())
def test_every_call_of_the_bank_passes_on_a_channel_that_is_there(name: str) -> None:
    case = bank_case_names()[name]
    result = play(case, bank_stage())  # type: ignore[arg-type]
    told = [str(problem) for problem in result.problems]
    if case.channel == SIMULATOR:  # type: ignore[attr-defined]
        assert told == []
    else:
        assert "T206" in told[0]


def test_a_failure_stands_where_it_is_written_and_marks_the_conversation() -> None:
    result = played('[{presses: "2"}, {hears: [pin, choose]}]')
    assert not result.passed
    assert str(result.problems[0]).startswith("shop.test.yaml:5:29 T201 fail")
    assert result.conversation[result.marked].text.startswith("presses 2") is False
    assert 0 <= result.marked < len(result.conversation)


def test_an_expectation_stands_at_its_field() -> None:
    text = call('[{presses: "0"}]', "\n      queue: desk\n      tickets: 3")
    problem = play(case_file(text).cases[0], stage()).problems[0]
    assert (problem.at.line, problem.at.column, problem.code) == (8, 7, "T201")


@pytest.mark.parametrize(
    ("talk", "more", "place"),
    [
        ("[{hangs_up: true}, {waits: 1s}, {says: a}]", "", "5:44 T202"),
        ('[{presses: "0"}, {agent: answers}, {agent: hangs_up}, {agent: holds}]', "", "5:66 T202"),
        ("[{retry: webhook}]", "", "5:13 T206"),
        ("[]", "    channel: twilio\n", "3:5 T206"),
    ],
)
def test_each_kind_of_failure_has_its_place(talk: str, more: str, place: str) -> None:
    (problem,) = played(talk, more=more).problems
    assert str(problem).startswith(f"shop.test.yaml:{place} fail")


def test_a_call_that_never_rests_fails() -> None:
    on = stage()

    def restless(
        state: Any,  # noqa: ANN401
        event: Event,
        book: Any,  # noqa: ANN401
    ) -> tuple[Any, tuple[Command, ...]]:
        state, commands = on.step(state, event, book)
        turn = Turn(state.next_turn)
        state.next_turn += 1
        return state, (*commands, StartTimer(turn=turn, due=event.at))

    case = case_file(call("[{waits: 1s}]")).cases[0]
    (problem,) = play(case, replace(on, step=restless)).problems
    assert problem.message == '"one": the call never comes to rest'


def test_a_channel_that_nobody_has_handed_in_fails_the_test() -> None:
    assert failed(more="    channel: twilio\n") == [
        "T206 no channel twilio here; there is simulator"
    ]


class Webhook(LineChannel):
    """A channel with a last webhook."""

    is_equal = True
    fields: Sequence[object] = ()

    def retry(self, at_ms: int) -> Retried | None:
        """Answer it again."""
        return Retried(self.is_equal, ())


class Forgetful(Webhook):
    """One that answers otherwise the second time."""

    is_equal = False


def test_a_channel_handed_in_carries_the_call() -> None:
    on = stage()
    for kind, told in ((Webhook, []), (Forgetful, ["T201"])):
        hooked = type(on)(
            on.step, on.book, on.specs, on.state_classes, {SIMULATOR: LineChannel, "twilio": kind}
        )
        text = call('[{presses: "2"}, {retry: webhook}]', more="    channel: twilio\n")
        result = play(case_file(text, on).cases[0], hooked)
        assert [problem.code for problem in result.problems] == told


@pytest.mark.parametrize(
    ("given", "talk", "verb"),
    [],
)
def test_a_fate_that_no_verb_can_play_yet_fails_the_test(given: str, talk: str, verb: str) -> None:
    assert failed(talk, given=given) == [f"T205 {verb} is not built yet"]
    assert failed('[{presses: "2"}]', given=given) == []


def test_a_fate_that_comes_by_itself_passes() -> None:
    given = "{queues: {desk: {nobody: true}}, places: {boss: failed}, surveys: {csat: not}}"
    assert failed('[{presses: "3"}]', given=given) == []


def test_a_call_may_begin_in_another_language() -> None:
    assert failed(expect="{says: Welcome., language: en}", more="    language: en\n") == []


def test_two_hash_seeds_give_the_same_bytes() -> None:
    outputs = []
    for seed in ("1", "2"):
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 1000
    assert ZONE is not None
