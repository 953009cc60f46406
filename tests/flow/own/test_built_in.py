"""The flows of our own calls load without a complaint in any call centre."""

from __future__ import annotations

import pytest

from ivr.engine.verbs import SPECS
from ivr.flow.load.silencing import arranged
from ivr.flow.loader import load
from ivr.flow.own import built_in
from ivr.flow.own.built_in import callback_flow, is_built_in
from ivr.flow.world import World
from tests.engine.small import small_book


@pytest.mark.parametrize("queue", ["general", "cards", "kart-destek", "q_2"])
def test_every_queue_has_its_flow(queue: str) -> None:
    name = callback_flow(queue)
    flow = built_in.built_in(name, SPECS, World())
    assert (flow.name, flow.start, is_built_in(name)) == (name, "confirm", True)
    assert {built_in.WAIT, built_in.SORRY, built_in.REFUSED} <= set(flow.nodes)
    assert {language for texts in flow.prompts.values() for language in texts} == {"tr", "en"}


@pytest.mark.parametrize("queue", ["general", "kart-destek"])
def test_with_the_agent_first_the_wait_comes_first_and_the_same_words_follow(queue: str) -> None:
    name = callback_flow(queue, agent_first=True)
    flow = built_in.built_in(name, SPECS, World())
    assert (flow.name, flow.start, is_built_in(name)) == (name, "agent", True)
    assert {built_in.SORRY, built_in.REFUSED} <= set(flow.nodes)
    assert "cb_confirm" in flow.prompts


def test_what_agents_dial_has_a_flow_without_a_question() -> None:
    flow = built_in.built_in(built_in.DIALLED, SPECS, World())
    assert (flow.name, set(flow.nodes)) == (built_in.DIALLED, {"over"})


def test_a_book_gives_it_for_any_version() -> None:
    book = small_book("  start:\n    - hangup: bye\n")
    flow = book.flow("whatever", callback_flow("general"))
    assert flow is book.flow("else", callback_flow("general"))
    assert not is_built_in("main")


@pytest.mark.parametrize("flow", [built_in._FLOW, built_in._FLOW_AGENT_FIRST])
def test_nothing_is_wrong_with_it(flow: str) -> None:
    files = {
        "flows/callback.yaml": flow.replace("QUEUE", '"general"').encode(),
        "flows/prompts.yaml": built_in._PROMPTS.encode(),
    }
    found = arranged(load(files, SPECS, World(queues=("general",))).problems)
    assert [one.code for one in found] == ["F805"]  # no emergency way: nobody calls in
