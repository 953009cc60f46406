"""The flows that calls of ours walk: they are written here, so that no installation lacks them.

`@callback.QUEUE`: whoever was called presses 1 to show that a person is there, and then waits for
an agent in his old place. An answering machine presses nothing, so it never gets to an agent.
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
_CALLBACK = f"{MARK}callback."
CONFIRM, WAIT, REFUSED = "confirm", "wait", "no_more"
"""Nodes of a callback: is a person there, the wait, and the person wants no more calls."""
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
  nobody_there:
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
"""  # noqa: E501 - one prompt, one line


def callback_flow(queue: str) -> str:
    """The name of the flow in which somebody is called back for a queue."""
    return f"{_CALLBACK}{queue}"


def is_built_in(name: str) -> bool:
    """Whether a flow of this name is written here."""
    return name.startswith(MARK)


def built_in(name: str, specs: Mapping[str, VerbSpec], world: World) -> Flow:
    """The flow of a name that `callback_flow` gave."""
    queue = name.removeprefix(_CALLBACK)
    files = {
        "flows/callback.yaml": _FLOW.replace("QUEUE", json.dumps(queue)).encode(),
        "flows/prompts.yaml": _PROMPTS.encode(),
    }
    known = replace(world, queues=tuple(dict.fromkeys((*world.queues, queue))))
    return replace(load(files, specs, known).flows["callback"], name=name)
