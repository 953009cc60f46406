"""Every cell of the two server tables, checked against the table of the design as text."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import pytest

from ivr.channels.sip.wire.messages.message import Headers, Request, respond
from ivr.channels.sip.wire.seams import Options
from ivr.channels.sip.wire.transaction.post import Post
from ivr.channels.sip.wire.transaction.server import INVITE_SERVER, OTHER_SERVER, Server
from ivr.channels.sip.wire.words import Flow, Send

UDP = Flow("udp", ("192.0.2.2", 5060), ("192.0.2.1", 5060))
TCP = replace(UDP, transport="tcp", connection=7)

# event -> statuses sent / told up / state after. "-" is ignored. CANCEL itself is answered by a
# transaction of its own (see the tests of the core).
Cells: TypeAlias = dict[str, dict[str, tuple[list[int], str | None, str]]]
INVITE_CELLS: Cells = {
    "proceeding": {
        "again": ([180], None, "proceeding"),
        "CANCEL": ([], "cancel", "proceeding"),
        "send1xx": ([183], None, "proceeding"),
        "send2xx": ([200], None, "accepted"),
        "send3xx": ([486], None, "completed"),
    },
    "accepted": {
        "CANCEL": ([], None, "accepted"),
        "send2xx": ([200], None, "accepted"),
        "L": ([], None, "gone"),
    },
    "completed": {
        "again": ([486], None, "completed"),
        "ACK": ([], None, "confirmed"),
        "CANCEL": ([], None, "completed"),
        "G": ([486], None, "completed"),
        "H": ([], "no-ack", "gone"),
    },
    "confirmed": {"CANCEL": ([], None, "confirmed"), "I": ([], None, "gone")},
    "gone": {},
}
OTHER_CELLS: Cells = {
    "trying": {"send2xx": ([200], None, "completed"), "send3xx": ([486], None, "completed")},
    "proceeding": {
        "again": ([180], None, "proceeding"),
        "send2xx": ([200], None, "completed"),
        "send3xx": ([486], None, "completed"),
    },
    "completed": {"again": ([486], None, "completed"), "J": ([], None, "gone")},
    "gone": {},
}
EVENTS = ["again", "ACK", "CANCEL", "send1xx", "send2xx", "send3xx", "G", "H", "I", "J", "L"]
STATUS = {"send1xx": 183, "send2xx": 200, "send3xx": 486}
PATHS: dict[str, list[str]] = {
    "proceeding": [],
    "accepted": ["send2xx"],
    "completed": ["send3xx"],
    "confirmed": ["send3xx", "ACK"],
    "trying": [],
}


def request(method: str) -> Request:
    lines = [
        ("Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKfar;rport"),
        ("From", "<sip:a@x>;tag=1"),
        ("To", "<sip:b@y>"),
        ("Call-ID", "c"),
        ("CSeq", f"7 {method}"),
    ]
    return Request(method, "sip:b@y", Headers(lines))


class Machine:
    """One server with its ears, for one cell."""

    def __init__(self, method: str, flow: Flow = UDP) -> None:
        self.post = Post(Options())
        self.request = request(method)
        self.told: list[str] = []
        self.server = Server(self.post, ("k", method), self.request, flow)
        self.server.hear = lambda worry, _now, _request: self.told.append(worry)

    def sent(self) -> list[int]:
        out, self.post.out = self.post.out, []
        return [int(each.data.split()[1]) for each in out if isinstance(each, Send)]

    def event(self, event: str) -> None:
        if event in STATUS:
            self.server.answer(respond(self.request, STATUS[event], to_tag="t"), 1.0)
        else:
            self.server.step(event, 1.0, self.request)


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", [each for each in INVITE_CELLS if each != "gone"])
def test_each_cell_of_an_invite_of_theirs(state: str, event: str) -> None:
    machine = Machine("INVITE")
    machine.server.answer(respond(machine.request, 180, to_tag="t"), 0.0)
    check(machine, INVITE_CELLS[state].get(event), state, event)


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", [each for each in OTHER_CELLS if each != "gone"])
def test_each_cell_of_another_request_of_theirs(state: str, event: str) -> None:
    machine = Machine("INFO")
    if state == "proceeding":  # never entered by us: RFC 4320 wants no 1xx here
        machine.server.state = state
        machine.server.data = b"SIP/2.0 180 Ringing\r\n\r\n"
    paths: dict[str, list[str]] = {"proceeding": [], "completed": ["send3xx"], "trying": []}
    check(machine, OTHER_CELLS[state].get(event), state, event, paths[state])


def check(
    machine: Machine,
    cell: tuple[list[int], str | None, str] | None,
    state: str,
    event: str,
    path: list[str] | None = None,
) -> None:
    """Bring a machine into the state, let it happen, compare."""
    for step in PATHS[state] if path is None else path:
        machine.event(step)
    assert machine.server.state == state
    machine.sent()
    machine.told.clear()
    machine.event(event)
    sent, told, after = cell or ([], None, state)
    assert machine.sent() == sent
    assert machine.told == ([] if told is None else [told])
    assert machine.server.state == after


def test_the_tables_hold_the_cells_and_no_others() -> None:
    for table, cells in ((INVITE_SERVER, INVITE_CELLS), (OTHER_SERVER, OTHER_CELLS)):
        assert {state: set(row) for state, row in table.items()} == {
            state: set(row) for state, row in cells.items()
        }


def times(machine: Machine, until: float) -> list[float]:
    found = []
    while (due := machine.post.timers.due()) is not None and due <= until:
        machine.post.timers.run(due)
        found += [due] * len(machine.sent())
    return found


def test_a_refusal_is_repeated_until_64_t1_and_then_given_up() -> None:
    machine = Machine("INVITE")
    machine.event("send3xx")
    machine.sent()
    assert times(machine, 40)[:5] == [1.5, 2.5, 4.5, 8.5, 12.5]
    assert machine.told == ["no-ack"]
    assert machine.server.state == "gone"


def test_on_a_stream_a_refusal_is_not_repeated_and_its_ack_ends_it_at_once() -> None:
    machine = Machine("INVITE", TCP)
    machine.event("send3xx")
    machine.sent()
    assert times(machine, 20) == []
    machine.event("ACK")
    assert machine.server.state == "gone"


def test_on_a_stream_another_answer_is_not_kept() -> None:
    machine = Machine("INFO", TCP)
    machine.event("send2xx")
    assert machine.server.state == "gone"


@pytest.mark.parametrize("path", [["send2xx"], ["send3xx"]])
def test_a_finished_one_keeps_its_key_and_final_octets_alone(path: list[str]) -> None:
    machine = Machine("INVITE")
    machine.event(path[0])
    assert machine.server.request is None
    assert bool(machine.server.data) is (path == ["send3xx"])


def test_an_answer_that_comes_too_late_is_dropped() -> None:
    machine = Machine("INVITE")
    machine.event("send3xx")
    machine.sent()
    assert machine.server.answer(respond(machine.request, 200, to_tag="t"), 1.0) == b""
    assert machine.sent() == []
    machine.event("again")
    assert machine.sent() == [486]
