"""Header lines: one name however it is spelled, lists however they are spread."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.sip.wire.messages.headers import Headers, canonical, members, split_outside

COMPACT = "abcdefijklmnorstuvxy"


@pytest.mark.parametrize("letter", COMPACT)
def test_every_compact_name_stands_for_its_long_one(letter: str) -> None:
    long = canonical(letter)
    assert len(long) > 1
    assert canonical(letter.upper()) == canonical(long.lower()) == canonical(long.upper()) == long


def test_an_unknown_name_is_kept_as_given_and_found_in_any_case() -> None:
    headers = Headers([("X-Own-Thing", "1")])
    headers.add("x-OWN-thing", "2")
    assert headers.all("X-OWN-THING") == ["1", "2"]
    assert headers.items() == [("X-Own-Thing", "1"), ("x-OWN-thing", "2")]


def test_lists_are_equal_on_one_line_or_several() -> None:
    one = Headers([("Supported", "timer, 100rel,replaces")])
    many = Headers([("Supported", "timer"), ("Supported", "100rel, replaces")])
    assert one.split("k") == many.split("Supported") == ["timer", "100rel", "replaces"]


def test_an_empty_value_is_there_and_names_nothing() -> None:
    headers = Headers([("Supported", "")])
    assert headers.get("supported") == ""
    assert headers.split("Supported") == []
    assert "Supported" in headers
    assert "Require" not in headers


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a,b", ["a", "b"]),
        ('"a,b" <sip:x>,c', ['"a,b" <sip:x>', "c"]),
        ("<sip:a,b@c>,<sip:d>", ["<sip:a,b@c>", "<sip:d>"]),
        (r'"a\",b",c', [r'"a\",b"', "c"]),
        (r'"a\\",b', [r'"a\\"', "b"]),
        ('"never closed, at all', ['"never closed, at all']),
        ("<never closed, at all", ["<never closed, at all"]),
        ('"<",b', ['"<"', "b"]),
        ('a<">,b', ['a<">', "b"]),
        ("", [""]),
        (",,", ["", "", ""]),
    ],
)
def test_commas_in_quotes_or_angles_do_not_split(text: str, pieces: list[str]) -> None:
    assert split_outside(text, ",") == pieces


@given(st.text(alphabet='ab,;"\\<> '), st.sampled_from(",;"))
def test_splitting_loses_nothing(text: str, separator: str) -> None:
    assert separator.join(split_outside(text, separator)) == text


@pytest.mark.parametrize("unit", [",", '"', "<", '\\"', '"\\', "<,", '",', "a\\", "><", ";"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_hostile_lists_take_linear_time(unit: str, separator: str) -> None:
    text = '"' + unit * (64 * 1024 // len(unit))
    began = process_time()
    split_outside(text, separator)
    split_outside(text[1:], separator)
    assert process_time() - began < 0.2


def test_members_of_several_lines_are_trimmed_and_empty_ones_left_out() -> None:
    assert members(["a ,\tb", "", ",c,"]) == ["a", "b", "c"]


def test_only_wants_exactly_one_line() -> None:
    headers = Headers([("To", "a"), ("From", "b"), ("From", "c")])
    assert headers.only("t") == "a"
    assert headers.only("From") is None
    assert headers.only("Via") is None


def test_set_keeps_the_place_and_forgets_what_was_read() -> None:
    headers = Headers([("Via", "1"), ("To", "x"), ("Via", "2")])
    assert headers.typed("Via", len) == 2
    headers.set("v", "3", "4", "5")
    assert headers.items() == [("Via", "3"), ("Via", "4"), ("Via", "5"), ("To", "x")]
    assert headers.typed("Via", len) == 3
    headers.set("Route", "r")
    assert headers.items()[-1] == ("Route", "r")


def test_what_was_read_is_kept_until_the_lines_change() -> None:
    calls: list[list[str]] = []

    def reader(lines: list[str]) -> int:
        calls.append(lines)
        return len(lines)

    headers = Headers([("Via", "1")])
    assert headers.typed("Via", reader) == headers.typed("Via", reader) == 1
    headers.add("v", "2")
    assert headers.typed("Via", reader) == 2
    assert calls == [["1"], ["1", "2"]]


def test_headers_show_their_lines() -> None:
    assert repr(Headers([("To", "x")])) == "Headers([('To', 'x')])"
