"""Characters: which a file may hold, and where a bad one stands."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.problem import Position
from ivr.flow.reader import plain, read
from ivr.flow.reader_text import MOST_BYTES, STAR, Source, bad_escapes, decode, short

ALLOWED_CONTROLS = {"\t", "\n"}


def text_of(text: str) -> str:
    source, problems = decode("f", text.encode())
    assert problems == []
    assert source is not None
    return source.text


def is_bad(character: str) -> bool:
    """By the properties of Unicode, not by our list."""
    number = ord(character)
    return (
        (unicodedata.category(character) == "Cc" and character not in ALLOWED_CONTROLS)
        or unicodedata.bidirectional(character)
        in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        or number in {0x61C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF}
        or number & 0xFFFE == 0xFFFE
        or 0xFDD0 <= number <= 0xFDEF
    )


def test_controls_bidi_marks_separators_and_noncharacters_are_refused_and_nothing_else() -> None:
    numbers = (*range(0xD800), *range(0xE000, 0x30000), *range(0xE0000, 0xE0200), 0x10FFFF)
    text = "".join(chr(number) for number in numbers if number != 0xFFFD)
    source, _ = decode("f", f"{text}\n".encode())
    assert source is not None
    pairs = list(zip(text, source.text, strict=False))
    assert [was for was, now in pairs if (now == "\ufffd") != is_bad(was)] == []
    assert [was for was, now in pairs if now not in {was, "\ufffd", STAR}] == []


def test_a_lone_carriage_return_is_refused_and_one_before_a_line_feed_is_not() -> None:
    assert text_of("a\r\nb\r\n") == "a\r\nb\r\n"
    assert [problem.at for problem in decode("f", b"a\r\nb\rc\r")[1]] == [
        Position("f", 2, 2),
        Position("f", 2, 4),
    ]


def test_a_bad_character_is_replaced_one_for_one() -> None:
    source, problems = decode("f", "ı\u202eb\x00\n\x85".encode())
    assert source is not None
    assert source.text == "ı\ufffdb\ufffd\n\ufffd\n"
    assert [str(problem) for problem in problems] == [
        "f:1:2 F001 error character U+202E is not allowed",
        "f:1:4 F001 error character U+0000 is not allowed",
        "f:2:1 F001 error character U+0085 is not allowed",
    ]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"\xff\xfea\x00", "f:1:1 F001 error byte 0xFF"),
        ("a\nğ😀".encode() + b"\xf0\x9f", "f:2:3 F001 error byte 0xF0"),
        (b"\xef\xbb\xbfa\xed\xa0\x80", "f:1:2 F001 error byte 0xED"),
        ("şube".encode("cp1254"), "f:1:1 F001 error byte 0xFE"),
    ],
)
def test_what_is_not_utf8_is_told_at_its_first_bad_byte(data: bytes, place: str) -> None:
    source, problems = decode("f", data)
    assert source is None
    assert [str(problem) for problem in problems] == [
        f"{place} is not UTF-8; save the file as UTF-8"
    ]


@pytest.mark.parametrize(
    ("size", "said"), [(1_000_001, "1.1"), (1_300_000, "1.3"), (25_000_000, "25.0")]
)
def test_a_size_is_rounded_up(size: int, said: str) -> None:
    assert decode("f", b" " * size)[1][0].message == f"file is {said} MB, at most 1 MB"
    assert decode("f", b" " * MOST_BYTES)[1] == []


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (r'"\0\a\b\v\f\r\e\N\L\P"', [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]),
        (r'"\x7f\u202E\U0000FEFF"', [2, 6, 12]),
        (r'"\n\t\_\"\/ \x41\u0131\U0001F600"', []),
        (r'"\\N \\\N"', [8]),
        (r'"\U00110000"', []),
    ],
)
def test_an_escape_may_not_hide_a_refused_character(text: str, columns: list[int]) -> None:
    found = bad_escapes(Source("f", text), 0, len(text))
    assert [problem.at.column for problem in found] == columns
    assert all(problem.code == "F001" for problem in found)


def test_only_a_star_that_must_be_a_key_is_marked() -> None:
    text = "*: a\n - * : b\n{*: c,*: d}\n*x: *\n'*': 3*: **: *:e\n"
    marked = f"{STAR}: a\n - {STAR} : b\n{{{STAR}: c,{STAR}: d}}\n*x: *\n'*': 3*: **: *:e\n"
    assert text_of(text) == marked


def test_a_message_is_short_and_of_one_line() -> None:
    assert short(" a\n  b ") == "a b"
    assert short("x" * 1000, 5) == "xxxxx…"


@given(st.text("aı😀\n", max_size=30), st.integers(0, 30))
def test_a_place_is_counted_in_lines_and_characters(text: str, index: int) -> None:
    before = text[:index]
    place = Source("f", text).at(min(index, len(text)))
    assert place.line == before.count("\n") + 1
    assert place.column == len(before.rpartition("\n")[2]) + 1


def test_the_parser_takes_every_character_that_we_take() -> None:
    numbers = (*range(0x20, 0xD800), *range(0xE000, 0x20000), 0x10FFFD)
    text = "".join(chr(number) for number in numbers if not is_bad(chr(number)))
    document, problems = read("f", f"'{text.replace(chr(39), chr(39) * 2)}'\n".encode())
    assert problems == ()
    assert document is not None
    assert document.root is not None
    assert plain(document.root) == text
