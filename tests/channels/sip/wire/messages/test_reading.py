"""Octets to messages: every class of the parser's table, and who may be told what is wrong."""

from __future__ import annotations

from time import process_time

import pytest

from ivr.channels.sip.wire.messages.message import (
    Request,
    Response,
    WireError,
    parse,
    received_from,
    render,
    respond,
)
from tests.channels.sip.wire.letters import START, answer_to, letter, request, response

ACK = "ACK sip:x@h SIP/2.0"


def code_of(data: bytes, *, stream: bool = False) -> int:
    """The code of the error; what comes with it can be answered, and only it."""
    with pytest.raises(WireError) as caught:
        parse(data, stream=stream)
    error = caught.value
    assert (error.code > 0) == isinstance(error.message, Request)
    if isinstance(error.message, Request):
        received_from(error.message, "192.0.2.9", 4711)
        answer = render(respond(error.message, error.code, to_tag="t"))
        assert answer.startswith(f"SIP/2.0 {error.code} ".encode())
        assert b"\r\nCall-ID: " in answer
        assert b";received=192.0.2.9" in answer
    return error.code


# --- line ends, folds, spaces, names ---------------------------------------------------------


def test_rows_42_to_49_spelling_and_spaces_make_no_difference() -> None:
    plain = request(letter())
    odd = (
        letter(body="")
        .replace(b"Via: ", b"v:")
        .replace(b"From: ", b"FROM  : ")
        .replace(b"To: ", b"t \t:\t")
        .replace(b"Call-ID: ", b"i:\r\n  ")
        .replace(b"CSeq: 314159 INVITE", b"cseq: 0314159\r\n\tINVITE ")
        .replace(b"Contact: ", b"m:")
    )
    message = request(odd)
    assert message.vias == plain.vias
    assert (message.from_, message.to, message.contacts) == (plain.from_, plain.to, plain.contacts)
    assert (message.call_id, message.cseq) == (plain.call_id, plain.cseq)


def test_folds_join_as_one_space() -> None:
    message = request(letter(START, "Subject: one  \r\n\t  two\r\n \r\n three"))
    assert message.headers.get("Subject") == "one two three"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\r\nTo:", b"\nTo:"),
        (b"\r\nTo:", b"\rTo:"),
        (b"\r\nTo:", b"\n\rTo:"),
        (b"\r\nTo:", b"\r\n\nTo:"),
        (b"Content-Type", b"Content Type"),
        (b"Content-Type:", b"Content-Type"),
        (b"Content-Type:", b":"),
        (b"Content-Type", b"Content(Type"),
        (b" SIP/2.0\r\n", b" SIP/2.0\r\n X: y\r\n"),
        (b" SIP/2.0\r\n", b"\r\n SIP/2.0\r\n"),
    ],
)
def test_bare_line_ends_nul_and_lines_without_a_name_are_400(old: bytes, new: bytes) -> None:
    assert code_of(letter().replace(old, new, 1)) == 400


def test_a_nul_in_what_an_answer_would_copy_is_silence() -> None:
    assert code_of(letter(Call_ID="a\0b")) == 0
    assert code_of(letter(START, "Subject: a\0b")) == 400


@pytest.mark.parametrize("end", [b"\n", b"\r"])
def test_a_message_with_other_line_ends_all_through_is_400(end: bytes) -> None:
    assert code_of(letter().replace(b"\r\n", end)) == 400


def test_empty_lines_before_the_start_line_are_passed_over() -> None:
    assert request(b"\r\n\r\n" + letter()).method == "INVITE"


def test_a_datagram_may_forget_its_empty_line_a_stream_may_not() -> None:
    data = letter(body="")[:-2]
    assert request(data).body == b""
    assert code_of(data, stream=True) == 400
    assert code_of(data[:-2]) == 400


def test_octets_that_are_no_utf8_are_kept() -> None:
    data = letter(From='"A\udcff\udcfe" <sip:a@b>;tag=1')
    message = request(data)
    assert message.from_.display == "A\udcff\udcfe"
    assert b'"A\xff\xfe" <sip:a@b>;tag=1\r\n' in render(message)


