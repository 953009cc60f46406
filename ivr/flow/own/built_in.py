"""The flows that calls of ours walk: they are written here, so that no installation lacks them.

`@callback.QUEUE`: whoever was called presses 1 to show that a person is there, and then waits for
an agent in his old place. An answering machine presses nothing, so it never gets to an agent.

`@agent_first.QUEUE`: the call waits in that place without anybody; whom it is for is rung up once
an agent has it, and presses 1 as well.

`@dial`: what an agent dials at the desk. It has no steps of its own: see `engine/outgoing`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.flow.loader import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.flow.model import Flow
    from ivr.flow.spec import VerbSpec
    from ivr.flow.world import World

MARK = "@"
"""No flow file can have such a name."""
_CALLBACK, _AGENT_FIRST = f"{MARK}callback.", f"{MARK}agent_first."
DIALLED = f"{MARK}dial"
"""The name of the flow of calls that agents dial."""
WAIT, SORRY, REFUSED = "wait", "sorry", "no_more"
"""Nodes of a callback: the wait, no agent was to be had, and the person wants no more calls."""
RECORDED = "cb_recorded"
"""The prompt that tells whom we call that he is recorded, if the queue has no words of its own."""
_FLOW = """\
flow: callback
version: 1
languages: [en, tr]
start: confirm
uses: {queues: [QUEUE]}
rescue: {error: sorry}
listen: {first: 5s, between: 3s, tries: 2}
nodes:
  confirm:
    - menu: cb_confirm
      keys: {"1": wait, "9": no_more}
      giveup: nobody_there
  wait:
    - {queue: QUEUE, full: sorry, timeout: sorry, nobody: sorry, done: over}
  recorded:  # never entered: its words are said within the step above
    - hangup: cb_recorded
  nobody_there:
    - hangup: cb_bye
  no_more:
    - hangup: cb_no_more
  sorry:
    - hangup: cb_sorry
  over:
    - hangup: cb_bye
"""
_FLOW_DIAL = """\
flow: callback
version: 1
languages: [en, tr]
start: over
nodes:
  over:
    - hangup: cb_bye
"""
_FLOW_AGENT_FIRST = """\
flow: callback
version: 1
languages: [en, tr]
start: agent
uses: {queues: [QUEUE]}
rescue: {error: sorry}
nodes:
  agent:
    - {queue: QUEUE, keys: {"9": no_more}, full: sorry, timeout: silent, nobody: sorry, done: over}
  confirm:  # never entered: its words are asked within the step above
    - menu: cb_confirm
      keys: {"1": over, "9": no_more}
      giveup: silent
  recorded:  # likewise
    - hangup: cb_recorded
  silent:
    - hangup: cb_bye
  no_more:
    - hangup: cb_no_more
  sorry:
    - hangup: cb_sorry
  over:
    - hangup: cb_bye
"""
_PROMPTS = """\
cb_confirm:
  en: "You asked us to call you back. Press 1 to talk to us, or 9 if you need no call any more."
  tr: "Sizi geri aramamızı istemiştiniz. Görüşmek için 1'i, artık istemiyorsanız 9'u tuşlayın."
cb_no_more: {en: "We will not call you again. Goodbye.", tr: "Sizi yeniden aramayacağız. Hoşça kalın."}
cb_sorry: {en: "We are sorry, nobody is free now. We will try again.", tr: "Üzgünüz, şu an boşta kimse yok. Yeniden arayacağız."}
cb_bye: {en: "Goodbye.", tr: "Hoşça kalın."}
cb_recorded: {en: "This call is recorded.", tr: "Görüşmemiz kaydedilmektedir."}
"""  # noqa: E501 - one prompt, one line


def callback_flow(queue: str, *, agent_first: bool = False) -> str:
    """The name of the flow in which somebody is called back for a queue."""
    return f"{_AGENT_FIRST if agent_first else _CALLBACK}{queue}"


def is_built_in(name: str) -> bool:
    """Whether a flow of this name is written here."""
    return name.startswith(MARK)


def built_in(name: str, specs: Mapping[str, VerbSpec], world: World) -> Flow:
    """The flow of a name that `callback_flow` gave."""
    if name == DIALLED:
        files = {
            "flows/callback.yaml": _FLOW_DIAL.encode(),
            "flows/prompts.yaml": _PROMPTS.encode(),
        }
        return replace(load(files, specs, world).flows["callback"], name=name)
    agent_first = name.startswith(_AGENT_FIRST)
    queue = name.removeprefix(_AGENT_FIRST if agent_first else _CALLBACK)
    flow = _FLOW_AGENT_FIRST if agent_first else _FLOW
    files = {
        "flows/callback.yaml": flow.replace("QUEUE", json.dumps(queue)).encode(),
        "flows/prompts.yaml": _PROMPTS.encode(),
    }
    known = replace(world, queues=tuple(dict.fromkeys((*world.queues, queue))))
    return replace(load(files, specs, known).flows["callback"], name=name)
