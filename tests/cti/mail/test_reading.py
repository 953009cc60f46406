"""Whole mails, good and bad."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.cti.mail import reading
from ivr.cti.mail.parts import FILE_BYTES
from ivr.cti.mail.reading import SHOWN_LETTERS, WHOLE_LETTERS, Arrival, bare_mail, read_mail
from ivr.runtime.memory.clock import START
from tests.fakes.mail_desk import OURS

ARRIVAL = Arrival("help", START, team="billing", ours=OURS, key="imap:1")
HEAD = b"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def test_a_turkish_mail_in_iso_8859_9() -> None:
    message = EmailMessage()
    message["From"] = "Ayşe Yılmaz <ayse@ev.example>"
    message["To"] = "destek@firma.example"
    message["Date"] = "Mon, 23 Nov 2026 10:00:00 +0300"
    message["Message-ID"] = "<1@ev.example>"
    raw = (
        message.as_bytes().rstrip(b"\n")
        + b"\nSubject: =?iso-8859-9?Q?Faturam_yanl=FD=FE?=\n"
        + b"Content-Type: text/plain; charset=iso-8859-9\nContent-Transfer-Encoding: 8bit\n\n"
        + "Tutar yanlış, düzeltilsin.\n> eski\n".encode("iso8859-9")
    )
    mail = read_mail(raw, ARRIVAL)
    assert mail.facts.subject == "Faturam yanlış"
    assert mail.text == "Tutar yanlış, düzeltilsin."
    assert mail.whole_text == "Tutar yanlış, düzeltilsin.\n> eski"
    assert (mail.sender_name, mail.facts.sender) == ("Ayşe Yılmaz", "ayse@ev.example")
    assert mail.recipients == ("destek@firma.example",)
    assert mail.key == "mail:1@ev.example"
    assert (mail.account, mail.team, mail.received_at) == ("help", "billing", START)
    assert mail.faults == ()
    assert mail.raw == raw


def test_html_alone_is_read_as_text_and_shown_without_what_is_remote() -> None:
    raw = (
        HEAD
        + (
            "Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><style>x</style></head>"
            "<p>Merhaba <b>ığş</b></p><script>alert(1)</script>"
            '<img src="https://track.example/x.gif"></html>'
        ).encode()
    )
    mail = read_mail(raw, ARRIVAL)
    assert mail.text == "Merhaba ığş"
    assert mail.html == "<p>Merhaba <b>ığş</b></p><img>"
    assert mail.blocked_images == 1


def test_text_beside_html_is_shown_as_it_is() -> None:
    raw = HEAD + (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>a</p>\r\n--b\r\n\r\n1 < 2\r\n--b--\r\n"
    )
    mail = read_mail(raw, ARRIVAL)
    assert mail.whole_text == "a\n\n1 < 2"
    assert mail.html == "<p>a</p>\n<pre>1 &lt; 2</pre>"


def test_more_than_25_mb_of_files_are_named_and_the_text_is_kept() -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content("Ekte.")
    for name in ("a.bin", "b.bin"):
        octets = bytes(FILE_BYTES // 2 + 1)
        message.add_attachment(octets, maintype="application", subtype="x", filename=name)
    mail = read_mail(message.as_bytes(), ARRIVAL)
    assert mail.text == "Ekte."
    assert [one.name for one in mail.files] == ["a.bin"]
    assert [one.name for one in mail.left_out] == ["b.bin"]


@pytest.mark.parametrize(
    ("rest", "text", "fault"),
    [
        (b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\na\r\n", "", "malformed"),
        (
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhalf a ma",
            "half a ma",
            "malformed",
        ),
        (b"Content-Type: text/plain; charset=klingon\r\n\r\n\xfea", "şa", ""),
        (b"Content-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!", "", "malformed"),
        (b"Content-Transfer-Encoding: base64\r\n\r\nTWVyaGFiYQ", "Merhaba", "malformed"),
        (b"Content-Transfer-Encoding: rot13\r\n\r\nabc", "abc", ""),
        (b"Content-Type: ;;;===\r\n\r\nabc", "abc", ""),
        (b'Content-Type: text/plain; charset="\r\n\r\nabc', "abc", ""),
        (b"no header at all\r\n\r\nabc", "no header", "malformed"),
        (b"\r\n", "", ""),
    ],
)
def test_malformed_mails_are_read_as_far_as_they_go(rest: bytes, text: str, fault: str) -> None:
    mail = read_mail(HEAD + rest, ARRIVAL)
    assert mail.facts.subject == "x"
    assert text in mail.whole_text
    assert fault in " ".join(mail.faults)
    assert mail.raw == HEAD + rest


def test_who_sends_without_a_name_is_told() -> None:
    assert read_mail(b"Subject: x\r\n\r\ny", ARRIVAL).faults == ("it names no sender",)


def test_a_mail_that_is_too_wild_is_shown_as_it_came() -> None:
    raw = (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\nfirst\r\n" + b"--b\r\n\r\n" * 3000
    )
    mail = read_mail(raw, ARRIVAL)
    assert mail.facts.sender == "a@b.example"
    assert mail.whole_text.startswith("first")
    assert mail.faults == ("it was not taken apart: it has too many parts",)


def test_a_mail_that_breaks_the_reader_is_kept_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_raw: bytes) -> object:
        raise RecursionError

    monkeypatch.setattr(reading, "taken_apart", broken)
    mail = read_mail(HEAD, ARRIVAL)
    assert mail.raw == HEAD
    assert mail.faults == ("it cannot be read (RecursionError)",)
    assert mail.key.startswith("mail:sha256:")


def test_a_mail_without_octets_has_the_key_of_its_arrival() -> None:
    assert bare_mail(b"", ARRIVAL, "gone").key == "imap:1"


def test_long_texts_are_cut_with_a_mark() -> None:
    mail = read_mail(HEAD + b"\r\n" + b"word " * 100_000, ARRIVAL)
    assert len(mail.text) == SHOWN_LETTERS
    assert len(mail.whole_text) == WHOLE_LETTERS
    assert mail.text.endswith("…")


def test_a_cut_mail_says_so() -> None:
    arrival = Arrival("help", START, cut=True)
    assert "the rest is on the mail server" in read_mail(HEAD + b"\r\na", arrival).faults[0]


BOMBS = {
    "tags": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 400_000,
    "attributes": b"Content-Type: text/html\r\n\r\n<a " + b"a%d " * 30_000,
    "parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 990,
    "types": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + (b"--b\r\nContent-Type: text/plain;" + b"a=b;" * 2000 + b"\r\n\r\nx\r\n") * 500,
    "header": b"To: " + b"(" * 1_000_000 + b"\r\n\r\n",
    "references": b"References: " + b"<a@b> " * 200_000 + b"\r\n\r\n",
    "words": b"Comments: " + b"=?utf-8?q?a?= " * 100_000 + b"\r\n\r\n",
    "blanks": b"\r\n" + b" " * 3_000_000,
    "quotes": b"\r\n" + b"> \r\n" * 500_000,
    "names": b"Content-Disposition: attachment;"
    + b"".join(b" filename*%d*=a;" % number for number in range(50_000))
    + b"\r\n\r\nx",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_mail_keeps_the_reader_busy(bomb: str) -> None:
    begun = time.perf_counter()
    mail = read_mail(HEAD + BOMBS[bomb], ARRIVAL)
    assert time.perf_counter() - begun < 5
    assert mail.facts.sender == "a@b.example"


@given(st.binary(max_size=400))
def test_any_octets_make_a_mail(raw: bytes) -> None:
    mail = read_mail(raw, ARRIVAL)
    assert mail.raw == raw
    assert mail.key


@given(st.lists(st.sampled_from([
    b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n",
    b"Content-Type: text/html\r\n", b"Content-Transfer-Encoding: base64\r\n", b"\r\n", b"--b\r\n",
    b"--b--\r\n", b"<p>\xfe", b"Content-Disposition: attachment; filename*=utf-8''%FF\r\n",
]), max_size=25))  # fmt: skip
def test_any_mixture_of_parts_makes_a_mail(pieces: list[bytes]) -> None:
    mail = read_mail(HEAD + b"".join(pieces), ARRIVAL)
    assert not any("cannot be read" in fault for fault in mail.faults)