# --- start line -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start",
    [
        "INVITE  sip:x@h SIP/2.0", "INVITE sip:x@h  SIP/2.0", "INVITE sip:x@h SIP/2.0 ",
        "INVITE <sip:x@h> SIP/2.0", "INVITE sip:x@h; lr SIP/2.0", "INVITE sip:x@h", "INVITE",
        "INVITE\tsip:x@h SIP/2.0", "INVITE sip:x@h HTTP/1.1", "INVITE sip:x@h SIP/2",
        "INVITE  SIP/2.0",
        "INVITE sip:x@h SIP/2.0x", "INVITE sip:x@h:99999 SIP/2.0", "INVITE x@h SIP/2.0",
        "INVITE sip:x@h?Route=%3Csip:y%3E SIP/2.0", "INVITE sip:%zz@h SIP/2.0", "INVITE * SIP/2.0",
    ],
)  # fmt: skip
def test_a_start_line_that_is_not_as_it_must_be_is_400(start: str) -> None:
    assert code_of(letter(start)) == (0 if "\t" in start else 400)


@pytest.mark.parametrize("version", ["SIP/3.0", "SIP/7.0", "SIP/1.0", "sip/2.1", "SIP/20.0"])
def test_row_92_another_version_is_505(version: str) -> None:
    assert code_of(letter(f"INVITE sip:x@h {version}")) == 505
    assert code_of(letter(f"INVITE sip:x@h {version}", Via=f"{version}/UDP h;branch=1")) == 505


def test_the_version_is_known_in_small_letters() -> None:
    assert request(letter("INVITE sip:x@h sip/2.0")).method == "INVITE"


@pytest.mark.parametrize("uri", ["http://x", "nobody:x", "mailto:a@b"])
def test_an_unknown_scheme_is_416(uri: str) -> None:
    assert code_of(letter(f"OPTIONS {uri} SIP/2.0", CSeq="1 OPTIONS")) == 416


def test_an_unknown_scheme_in_to_or_from_is_none_of_our_business() -> None:
    assert request(letter(To="<urn:x:y>", From="<http://x>;tag=1")).to.uri == "urn:x:y"


def test_too_long_an_address_is_414() -> None:
    assert code_of(letter(f"INVITE sip:{'a' * 1100}@h SIP/2.0")) == 414


def test_methods_that_we_do_not_know_are_read_as_they_stand() -> None:
    message = request(letter("RE%47IST%45R sip:h SIP/2.0", CSeq="1 RE%47IST%45R"))
    assert message.method == "RE%47IST%45R"


# --- CSeq and other numbers -------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"CSeq": "1 OPTIONS"}, {"CSeq": "abc INVITE"}, {"CSeq": "2147483648 INVITE"},
        {"CSeq": "-1 INVITE"},
        {"CSeq": "1"}, {"CSeq": "1 invite"}, {"Max_Forwards": "256"}, {"Max_Forwards": "-1"},
        {"Max_Forwards": "many"}, {"Max_Forwards": ""}, {"Expires": "-1"}, {"Expires": "soon"},
        {"Expires": ""},
        {"To": '"Doe <sip:a@b>'}, {"To": "<sip:a@b>;;x"}, {"From": "<sip:a@b"}, {"From": "<>"},
        {"Via": "SIP/2.0/UDP 192.0.2.15;branch=1,;,"},
        {"Via": "SIP/2.0/UDP a, SIP/2.0/UDP b:77777"},
    ],
)  # fmt: skip
def test_rows_88_and_more_numbers_and_names_that_make_no_sense_are_400(
    changed: dict[str, str],
) -> None:
    assert code_of(letter(START, **changed)) == 400  # type: ignore[arg-type] # header by name


@pytest.mark.parametrize("via", ["SIP/2.0/UDP h:0", "SIP/2.0/UDP", "h", ";;", ""])
def test_rows_85_without_a_hop_that_makes_sense_there_is_silence(via: str) -> None:
    assert code_of(letter(Via=via)) == 0


