"""Two cores on a line that loses, doubles and reorders, and one that hears damaged messages."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.wire.messages.message import (
    Headers,
    Request,
    Response,
    parse,
    render,
    respond,
)
from ivr.channels.sip.wire.orders import (
    Accept,
    Ack,
    AnswerChange,
    AnswerRefer,
    HangUp,
    Invite,
    NotifyRefer,
    Refer,
    Refuse,
    Reinvite,
    Ring,
    SendInfo,
    Target,
)
from ivr.channels.sip.wire.words import (
    Answered,
    Cancelled,
    Changed,
    Ended,
    Failed,
    Flow,
    Offered,
    ReferAsked,
)
from tests.channels.sip.wire.ends import FLOW, PHONE, SDP, THEM, US, End, Line

if TYPE_CHECKING:
    from ivr.channels.sip.wire.orders import Order
    from ivr.channels.sip.wire.words import Heard

FUZZ = int(os.environ.get("IVR_FUZZ", "0"))
FINAL = (Cancelled, Ended, Failed)


class Trunk:
    """What the trunks of both ends do with one call, by dice."""

    def __init__(self, line: Line, seed: int) -> None:
        self.line = line
        self.dice = random.Random(seed)  # noqa: S311 - seeded choices, no secret
        self.name = ""
        self.seen = [0, 0]
        line.order(0, self.invite())

    def invite(self) -> Invite:
        flow = Flow("udp", US, THEM)
        target = Target(flow, "sip:b@192.0.2.1")
        sdp = SDP if self.dice.random() < 0.9 else None
        reliable = (("Require", "100rel"),) if self.dice.random() < 0.2 else ()
        words = ("<sip:a@192.0.2.2>", "<sip:b@192.0.2.1>", sdp)
        return Invite("out", "carrier", (target,), *words, headers=reliable, try_s=40.0)

    def answer_all(self) -> None:
        """Answer what was asked since."""
        for end in (0, 1):
            heard = self.line.heard[end]
            while self.seen[end] < len(heard):
                event = heard[self.seen[end]]
                self.seen[end] += 1
                self.react(end, event)

    def react(self, end: int, event: Heard) -> None:
        order = self.line.order
        match event:
            case Offered(call=name):
                self.name = name
            case Changed(call=name):
                status = 200 if self.dice.random() < 0.8 else 488
                order(end, AnswerChange(name, status, SDP if status == 200 else None))
            case ReferAsked(call=name, refer=number):
                order(end, AnswerRefer(name, number, self.dice.choice([202, 603])))
                order(end, NotifyRefer(name, number, 200))
            case Answered(call=name, sdp=sdp) if sdp is not None:
                order(end, Ack(name, SDP))

    def act(self) -> None:
        """Something that either trunk may do at any time."""
        end = self.dice.randrange(2)
        name = ("out", self.name)[end]
        if not name:
            return
        choices: list[Order] = [
            Ring(name), Ring(name, 183, SDP), Accept(name, SDP), Accept(name, SDP),
            Reinvite(name, SDP), SendInfo(name, "application/dtmf", b"1"),
            Refer(name, "sip:c@x"), HangUp(name), Refuse(name, 486),
        ]  # fmt: skip
        self.line.order(end, self.dice.choice(choices))


def play(seed: int) -> Line:
    """One call with everything at random, ended by both sides at the latest."""
    dice = random.Random(seed)  # noqa: S311 - seeded choices, no secret
    line = Line(seed, loss=dice.choice([0, 0.1, 0.25]), double=0.1, delay_s=dice.choice([0.02, 1]))
    trunk = Trunk(line, seed)
    for _ in range(dice.randrange(3, 16)):
        line.run(dice.random() ** 3 * 8)
        trunk.answer_all()
        trunk.act()
    for wait_s in (1, 33, 1):  # the INVITE itself may arrive after 32 s
        line.order(0, HangUp("out"))
        line.order(1, HangUp(trunk.name))
        line.run(wait_s)
        trunk.answer_all()
    line.run(2 * 32 + 3)
    return line


@pytest.mark.unmeasured
@pytest.mark.parametrize("part", range(10))
def test_each_call_on_a_bad_line_ends_exactly_once_on_both_sides(part: int) -> None:
    count = max(FUZZ, 1000) // 10
    for seed in range(part * count, (part + 1) * count):
        line = play(seed)
        for end in (0, 1):
            finals = [each for each in line.heard[end] if isinstance(each, FINAL)]
            began = end == 0 or any(isinstance(each, Offered) for each in line.heard[1])
            assert len(finals) == (1 if began else 0), (seed, end, line.heard[end])
            assert line.ends[end].sizes["calls"] == 0, (seed, end)
        line.run(70)
        for core in line.ends:
            empty = {"calls": 0, "dialogs": 0, "transactions": 0}
            assert {name: core.sizes[name] for name in empty} == empty, seed
            assert (core._post.live, core._post.finished, core._board.ending) == (0, 0, {}), seed


def damaged(data: bytes, dice: random.Random) -> bytes:
    """A message with a few octets or lines changed."""
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(data))
        match dice.randrange(5):
            case 0:
                data = data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]
            case 1:
                data = data[:at] + data[at + dice.randrange(1, 20) :]
            case 2:
                data = data[:at] + dice.choice([b",", b"<", b'"', b";", b"\r\n", b" "]) + data[at:]
            case 3:
                lines = data.split(b"\r\n")
                lines.insert(dice.randrange(len(lines)), dice.choice(lines))
                data = b"\r\n".join(lines)
            case _:
                lines = data.split(b"\r\n")
                del lines[dice.randrange(len(lines))]
                data = b"\r\n".join(lines) or b"x"
    return data


def talk() -> tuple[End, list[bytes]]:
    """A core in the middle of calls, and all that a far end might say to it now."""
    end = End(PHONE)
    name = end.answered(("Supported", "timer"), ("Session-Expires", "600"))
    end.offered(("Call-ID", "c2"), ("Require", "100rel"))
    ringing = end.calling()
    end.order(Refer(name, "sip:c@x"))
    end.order(Reinvite(name, SDP))
    said: list[Request | Response] = []
    for each in end.sends:
        message = parse(each.data)
        if isinstance(message, Request) and message.method != "ACK":
            said += [respond(message, status, to_tag="far") for status in (180, 200, 422, 491)]
    extra = (("Contact", "<sip:a@192.0.2.1>"), ("Require", "100rel"), ("RSeq", "5"))
    said.append(respond(ringing, 183, to_tag="far", extra=extra, body=SDP))
    lines = [
        *(("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKq;rport"), ("From", "<sip:a@x>;tag=far")),
        *(("To", f"<sip:b@y>;tag={name}"), ("Call-ID", "c1"), ("Contact", "<sip:a@192.0.2.1>")),
        *(("Refer-To", "<sip:c@x?Replaces=1%3Bto-tag%3D2%3Bfrom-tag%3D3>"), ("Event", "refer")),
        *(("Session-Expires", "600;refresher=uas"), ("Min-SE", "90"), ("Supported", "timer")),
        *(("Subscription-State", "active"), ("Reason", "Q.850;cause=17"), ("RAck", "1 1 INVITE")),
    ]
    names = ["INVITE", "UPDATE", "INFO", "REFER", "NOTIFY", "PRACK", "OPTIONS", "CANCEL", "BYE"]
    for method in [*names, "ACK", "MESSAGE"]:
        kind = "application/dtmf" if method == "INFO" else "application/sdp"
        more = [("CSeq", f"7 {method}"), ("Content-Type", kind)]
        said.append(Request(method, "sip:b@y", Headers([*lines, *more]), SDP))
    return end, [render(each) for each in said]


def test_damaged_messages_in_the_middle_of_calls_raise_nothing() -> None:
    dice = random.Random(7)  # noqa: S311 - seeded damage, no secret
    for n in range(max(FUZZ, 6000)):
        if n % 200 == 0:
            end, said = talk()
        end.core.receive(damaged(dice.choice(said), dice), FLOW, end.now)
        end.core.take()
        if n % 20 == 0:
            end.wait(1.0)
