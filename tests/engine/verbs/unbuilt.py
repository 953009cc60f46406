"""One step of a verb that is not carried out yet, alone in a flow."""

from __future__ import annotations

from ivr.domain.commands import Collect
from tests.engine.small import ringing
from tests.fakes.call_script import Like

FLOW = """
  start:
STEP
TAIL  taken:
    - menu: main
      keys: {"1": start}
      giveup: start
"""


def asked(step: str, head: str = "", *, leads_on: bool = False) -> dict[str, object]:
    """The note that the step leaves; afterwards the call must stand in the menu of `taken`.

    leads_on: the step is the last of its node.
    """
    tail = "" if leads_on else "    - go: taken\n"
    script = ringing(FLOW.replace("STEP", step.strip("\n")).replace("TAIL", tail), head)
    script << Like(Collect, says=["main"])
    (note,) = script.noted("unbuilt")
    assert note["step"] == script.noted("exit")[0]["step"]
    assert note["exit"] == script.noted("exit")[0]["exit"]
    return note