# --- missing or doubled -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Via", "From", "To", "Call-ID", "CSeq"])
def test_rows_84_to_87_what_cannot_be_answered_is_silence(name: str) -> None:
    assert code_of(letter(without=(name,))) == 0
    assert code_of(answer_to(**{name.replace("-", "_"): ""})) == 0


@pytest.mark.parametrize("name", ["From", "To", "Call-ID", "CSeq", "Max-Forwards", "Expires"])
def test_a_header_that_may_stand_once_and_stands_twice_is_400(name: str) -> None:
    message = request(letter(START, "Expires: 60"))
    line = f"{name}: {message.headers.get(name)}"
    assert code_of(letter(START, "Expires: 60", line)) == 400
    assert code_of(answer_to("SIP/2.0 200 OK", "Max-Forwards: 1", "Expires: 60", line)) == 0


def test_two_addresses_in_from_or_to_are_400() -> None:
    assert code_of(letter(From="<sip:a@b>;tag=1, <sip:c@d>;tag=2")) == 400
    assert code_of(letter(To="sip:a@b, sip:c@d")) == 400


def test_max_forwards_may_be_absent_and_may_be_zero() -> None:
    assert request(letter(without=("Max-Forwards",))).max_forwards is None
    assert request(letter(Max_Forwards="0")).max_forwards == 0


# --- length -----------------------------------------------------------------------------------


def test_without_a_length_the_rest_of_the_datagram_is_the_body() -> None:
    assert request(letter(body="a\0b\r\n\r\nc")).body == b"a\0b\r\n\r\nc"


def test_octets_beyond_the_length_are_dropped() -> None:
    data = letter(body="12345" + START, Content_Length="5")
    assert request(data).body == b"12345"
    assert request(letter(START, "l: 5", body="12345", Content_Length="5")).body == b"12345"


@pytest.mark.parametrize("value", ["6", "-1", "abc", "", "5 5", "5,5", "99999999999999999999", "٥"])
def test_rows_89_90_a_length_that_is_not_true_is_400(value: str) -> None:
    assert code_of(letter(body="12345", Content_Length=value)) == 400
    assert code_of(letter(body="12345", Content_Length=value), stream=True) == 400
    assert code_of(answer_to(body="12345", Content_Length=value)) == 0


def test_two_different_lengths_are_400() -> None:
    assert code_of(letter(START, "l: 4", body="12345", Content_Length="5")) == 400


def test_on_a_stream_there_must_be_a_length() -> None:
    assert code_of(letter(), stream=True) == 400
    assert request(letter(body="", Content_Length="0"), stream=True).body == b""


# --- responses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "status", "reason"),
    [
        ("SIP/2.0 200 OK", 200, "OK"), ("SIP/2.0 100 ", 100, ""), ("SIP/2.0 183", 183, ""),
        ("SIP/2.0 299  odd  words ", 299, " odd  words "), ("sip/2.0 699 x", 699, "x"),
        ("SIP/2.0 200 = 2**3 * 5**2 но\udcff", 200, "= 2**3 * 5**2 но\udcff"),
    ],
)  # fmt: skip
def test_row_94_any_status_and_any_reason_is_read(start: str, status: int, reason: str) -> None:
    message = response(answer_to(start))
    assert (message.status, message.reason) == (status, reason)


@pytest.mark.parametrize(
    "data",
    [
        answer_to("SIP/2.0 4294967301 x"), answer_to("SIP/2.0 099 x"), answer_to("SIP/2.0 700 x"),
        answer_to("SIP/2.0 20 x"), answer_to("SIP/3.0 200 OK"), answer_to("SIP/2.0  200 OK"),
        answer_to("SIP/2.0 abc OK"), answer_to("SIP/2.0 2000 OK"), answer_to("SIP/2.0"),
        answer_to(CSeq="4294967297 INVITE"), answer_to(CSeq="1"), answer_to(From='"x <sip:a>'),
        answer_to(Content_Length="999"), answer_to("SIP/2.0 200 OK", "Expires: -1"),
        answer_to(Via="SIP/2.0/UDP 192.0.2.198;branch=1, SIP/2.0/UDP 255.255.255.255;branch=2"),
        answer_to("SIP/2.0 200 OK", "no colon"),
    ],
)  # fmt: skip
def test_a_malformed_response_is_dropped_without_answer(data: bytes) -> None:
    assert code_of(data) == 0


