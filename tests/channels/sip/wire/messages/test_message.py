"""The messages of the RFCs, and mutations: read, written, read again; nothing breaks."""

from __future__ import annotations

import json
import os
import random
from time import process_time
from typing import Any, get_args

import pytest

from ivr.channels.sip.wire.messages.frame import Framer
from ivr.channels.sip.wire.messages.message import (
    Message,
    Request,
    Response,
    WireError,
    parse,
    received_from,
    render,
    respond,
)
from ivr.channels.sip.wire.messages.numbers import DnisFrom, caller_of, dialled_of
from tests.channels.sip.wire.letters import TORTURE, flows, letter, request, response, tortures

FUZZ = int(os.environ.get("IVR_FUZZ", "10000"))
SPECIALS = [b"\r\n", b"\n", b"\0", b'"', b"\\", b"<", b">", b";", b",", b":", b"@", b"%", b" ",
            b"\t", b"=",
            b"\xff", b"\r\n ", b"\r\n\r\n", b"tag=", b"[", b"]", b"9999999999", b"-1", b"SIP/2.0",
            b"?", b"*",
            b"\\\0", b"%00", b"Via:", b"l:1\r\n"]  # fmt: skip


def cases() -> dict[str, Any]:
    tortures()
    return {
        case["file"]: case for case in json.loads((TORTURE / "expected.json").read_bytes())["cases"]
    }


def asked(message: Message) -> None:
    """Asks a message everything; only a WireError may come of it."""
    for ask in (
        lambda: message.contacts,
        lambda: message.routes,
        lambda: message.record_routes,
        lambda: [str(address) for address in (message.from_, message.to, *message.contacts)],
        lambda: message.target if isinstance(message, Request) else None,
    ):
        try:
            ask()
        except WireError:
            continue


def test_every_torture_message_is_read_and_comes_back() -> None:
    for name, case in cases().items():
        data = tortures()[name]
        assert len(data) == case["bytes"]
        message = parse(data)
        assert isinstance(message, Response) == case["is_response"], name
        asked(message)
        written = render(message)
        again = parse(written)
        assert render(again) == written
        assert (again.vias, again.from_, again.to, again.cseq, again.call_id, again.body) == (
            message.vias, message.from_, message.to, message.cseq, message.call_id, message.body,
        ), name  # fmt: skip
        if isinstance(message, Request):
            received_from(message, "192.0.2.77", 5099)
            assert response(render(respond(message, 501, to_tag="x"))).to.tag


def test_torture_a_short_tortuous_invite() -> None:
    message = request(tortures()["wsinv.dat"])
    assert (str(message.cseq), message.max_forwards) == ("9 INVITE", 68)
    assert message.to.tag == "1918181833n"
    assert (message.from_.display, message.from_.tag) == ('J Rosenberg \\"', "98asjd8")
    assert [via.branch for via in message.vias] == ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"]
    assert message.headers.get("Subject") == ""
    assert message.headers.get("NewFangledHeader") == "newfangled value continued newfangled value"
    assert message.headers.get("UnknownHeaderWithUnusualValue") == ";;,,;;,;"
    assert message.contacts[0].display == 'Quoted string ""'
    assert message.contacts[0].params == {"newparam": "newvalue", "secondparam": None, "q": "0.33"}
    assert message.target.params == {"unknownparam": None}
    assert len(message.body) == 150


def test_torture_a_wide_range_of_characters() -> None:
    message = request(tortures()["intmeth.dat"])
    assert message.method == message.cseq.method == "!interesting-Method0123456789_*+`.%indeed'~"
    assert message.to.display == "BEL:\a NUL:\0 DEL:\x7f"
    assert message.from_.tag == "_token~1'+`*%!-."
    assert message.from_.params["fromparam''~+*_!.-%"] == '"работающий"'
    assert message.headers.get("extensionHeader-!.%*+_`'~") == "\ufeff大停電"
    assert message.call_id == "intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{"
    assert message.target.host == "example.com"


def test_torture_escapes_are_decoded_once_and_only_where_they_are_escapes() -> None:
    message = request(tortures()["esc01.dat"])
    assert message.target.user == "sips:user@example.com"
    assert "%6C%72" in message.contacts[0].uri
    other = request(tortures()["esc02.dat"])
    assert other.method == "RE%47IST%45R"
    assert [contact.uri for contact in other.contacts] == [
        "sip:alias1@host1.example.com", "sip:alias3@host3.example.com",
    ]  # fmt: skip
    assert other.to.display == "%Z%45"
    nulls = request(tortures()["escnull.dat"])
    assert len({contact.uri for contact in nulls.contacts}) == 2
    assert nulls.to.uri == "sip:null-%00-null@example.com"


