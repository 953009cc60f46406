"""Every called number has the flow that shall answer it."""

from __future__ import annotations

import pytest

from ivr.config.load import load_config
from ivr.engine.load import load_book
from ivr.flow.world import QueueShape, World
from ivr.runtime.flows.answered import unanswered
from ivr.runtime.memory.clock import START
from tests.fakes.house import desk_book

CONFIG = """\
zone: UTC
trunks: {browser: {provider: simulator}}
numbers:
  "+908502220000": {flow: desk}
  "+908502220001": {flow: dask}
  "+908502220002": {flow: elsewhere}
"""


def test_each_number_without_its_flow_is_told_where_it_stands() -> None:
    config = load_config({"config.yaml": CONFIG.encode()}, {}, now=START)
    assert [str(problem) for problem in unanswered(config, desk_book())] == [
        'config.yaml:5:27 C120 error no flow "dask" answers +908502220001; did you mean "desk"?',
        'config.yaml:6:27 C120 error no flow "elsewhere" answers +908502220002; '
        "add it, or take the number out",
    ]


def test_a_notice_that_is_a_prompt_of_no_flow_is_told() -> None:
    queues = "queues: {cards: {recording: {notice: main_menu}}, loans: {recording: {notice: x}}}\n"
    config = load_config(
        {"config.yaml": (CONFIG.split("numbers", maxsplit=1)[0] + queues).encode()}, {}, now=START
    )
    assert [str(problem) for problem in unanswered(config, desk_book())] == [
        'config.yaml:3:79 C120 error no flow has the prompt "x"; '
        "callers would not be told of the recording"
    ]


def test_a_whisper_that_is_a_prompt_of_no_flow_is_told() -> None:
    queues = "queues: {cards: {agent_whisper: main_manu}, loans: {agent_whisper: main_menu}}\n"
    config = load_config(
        {"config.yaml": (CONFIG.split("numbers", maxsplit=1)[0] + queues).encode()}, {}, now=START
    )
    assert [str(problem) for problem in unanswered(config, desk_book())] == [
        'config.yaml:3:33 C120 error no flow has the prompt "main_manu"; did you mean "main_menu"?'
    ]


SHAPED = """\
queues:
  cards: {overflow: [{when: {waiting: 5}, to: {flow: FLOW}}]}
"""
HEAD = "version: 1\nlanguages: [en]\n"
ROOT = f"flow: main\n{HEAD}start: a\nuses: {{queues: [cards]}}\nnodes:\n  a:\n    - queue: cards\n"
ROOT += "      full: b\n      timeout: b\n      nobody: b\n      done: b\n  b:\n    - hangup: bye\n"


def sends_to(name: str, head: str = "") -> list[str]:
    """What is told of a queue that sends callers to a flow; there is the flow later."""
    shapes = {"cards": QueueShape("cards", flows=(name,))}
    later = f"flow: later\n{HEAD}start: a\n{head}nodes:\n  a:\n    - go: exit.done\n"
    files = {"main": ROOT, "later": later, "prompts": 'bye: {en: "Bye."}\n'}
    book, problems = load_book(
        {f"flows/{file}.yaml": text.encode() for file, text in files.items()},
        World(queues=("cards",), queue_shapes=shapes),
    )
    assert book is not None, problems
    text = CONFIG.split("numbers", maxsplit=1)[0] + SHAPED.replace("FLOW", name)
    config = load_config({"config.yaml": text.encode()}, {}, now=START)
    return [str(problem).partition("error ")[2] for problem in unanswered(config, book)]


def test_a_flow_that_callers_can_be_sent_to_is_not_told() -> None:
    assert sends_to("later", "exits: [full, nobody]\ninputs: {what: text?}\n") == []


@pytest.mark.parametrize(
    ("name", "head", "told"),
    [
        ("latre", "exits: [full]\n", 'no flow "latre"; add it'),
        (
            "later",
            "inputs: {what: text}\n",
            'later needs the input "what", which a queue does not have',
        ),
        (
            "later",
            "exits: [urgent]\n",
            'later has the exit "urgent"; from here it can only take done, failed, full, '
            "timeout, nobody",
        ),
    ],
    ids=["ACD C120", "ACD-E10 inputs", "ACD-E10 exits"],
)
def test_a_flow_that_callers_cannot_be_sent_to_is_told(name: str, head: str, told: str) -> None:
    assert sends_to(name, head) == [f"queues.cards.overflow: {told}"]


def test_a_circle_of_flows_by_way_of_a_queue_is_told() -> None:
    shapes = {"cards": QueueShape("cards", flows=("main",))}
    files = {"flows/main.yaml": ROOT.encode(), "flows/prompts.yaml": b'bye: {en: "Bye."}\n'}
    world = World(queues=("cards",), queue_shapes=shapes)
    _book, problems = load_book(files, world)
    assert "F208" in {problem.code for problem in problems}