@pytest.mark.parametrize(
    "changed",
    [{"CSeq": "1 OPTIONS"}, {"CSeq": "x ACK"}, {"Content_Length": "9999"}, {"From": "<>"}],
)
def test_row_95_an_ack_is_never_answered(changed: dict[str, str]) -> None:
    changed = {"CSeq": "1 ACK"} | changed
    assert code_of(letter(ACK, **changed)) == 0  # type: ignore[arg-type] # headers by name
    assert code_of(letter("ACK  sip:x@h SIP/2.0", CSeq="1 ACK")) == 0
    assert code_of(letter(CSeq="1 ACK")) == 0


# --- not SIP, too much ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\r\n", b"\r\n\r\n", b"\0", b"\0\0\0", b"hello", b"INVITE sip:x@h SIP/2.0\r\n\r\n",
        b"\n\n",
        b"INVITE sip:x@h SIP/2.0", bytes.fromhex("000100002112a442") + b"x" * 12,
        b"\x80\0\0\1" + b"\xd5" * 168,
        bytes(range(256)) * 4, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", b" \r\n\r\n", b"\r\n \r\n",
        b":\r\n\r\n",
        b"SIP/2.0\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n",
    ],
)  # fmt: skip
def test_rows_78_to_84_what_is_no_message_is_silence(data: bytes) -> None:
    assert code_of(data) == 0
    assert code_of(data, stream=True) == 0


def test_row_97_more_than_16_kb_is_413() -> None:
    room = 16 * 1024 - len(letter(body=""))
    assert len(request(letter(body="x" * room)).body) == room
    assert code_of(letter(body="x" * (room + 1))) == 413
    assert code_of(letter(body="x" * 60_000)) == 413
    assert code_of(b"X" * 60_000) == 0
    assert code_of(letter(START, *["X: y"] * 20_000)) == 413


def test_there_are_at_most_100_lines_of_at_most_4_kb() -> None:
    lines = 100 - 8
    assert request(letter(START, *["X: y"] * lines)).headers.all("X") == ["y"] * lines
    assert code_of(letter(START, *["X: y"] * (lines + 1))) == 400
    assert request(letter(START, "X: " + "y" * 4096)).headers.get("x")
    assert code_of(letter(START, "X: " + "y" * 4097)) == 400


def test_there_are_at_most_70_hops() -> None:
    hop = "SIP/2.0/UDP h;branch=1"
    assert len(request(letter(Via=",".join([hop] * 70))).vias) == 70
    assert code_of(letter(Via=",".join([hop] * 71))) == 400
    assert code_of(letter(START, *[f"v: {hop}"] * 70)) == 400


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "unit",
    ["\r\n ", "\r\n \t", ",", '"', "<", "\\", '\\"', ";", ":", "%", " ", "\r", "\n", "\r\n", "=",
    "é", "\udcff",
     "\0", "\\\0", "X:\r\n", "v:;\r\n", "f:a\r\n", "l:1\r\n", "\r\nv: SIP/2.0/UDP h", '",<"'],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Via", "From", "Contact", "Subject", "CSeq", "Content-Length"])
def test_hostile_messages_take_linear_time(unit: str, name: str) -> None:
    changed = {name.replace("-", "_"): unit * (16 * 1024 // len(unit.encode("utf-8", "replace")))}
    data = letter(**changed)  # type: ignore[arg-type] # a header by its name
    pieces = (data, data[: 16 * 1024], data[:4000])
    assert min(took_s(pieces) for _ in range(3)) < 0.15  # the others had garbage to collect


def took_s(pieces: tuple[bytes, ...]) -> float:
    """What it costs to read these and to refuse those that make no sense."""
    began = process_time()
    for piece in pieces:
        try:
            message = parse(piece)
            assert isinstance(message, Request | Response)
            _ = message.contacts
        except WireError:
            continue
    return process_time() - began
