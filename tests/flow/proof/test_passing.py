"""Seconds through one node: prompts run while a lookup does, listens end in their last try."""

from __future__ import annotations

import pytest

from ivr.engine.verbs import SPECS
from ivr.flow.proof.goals import HumanStep
from ivr.flow.proof.guards import NOTHING
from ivr.flow.proof.passing import Passing
from ivr.flow.proof.reach import Question
from ivr.flow.spec import CallerKind
from tests.flow.checker.bank import WORLD, small
from tests.flow.checker.paths.cases import bundle_of

PROMPTS = f'two: {{tr: "{"x" * 28}"}}\n'
TOP = "uses: {sources: [customer]}\nvars: {x: digits?}\nnodes:\n  start:\n"
OUT = "  out:\n    - hangup\n"
FETCH = (
    "    - fetch: customer\n      with: {{phone: =call.dnis}}\n      limit: {limit}s\n"
    "      retry: {retry}\n      missing: next\n      failed: out\n{more}"
)


def _leaps(steps: str, kind: CallerKind = CallerKind.SILENT) -> dict[str, float]:
    bundle = bundle_of(small(TOP + steps + OUT, PROMPTS), "small")
    question = Question(bundle, SPECS, WORLD, kind, "tr", HumanStep(SPECS))
    passing = Passing(bundle.root, question, lambda _name, _queued: None, lambda queued: queued)
    return {leap.target: round(leap.seconds, 3) for leap in passing.leaps("start", NOTHING, 0.0)}


def _fetched(limit: int, retry: int = 0, more: str = "", before: str = "") -> dict[str, float]:
    return _leaps(before + FETCH.format(limit=limit, retry=retry, more=more) + "    - go: start\n")


def test_a_lookup_takes_all_its_tries() -> None:
    assert _fetched(4) == {"out": 4, "start": 4}
    assert _fetched(4, 2) == {"out": 12.4, "start": 12.4}


def test_a_lookup_runs_behind_what_is_being_said() -> None:
    say = "    - say: two\n"
    assert _fetched(1, before=say) == {"out": 2, "start": 2}
    assert _fetched(5, before=say) == {"out": 5, "start": 5}
    assert _fetched(3, before=say + say) == {"out": 4, "start": 4}


def test_a_skipped_prompt_hides_nothing() -> None:
    maybe = "    - say: two\n      only: call.test\n"
    assert _fetched(3, before=maybe) == {"out": 3, "start": 3}
    assert _fetched(1, before=maybe) == {"out": 2, "start": 2}


def test_a_filler_that_has_begun_is_said_to_its_end() -> None:
    more = "      meanwhile: two\n"
    assert _fetched(1, more=more)["out"] == 2.7  # begins 0.7 s after the start, lasts 2 s
    assert _fetched(4, more=more)["out"] == 4
    assert _fetched(13, more=more)["out"] == 14.7  # the second begins 10 s after the first ended


@pytest.mark.parametrize(
    ("kind", "more", "seconds"),
    [
        (CallerKind.SILENT, "", 3 * (2 + 5)),
        (CallerKind.WRONG, "", 3 * (2 + 1 + 0.5 * 3)),
        (CallerKind.SLOW, "", 3 * (2 + 5 + 3 * 3)),
        (CallerKind.SLOW, "      last: 2s\n      end_key: '#'\n", 3 * (2 + 5 + 3 * 3 + 2)),
        (CallerKind.SILENT, "      noinput: hello\n", 7 + 2 * 5.5),
        (CallerKind.WRONG, "      nomatch: [hello, two]\n", 3 * 2.5 + 2 + 0.5 + 2),
        (CallerKind.WRONG, "      nomatch: hello\n      badcheck: two\n", 3 * 4.5),
        (CallerKind.WRONG, "      confirm: two\n", 3 * (4.5 + 2 + 1)),
        (CallerKind.SILENT, "      confirm: two\n", 3 * 7),
    ],
)
def test_a_question_is_given_up_after_its_tries(
    kind: CallerKind, more: str, seconds: float
) -> None:
    ask = f"    - ask: two\n      into: x\n      digits: 4\n{more}      giveup: out\n"
    assert _leaps(ask + "    - go: start\n", kind) == {"out": seconds}
