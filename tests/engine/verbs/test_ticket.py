"""`ticket` is not carried out yet: it fails, which is the next step."""

from __future__ import annotations

from ivr.engine.verbs.ticket import TicketFields, writes
from ivr.flow.spec import Writes
from tests.engine.verbs.unbuilt import asked

STEP = """
    - ticket: hello
      priority: high
      customer: =call.ani
      tags: [a, b]
      body: {one: "1"}
"""


def test_it_goes_on_and_tells_what_was_asked() -> None:
    note = asked(STEP)
    assert (note["verb"], note["exit"]) == ("ticket", "failed")
    assert note["pii"] == {
        "subject": "hello",
        "text": "hello tr",
        "priority": "high",
        "customer": "+905321112233",
        "tags": ("a", "b"),
        "category": "",
    }


def test_the_ticket_is_known_only_where_a_failure_leads_elsewhere() -> None:
    assert writes(TicketFields(ticket="a")) == Writes()
    missing = writes(TicketFields(ticket="a", into="case"))
    assert missing == Writes({}, {"next": ("case",), "failed": ("case",)})
    known = writes(TicketFields(ticket="a", into="case", failed="end"))
    assert known == Writes({"next": ("case",)}, {"failed": ("case",)})
