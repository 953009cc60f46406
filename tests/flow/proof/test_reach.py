"""The way along a chain of reaches, and seconds of prompts."""

from __future__ import annotations

import math

from ivr.engine.verbs import SPECS
from ivr.flow.proof.goals import HumanStep
from ivr.flow.proof.reach import Question, Reach
from ivr.flow.spec import CallerKind
from tests.flow.checker.bank import WORLD, bank_files
from tests.flow.checker.paths.cases import bundle_of


def test_the_way_is_that_of_all_parts() -> None:
    last = Reach(math.inf, ("c",), None, ("c", "c"))
    whole = Reach(math.inf, ("a", "inner.x"), Reach(math.inf, ("b",), last))
    assert whole.way() == ("a", "inner.x", "b", "c")
    assert whole.round() == ("c", "c")
    assert Reach(1.0, ("a",)).round() == ()


def test_prompts_and_sources_are_measured() -> None:
    bundle = bundle_of(bank_files(), "bank")
    asked = Question(bundle, SPECS, WORLD, CallerKind.SLOW, "tr", HumanStep(SPECS))
    timing = asked.timing(bundle.root, 2.0)
    assert round(timing.prompt_s(("recording_notice", "welcome_back")), 2) == 6.0
    assert timing.prompt_s(("no_such_prompt",)) == 0
    assert (timing.queued_s, timing.source_limit_s("nothing")) == (2.0, 1.5)
