"""Syntax errors in our own words, each at the place to mend."""

from __future__ import annotations

import pytest

from ivr.flow.reader import read
from ivr.flow.reader_faults import Fault, tell
from ivr.flow.reader_text import Source

KEY = "F002 error not YAML: expected a dash or a key here; check the indentation"
COLON = 'F002 error not YAML: a ": " is not expected here; quote the text or check the indentation'
DASH = "F002 error not YAML: a dash is not expected here; begin the list on its own line"
TAB = "F002 error not YAML: a tab cannot indent; use spaces"
DIRECTIVE = "F004 error directives (%) are not allowed; delete this line"
TAG = "F004 error tags (!) are not allowed; leave it out, or quote the text"

CASES = {
    "a: b\n- c": f"2:1 {KEY}",
    "- a\nb: c": f"2:1 {KEY}",
    "a: 'b' c": f"1:8 {KEY}",
    "a: b: c": f"1:5 {COLON}",
    "a: b\n c: d": f"2:3 {COLON}",
    "a: - b": f"1:4 {DASH}",
    "a: 1\nb:2\n": (
        '2:1 F002 error not YAML: expected "key: value" here;'
        " put a space after the colon or check the indentation"
    ),
    "a:\n\t- b": f"2:1 {TAB}",
    "a: |\n \tb": f"2:2 {TAB}",
    "a: %5": '1:4 F002 error not YAML: text cannot begin with "%"; quote it',
    "a: @b": '1:4 F002 error not YAML: text cannot begin with "@"; quote it',
    'a: "b\nc: d': "1:4 F002 error not YAML: this quote is never closed",
    "a: 'b\n---\n": "1:4 F002 error not YAML: this quote is never closed",
    "a: {b: c": "1:4 F002 error not YAML: this { is never closed",
    "a: [b, c\n\n": "1:4 F002 error not YAML: this [ is never closed",
    "a: [b}": "1:6 F002 error not YAML: expected , or ] here",
    "a: {b: c]": "1:9 F002 error not YAML: expected , or } here",
    "a: {b:, c: d}": (
        "1:6 F002 error not YAML: inside [ ] or { } put a space after the colon, or quote the text"
    ),
    "a: [b, , c]": "1:8 F002 error not YAML: expected a value here",
    "a: |0\n b": "1:5 F002 error not YAML: the number after | or > is 1 to 9",
    "a: | b\n": "1:6 F002 error not YAML: nothing may follow | or > in its line but a comment",
    r'a: "\q"': (
        r"1:5 F002 error not YAML: this is not an escape;"
        r" write \\ for a backslash or use single quotes"
    ),
    r'a: "\x4"': r"1:7 F002 error not YAML: \x, \u and \U want 2, 4 and 8 hexadecimal digits",
    "[a]\nb: c": (
        "2:1 F002 error not YAML: expected the end of the file here; check the indentation"
    ),
    r'a: "\uDFFF"': "1:5 F001 error character U+DFFF is not allowed",
    r'a: "\U0011FFFF"': "1:5 F001 error character U+11FFFF is not allowed",
    "%X y\n---\na": f"1:1 {DIRECTIVE}",
    "%YAML 2.0\n---\na": f"1:1 {DIRECTIVE}",
    "a: & b": "1:4 F004 error anchors (&) are not allowed; write the value out",
    "a: !x!y b": f"1:4 {TAG}",
    "a: !<b": f"1:4 {TAG}",
    "a: !%ED%A0%80 b": f"1:4 {TAG}",
    "a: b ? c : d": f"1:10 {COLON}",
    "a: *": '1:4 F004 error aliases (*) are not allowed; quote this text: "*"',
    "*#: b": '1:1 F007 error quote this key: "*#"',
    "{**: b}": '1:2 F007 error quote this key: "**"',
}


@pytest.mark.parametrize("text", CASES)
def test_a_syntax_error_is_told_once_at_the_place_to_mend(text: str) -> None:
    document, problems = read("f", text.encode())
    assert document is None
    assert [str(problem) for problem in problems] == [f"f:{CASES[text]}"]


def test_what_we_have_no_words_for_is_told_as_the_parser_says_it() -> None:
    problem = tell(Source("f", "a: b"), Fault("found a new thing", "while parsing", 3, 0))
    assert str(problem) == "f:1:4 F002 error not YAML: found a new thing"


def test_an_error_at_the_end_is_told_where_the_writing_ends() -> None:
    assert str(read("f", b"a:\n  - ]\n")[1][0]).startswith("f:2:5 F002")
    assert str(read("f", b"a: 1\n...\n\n\n%")[1][0]).startswith("f:5:1 F004")


@pytest.mark.parametrize(
    "text", ["a: \x85\n  b: c", "a: b\rc: d", "k:\n  1: a\n  #:\n    go: b", "{#: a}\n"]
)
def test_the_echo_of_a_bad_character_or_key_is_left_out(text: str) -> None:
    document, problems = read("f", text.encode())
    assert document is None
    assert [problem.code for problem in problems] in (["F001"], ["F007"])
