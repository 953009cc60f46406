"""`sms`: the text is stored with the step, and the caller goes on at once."""

from __future__ import annotations

from ivr.domain.commands import Collect
from ivr.domain.filing import SendText
from tests.engine.small import ringing
from tests.fakes.call_script import Like

FLOW = """
  start:
    - sms: hello
      to: =call.dnis
      sender: BANK
    - menu: main
      keys: {"1": start}
      giveup: start
"""


def test_the_text_goes_out_in_its_written_form_and_nobody_waits() -> None:
    script = ringing(FLOW)
    script << SendText(
        name="hello", to="+908502220000", text="hello tr", sender="BANK", purpose="service"
    )
    script << Like(Collect, says=["main"])
    (note,) = script.noted("sms")
    assert note["sent"] is True


def test_it_is_kept_until_it_was_sent() -> None:
    assert SendText(name="a", to="+905321112233", text="b").durable
