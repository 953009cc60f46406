"""Octets as text, whatever they claim to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.cti.mail.letters import decoded, header_text, line, lines

TURKISH = "Şikâyet: İADE, ığdır, çöğüş"


@pytest.mark.parametrize(
    ("octets", "charset", "text"),
    [
        (TURKISH.encode(), "utf-8", TURKISH),
        (TURKISH.encode("iso8859-9"), "ISO-8859-9", TURKISH),
        (TURKISH.encode("cp1254"), "windows-1254", TURKISH),
        ("€5 “iade”".encode("cp1254"), "iso-8859-9", "€5 “iade”"),
        (TURKISH.encode(), "us-ascii", TURKISH),
        (TURKISH.encode("cp1254"), "us-ascii", TURKISH),
        (TURKISH.encode(), "no-such-charset", TURKISH),
        (TURKISH.encode("cp1254"), "no-such-charset", TURKISH),
        (TURKISH.encode("cp1254"), "utf-8", TURKISH),
        (TURKISH.encode("utf-16"), "utf-16", TURKISH),
        (TURKISH.encode("cp1254"), '"iso-8859-9"', TURKISH),
        (b"x\x9c", "zlib", "xœ"),
        (b"abc", "punycode", "abc"),
        (b"abc", "idna", "abc"),
        (b"abc", "unicode_escape", "abc"),
        (b"\xff", "utf-16", "\ufffd"),
        (b"", "", ""),
        (b"a", "a\0b", "a"),
    ],
)
def test_text_is_read_in_its_charset_or_the_likeliest(
    octets: bytes, charset: str, text: str
) -> None:
    assert decoded(octets, charset) == text


@given(st.binary(), st.text())
def test_every_octet_gives_some_text(octets: bytes, charset: str) -> None:
    assert isinstance(decoded(octets, charset), str)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?iso-8859-9?Q?=DEik=E2yet?=", "Şikâyet"),
        ("=?UTF-8?B?xZ5pa8OieWV0?= var", "Şikâyet var"),
        ("=?utf-8?q?=C5?= =?utf-8?q?=9Eikayet?=", "Şikayet"),
        ("=?utf-8?q?a?= =?iso-8859-9?q?=FE?=", "aş"),
        ("=?zlib?q?abc?=", "abc"),
        ("=?utf-8?b?broken!?=", "=?utf-8?b?broken!?="),
        ("plain", "plain"),
        ("ş =?utf-8?q?=C5=9F?=", "ş ş"),
    ],
)
def test_headers_are_read_as_people_read_them(raw: str, text: str) -> None:
    assert header_text(raw) == text


@given(st.text(alphabet="=?utf-8qbBQ_ aş\r\n", max_size=80))
def test_every_header_gives_some_text(raw: str) -> None:
    assert isinstance(header_text(raw), str)


def test_a_line_is_one_clean_line() -> None:
    assert line(" a\x00b\r\n\tc\u202ed\ud800 ") == "ab cd"
    assert line("I\u0307") == "İ"
    assert line("x" * 600) == "x" * 511 + "…"


def test_lines_keep_their_breaks() -> None:
    assert lines("a\r\nb\rc\td\x07", 100) == "a\nb\nc\td"
    assert lines("abcdef", 3) == "ab…"
