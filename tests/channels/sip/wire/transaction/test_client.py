"""Every cell of the two client tables, checked against the table of the design as text."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import pytest

from ivr.channels.sip.wire.messages.message import (
    Headers,
    Request,
    Response,
    parse,
    render,
    respond,
)
from ivr.channels.sip.wire.seams import Options
from ivr.channels.sip.wire.transaction.client import (
    INVITE_CLIENT,
    OTHER_CLIENT,
    Client,
    ack_refusal,
    cancel_of,
)
from ivr.channels.sip.wire.transaction.post import Post
from ivr.channels.sip.wire.words import Flow, Send

UDP = Flow("udp", ("192.0.2.2", 5060), ("192.0.2.1", 5060))
TCP = replace(UDP, transport="tcp", connection=7)

# event -> for each state: what is sent / what is told up / the state after. "-" is ignored.
# sent: R the request again, A the ACK, C the CANCEL. told: the status, "timeout" or "error".
Cells: TypeAlias = dict[str, dict[str, tuple[str, object, str]]]
INVITE_CELLS: Cells = {
    "calling": {
        "1xx": ("", 180, "proceeding"),
        "2xx": ("", 200, "accepted"),
        "3xx": ("A", 486, "completed"),
        "A": ("R", None, "calling"),
        "B": ("", "timeout", "gone"),
        "error": ("", "error", "gone"),
        "cancel": ("", None, "calling"),
    },
    "proceeding": {
        "1xx": ("", 180, "proceeding"),
        "2xx": ("", 200, "accepted"),
        "3xx": ("A", 486, "completed"),
        "C": ("", "timeout", "gone"),
        "error": ("", "error", "gone"),
        "cancel": ("C", None, "proceeding"),
    },
    "completed": {
        "3xx": ("A", None, "completed"),
        "D": ("", None, "gone"),
        "error": ("", "error", "gone"),
    },
    "accepted": {"2xx": ("", 200, "accepted"), "M": ("", None, "gone")},
    "gone": {},
}
OTHER_CELLS: Cells = {
    "trying": {
        "1xx": ("", 180, "proceeding"),
        "2xx": ("", 200, "completed"),
        "3xx": ("", 486, "completed"),
        "E": ("R", None, "trying"),
        "F": ("", "timeout", "gone"),
        "error": ("", "error", "gone"),
    },
    "proceeding": {
        "1xx": ("", 180, "proceeding"),
        "2xx": ("", 200, "completed"),
        "3xx": ("", 486, "completed"),
        "E": ("R", None, "proceeding"),
        "F": ("", "timeout", "gone"),
        "error": ("", "error", "gone"),
    },
    "completed": {"K": ("", None, "gone")},
    "gone": {},
}
EVENTS = ["1xx", "2xx", "3xx", "A", "B", "C", "D", "E", "F", "K", "M", "error", "cancel"]
STATUS = {"1xx": 180, "2xx": 200, "3xx": 486}
# How a state is reached from the start.
PATHS: dict[str, list[str]] = {
    "calling": [],
    "trying": [],
    "proceeding": ["1xx"],
    "completed": ["3xx"],
    "accepted": ["2xx"],
}


def request(method: str) -> Request:
    lines = [
        ("Via", "SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKour;rport"),
        ("Route", "<sip:p1;lr>"),
        ("From", "<sip:a@x>;tag=1"),
        ("To", "<sip:b@y>"),
        ("Call-ID", "c"),
        ("CSeq", f"7 {method}"),
    ]
    return Request(method, "sip:b@y", Headers(lines))


class Machine:
    """One client with its ears, for one cell."""

    def __init__(self, method: str, flow: Flow = UDP) -> None:
        self.post = Post(Options())
        self.request = request(method)
        self.told: list[object] = []
        self.client = Client(self.post, ("z9hG4bKour", method), self.request, flow)
        self.client.hear = lambda told, _: self.told.append(
            told.status if isinstance(told, Response) else told
        )
        self.client.start(0.0)
        self.sent()

    def sent(self) -> str:
        out, self.post.out = self.post.out, []
        messages = [parse(each.data) for each in out if isinstance(each, Send)]
        names = {"INVITE": "R", "INFO": "R", "ACK": "A", "CANCEL": "C"}
        return "".join(names[each.method] for each in messages if isinstance(each, Request))

    def event(self, event: str) -> None:
        if event == "cancel":
            cancel = cancel_of(self.request)
            self.client.cancel = lambda _: self.post.send(UDP, render(cancel))
        status = STATUS.get(event)
        told = respond(self.request, status, to_tag="t") if status else None
        self.client.step(event, 1.0, told)


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", [each for each in INVITE_CELLS if each != "gone"])
def test_each_cell_of_an_invite_of_ours(state: str, event: str) -> None:
    check("INVITE", INVITE_CELLS[state].get(event), state, event)


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", [each for each in OTHER_CELLS if each != "gone"])
def test_each_cell_of_another_request_of_ours(state: str, event: str) -> None:
    check("INFO", OTHER_CELLS[state].get(event), state, event)


def check(method: str, cell: tuple[str, object, str] | None, state: str, event: str) -> None:
    """Bring a machine into the state, let it happen, compare."""
    machine = Machine(method)
    for step in PATHS[state]:
        machine.event(step)
    assert machine.client.state == state
    machine.sent()
    machine.told.clear()
    machine.event(event)
    sent, told, after = cell or ("", None, state)
    assert machine.sent() == sent
    assert machine.told == ([] if told is None else [told])
    assert machine.client.state == after


def test_the_tables_hold_the_cells_and_no_others() -> None:
    for table, cells in ((INVITE_CLIENT, INVITE_CELLS), (OTHER_CLIENT, OTHER_CELLS)):
        assert {state: set(row) for state, row in table.items()} == {
            state: set(row) for state, row in cells.items()
        }


def times(machine: Machine, until: float) -> list[float]:
    """When something was sent, ringing timers in order."""
    found = []
    while (due := machine.post.timers.due()) is not None and due <= until:
        machine.post.timers.run(due)
        found += [due] * len(machine.sent())
    return found


def test_an_invite_is_repeated_at_doubled_gaps_for_64_t1() -> None:
    machine = Machine("INVITE")
    assert times(machine, 40) == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert machine.told == ["timeout"]


def test_another_request_is_repeated_at_gaps_of_at_most_t2() -> None:
    machine = Machine("INFO")
    assert times(machine, 40) == [0.5, 1.5, 3.5, *[7.5 + 4 * n for n in range(7)]]
    assert machine.told == ["timeout"]


def test_a_1xx_to_another_request_slows_it_to_t2() -> None:
    machine = Machine("INFO")
    machine.event("1xx")
    assert times(machine, 13)[:3] == [0.5, 4.5, 8.5]


@pytest.mark.parametrize("method", ["INVITE", "INFO"])
def test_on_a_stream_nothing_is_repeated_but_patience_ends_all_the_same(method: str) -> None:
    machine = Machine(method, TCP)
    assert times(machine, 40) == []
    assert machine.told == ["timeout"]


@pytest.mark.parametrize(("method", "event"), [("INVITE", "3xx"), ("INFO", "2xx")])
def test_on_a_stream_a_final_answer_ends_it_at_once(method: str, event: str) -> None:
    machine = Machine(method, TCP)
    machine.event(event)
    assert machine.client.state == "gone"


@pytest.mark.parametrize(
    ("method", "event", "lasts_s"),
    [("INVITE", "3xx", 32), ("INVITE", "2xx", 32), ("INFO", "2xx", 5)],
)
def test_over_udp_it_is_kept_for_late_repetitions(method: str, event: str, lasts_s: float) -> None:
    machine = Machine(method)
    machine.event(event)
    machine.post.timers.run(1.0 + lasts_s - 0.1)
    assert machine.client.state != "gone"
    machine.post.timers.run(1.0 + lasts_s)
    assert machine.client.state == "gone"
    assert machine.client.request is None


def test_a_cancel_before_any_answer_waits_for_the_first_one() -> None:
    machine = Machine("INVITE")
    machine.event("cancel")
    assert machine.sent() == ""
    machine.event("1xx")
    assert machine.sent() == "C"
    machine.post.timers.run(1.0 + 32)
    assert machine.told == [180, "timeout"]


def test_the_ack_to_a_refusal_repeats_the_branch_the_route_and_their_to() -> None:
    ack = ack_refusal(request("INVITE"), respond(request("INVITE"), 486, to_tag="z"))
    assert ack.vias[0].branch == "z9hG4bKour"
    assert ack.headers.all("Route") == ["<sip:p1;lr>"]
    assert (ack.to.tag, ack.cseq.number, ack.method) == ("z", 7, "ACK")


def test_a_cancel_repeats_the_branch_and_has_no_to_tag() -> None:
    cancel = cancel_of(request("INVITE"), "SIP;cause=200")
    assert cancel.vias[0].branch == "z9hG4bKour"
    assert (cancel.to.tag, cancel.cseq.number, cancel.cseq.method) == ("", 7, "CANCEL")
    assert cancel.headers.get("Reason") == "SIP;cause=200"
