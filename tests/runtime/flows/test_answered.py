"""Every called number has the flow that shall answer it."""

from __future__ import annotations

from ivr.config.load import load_config
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
