"""The longest wait, against a naive walk over every way of random flows."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.engine.verbs import SPECS
from ivr.flow.proof.goals import HumanStep
from ivr.flow.proof.reach import OVER, End, Question
from ivr.flow.proof.times import Clock
from ivr.flow.spec import CallerKind
from tests.flow.checker.bank import WORLD, small
from tests.flow.checker.paths.cases import bundle_of
from tests.flow.proof.naive import PROMPTS, Flow, Walker, written

NODES = ("start", "a", "b", "c")
HALVES = st.integers(1, 8).map(lambda number: number / 2)


def _steps(node: str, *, inside: bool, loops: bool) -> st.SearchStrategy[list[tuple[Any, ...]]]:
    place = NODES.index(node)
    later = [*NODES[place + 1 :], *(("exit.done", "exit.failed") if inside else ("end",))]
    targets = st.sampled_from(later)
    says = st.tuples(st.just("say"), HALVES, st.booleans())
    fetches = st.tuples(st.just("fetch"), st.integers(1, 5), st.one_of(st.just(""), targets))
    whens = st.tuples(
        st.just("when"), st.lists(st.tuples(st.none(), targets), min_size=1, max_size=2)
    )
    last = st.one_of(
        st.tuples(st.just("go"), targets),
        st.tuples(st.just("ask"), HALVES, st.integers(1, 3), targets).map(lambda step: step),
    )
    middle = st.lists(st.one_of(says, says, fetches, whens), max_size=3)
    runs = st.just([]) if inside else st.lists(
        st.tuples(st.just("run"), st.just("inner"), st.fixed_dictionaries(
            {"exit.done": st.just(""), "exit.failed": targets})), max_size=1)  # fmt: skip
    back: st.SearchStrategy[list[Any]] = st.just([])
    if loops and place:
        back = st.lists(
            st.tuples(
                st.just("when"),
                st.tuples(st.integers(1, 3), targets).map(
                    lambda each: [((node, each[0]), each[1])]
                ),
            ),
            max_size=1,
        )
    ways_back = st.sampled_from([("go", earlier) for earlier in NODES[: place + 1]])
    ends = st.one_of(last, ways_back) if loops and place else last
    return st.tuples(back, middle, runs, ends).map(_joined)


def _joined(parts: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    back, middle, runs, end = parts
    tail = [end, ("go", end[-1])] if end[0] == "ask" else [end]
    return [*back, *middle, *runs, *tail]


def _flows(*, inside: bool, loops: bool) -> st.SearchStrategy[Flow]:
    return st.fixed_dictionaries({node: _steps(node, inside=inside, loops=loops) for node in NODES})


def _proven(root: Flow, inner: Flow) -> float:
    runs = any(step[0] == "run" for steps in root.values() for step in steps)
    more = {"inner": written("inner", inner)} if runs else {}
    text = written("small", {**root, "end": [("human",)]}, *more)
    files = {**small("", PROMPTS, **more), "flows/small.yaml": text.encode()}
    bundle = bundle_of(files, "small")
    question = Question(bundle, SPECS, WORLD, CallerKind.SILENT, "tr", HumanStep(SPECS))
    found = Clock(question).root().from_node("start").get(End(OVER))
    return 0.0 if found is None else found.seconds


def _compared(root: Flow, inner: Flow) -> None:
    naive = Walker({"root": {**root, "end": [("human",)]}, "inner": inner}).longest()
    proven = _proven(root, inner)
    if math.isinf(naive) or math.isinf(proven):
        assert naive == proven
    else:
        assert naive - 1e-6 <= proven <= naive + 1e-6


@settings(max_examples=50, deadline=None)
@given(_flows(inside=False, loops=False), _flows(inside=True, loops=False))
def test_the_proven_time_is_that_of_a_naive_walk(root: Flow, inner: Flow) -> None:
    _compared(root, inner)


@settings(max_examples=50, deadline=None)
@given(_flows(inside=False, loops=True), _flows(inside=True, loops=False))
def test_loops_that_count_are_unrolled_and_others_never_end(root: Flow, inner: Flow) -> None:
    _compared(root, inner)
