"""What `queue` asks for, and where it takes the caller who cannot be helped here."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ivr.domain.commands import Collect, Enqueue
from ivr.engine.verbs.queue import QueueFields, exits
from ivr.flow.world import TrunkShape
from tests.engine.small import RING, ringing, small_book
from tests.engine.verbs.unbuilt import FLOW
from tests.fakes.call_script import CallScript, Like

HEAD = "vars: {who: text?}"
STEP = """
    - queue: general
      priority: =9 if call.test else 5
      skills: [cards, =call.language, "=default(who, None)"]
      pop: {who: "=default(who, None)", ani: =call.ani}
      full: start
      timeout: start
      nobody: taken
      done: start
"""
NODES = FLOW.replace("STEP", STEP.strip("\n")).replace("TAIL", "")


def test_what_is_missing_is_left_out() -> None:
    script = ringing(NODES, HEAD)
    pop = {"ani": "+905321112233"}
    script << Like(Enqueue, queue="general", priority="5", skills=("cards", "tr"), pop=pop)


def test_a_trunk_that_rings_nobody_up_has_nobody() -> None:
    book = small_book(NODES, HEAD)
    world = replace(book.world, trunks={"deaf": TrunkShape("deaf", "x")})
    script = CallScript(replace(book, world=world)).ring(trunk="deaf")
    script << RING[0] << RING[1] << Like(Collect, says=["main"])
    (note,) = script.noted("unbuilt")
    assert note["exit"] == "nobody"
    assert note["pii"] == {
        "queue": "general",
        "priority": Decimal(5),
        "skills": ("cards", "tr"),
        "pop": {"ani": "+905321112233"},
    }


def test_its_exits_are_those_that_are_written_and_its_keys() -> None:
    fields = QueueFields.model_validate({"queue": "general", "keys": {"2": "start"}})
    found = exits(fields)
    assert found.targets["key 2"] == "start"
    assert set(found.unwritten) == {"full", "timeout", "nobody", "done"}
