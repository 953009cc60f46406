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
    assert (flow.name, flow.start, is_built_in(name)) == (name, built_in.CONFIRM, True)
    assert {built_in.WAIT, built_in.REFUSED} <= set(flow.nodes)
    assert {language for texts in flow.prompts.values() for language in texts} == {"tr", "en"}


def test_a_book_gives_it_for_any_version() -> None:
    book = small_book("  start:\n    - hangup: bye\n")
    flow = book.flow("whatever", callback_flow("general"))
    assert flow is book.flow("else", callback_flow("general"))
    assert not is_built_in("main")


def test_nothing_is_wrong_with_it() -> None:
    files = {
        "flows/callback.yaml": built_in._FLOW.replace("QUEUE", '"general"').encode(),
        "flows/prompts.yaml": built_in._PROMPTS.encode(),
    }
    found = arranged(load(files, SPECS, World(queues=("general",))).problems)
    assert [one.code for one in found] == ["F805"]  # no emergency way: nobody calls in
