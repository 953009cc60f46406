"""Bounds on what the standard library is given to read."""

from __future__ import annotations

from ivr.cti.mail.cautious import HEADER_BYTES, PART_HEADER_BYTES, taken_apart, too_wild
from ivr.cti.mail.headers import header


def test_long_headers_are_cut() -> None:
    raw = (
        b"Subject: "
        + b"a" * 20_000
        + b"\r\nContent-Type: text/plain;"
        + b"a=b;" * 9000
        + b"\r\n\r\n"
    )
    message, wild = taken_apart(raw)
    assert wild == ""
    assert len(header(message, "subject")) == HEADER_BYTES
    assert len(header(message, "content-type")) == PART_HEADER_BYTES
    assert message.get_content_type() == "text/plain"


def test_unencoded_octets_in_headers_are_letters() -> None:
    for raw in ("Subject: Şikâyet".encode(), "Subject: Şikâyet".encode("cp1254")):
        message, _wild = taken_apart(raw + b"\r\n\r\nx")
        assert header(message, "subject") == "Şikâyet"


def test_a_mail_of_thousands_of_parts_is_not_taken_apart() -> None:
    raw = b"Subject: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 3000
    message, wild = taken_apart(raw)
    assert wild == "it has too many parts"
    assert header(message, "subject") == "a"
    assert not message.is_multipart()


def test_depth_times_length_is_bounded() -> None:
    nested = b"Content-Type: multipart/mixed; boundary=b\n" * 100 + b"line\n" * 300_000
    assert too_wild(nested) == "its parts are nested too deep"
    assert too_wild(b"Content-Type: multipart/mixed\n" * 5 + b"line\n" * 300_000) == ""