def test_torture_long_values_trailing_octets_and_odd_transports() -> None:
    message = request(tortures()["longreq.dat"])
    assert len(message.vias) == 34
    assert len(message.from_.tag) > 150
    double = request(tortures()["dblreq.dat"])
    assert (double.method, double.body) == ("REGISTER", b"")
    assert request(tortures()["semiuri.dat"]).target.user == "user;par=u@example.net"
    assert [via.transport for via in request(tortures()["transports.dat"]).vias] == [
        "UDP", "SCTP", "TLS", "UNKNOWN", "TCP",
    ]  # fmt: skip
    assert request(tortures()["mpart01.dat"]).body.count(b"\0") == 2
    assert len(request(tortures()["mpart01.dat"]).body) == 553
    assert response(tortures()["unreason.dat"]).reason.startswith("= 2**3 * 5**2 но")
    assert response(tortures()["noreason.dat"]).reason == ""


def test_the_call_flows_are_read_and_come_back() -> None:
    read = 0
    for name, data in flows().items():
        if b"\r\nVia:" not in data:  # RFC 5626 9.3 to 9.5 leave it out to save paper
            with pytest.raises(WireError):
                parse(data)
            continue
        message = parse(data)
        asked(message)
        written = render(message)
        assert render(parse(written)) == written, name
        assert render(parse(written, stream=True)) == written, name
        read += 1
    assert read == 242


def seeds() -> list[bytes]:
    ours = [
        letter(),
        letter(
            "INVITE sip:a@b SIP/2.0", "P-Asserted-Identity: <tel:+902125550000>", "Privacy: none"
        ),
        letter("SIP/2.0 200 OK", "Record-Route: <sip:a;lr>", Content_Length="5", body="12345"),
    ]
    return [*ours, *tortures().values(), *list(flows().values())[::7]] if TORTURE.exists() else ours


def mutated(dice: random.Random, data: bytes, other: bytes) -> bytes:
    """One to four small changes: octets turned, cut, doubled, put in, or another message's end."""
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        end = min(len(data), at + dice.choice((1, 1, 4, 30)))
        match dice.randrange(6):
            case 0:
                data = data[:at] + bytes((dice.randrange(256),)) + data[at + 1 :]
            case 1:
                data = data[:at] + data[end:]
            case 2:
                data = data[:end] + data[at:end] * dice.choice((1, 2, 20)) + data[end:]
            case 3 | 4:
                data = data[:at] + dice.choice(SPECIALS) + data[at:]
            case _:
                data = data[:at] + other[dice.randrange(len(other) + 1) :]
    return data


def tried(data: bytes, *, stream: bool) -> float:
    """Seconds that it took to do with these octets all that can be done."""
    began = process_time()
    try:
        message = parse(data, stream=stream)
    except WireError as error:
        answered(error)
    else:
        asked(message)
        again = render(parse(render(message)))
        assert again == render(parse(again))
    return process_time() - began


def answered(error: WireError) -> None:
    """What deserves an answer can be answered; what does not, cannot."""
    if error.code == 0:
        assert error.message is None
        return
    assert isinstance(error.message, Request)
    received_from(error.message, "192.0.2.77", 5099)
    render(respond(error.message, error.code, to_tag="x"))


@pytest.mark.unmeasured
def test_mutated_messages_raise_nothing_but_a_wire_error() -> None:
    dice = random.Random(4475)  # noqa: S311 - the same mutations each time
    given = seeds()
    slowest = 0.0
    for n in range(FUZZ):
        data = mutated(dice, dice.choice(given), given[n % len(given)])
        slowest = max(slowest, tried(data, stream=n % 5 == 0))
        assert slowest < 0.05, data


def test_mutated_streams_raise_nothing_but_a_wire_error() -> None:
    dice = random.Random(3261)  # noqa: S311 - the same mutations each time
    given = seeds()
    for n in range(FUZZ // 20):
        data = mutated(dice, dice.choice(given) + dice.choice(given), given[n % len(given)])
        framer, at = Framer(), 0
        while at < len(data):
            step = dice.choice((1, 7, 64, 500, 5000))
            try:
                framer.feed(data[at : at + step])
            except WireError:
                break
            at += step


def test_mutated_callers_raise_nothing_but_a_wire_error() -> None:
    dice = random.Random(3325)  # noqa: S311 - the same mutations each time
    for _ in range(FUZZ // 20):
        data = mutated(dice, seeds_with_a_caller(), b"<sip:anonymous@anonymous.invalid>\r\n\r\n")
        try:
            message = parse(data)
        except WireError:
            continue
        if isinstance(message, Request):
            caller_of(message, trust_identity=True, country="TR")
            for place in get_args(DnisFrom):
                dialled_of(message, place)


def seeds_with_a_caller() -> bytes:
    return letter(
        "INVITE sip:a@b SIP/2.0",
        'P-Asserted-Identity: "x" <sip:+902125550000;verstat=x@h>',
        "P-Asserted-Identity: <tel:5321112233;phone-context=+90>",
        "Diversion: <sip:1@h>;reason=unknown",
        "P-Called-Party-ID: <sip:2@h>",
        body="",
    )
