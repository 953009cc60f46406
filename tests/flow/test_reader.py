"""The strict YAML reader as its callers see it: codes, places, comments and hostile files.

What other parsers and the YAML test suite say stands in test_reader_suite.py.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow import reader
from ivr.flow.reader import List, Map, plain, read

BANK = """\
# flows/bank.yaml: Anadolu Bank, 0850 222 00 00
flow: bank
languages: [tr, en]
vars:
  customer: customer?
  reason: text = genel
always:
  "*": {do: repeat, words: {tr: [tekrar], en: [repeat]}}

nodes:
  welcome:
    - fetch: customer
      only: known(call.ani)                 # ok F406: a withheld number has no ANI
      with: {phone: =call.ani}
    - say: 'it''s # no comment'
    - hangup
  wrap_up:
    - text: |    # the block
        # not a comment
        ışık 😀
      kind: >-
        folded
        text
"""
TURKISH = 'ğüş: "😀 ı" # ö\nİ: {ş😀: [ç, 😀😀]}\n"ı😀": x -\n'

NUMBERS = "a: 0212\nb: +902121234567\nc: 9:00\nd: 22:00\ne: 0077\nno: off\nf: ~\ng: 1e3\n"


def lines(text: str | bytes) -> list[str]:
    """What a command would print for a file that is called f."""
    data = text.encode() if isinstance(text, str) else text
    return [str(problem) for problem in read("f", data)[1]]


def tree(text: str) -> object:
    """The plain tree of a text in which nothing is wrong."""
    document, problems = read("f", text.encode())
    assert problems == ()
    assert document is not None
    return plain(document.root) if document.root else None


CASES: dict[str, tuple[str | bytes, list[str]]] = {
    "NEL": ("a: b\x85c\n", ["f:1:5 F001 error character U+0085 is not allowed"]),
    "escaped NEL": ('ı: "😀\\N"\n', ["f:1:6 F001 error character U+0085 is not allowed"]),
    "escaped surrogate": ('a: "\\ud800"\n', ["f:1:5 F001 error character U+D800 is not allowed"]),
    "inner BOM": ("a: \ufeffb\n", ["f:1:4 F001 error character U+FEFF is not allowed"]),
    "not UTF-8": (
        b"a: b\n\xc4\xb1: \xfc\n",
        ["f:2:4 F001 error byte 0xFC is not UTF-8; save the file as UTF-8"],
    ),
    "indentation": (
        "a:\n  - b\n c: d\n",
        ["f:3:2 F002 error not YAML: expected a dash or a key here; check the indentation"],
    ),
    "doubled key": (
        'keys:\n  "1": a\n  1: b\n',
        ['f:3:3 F003 error key "1" is here twice, first in line 2'],
    ),
    "anchor": (
        "a: &x b\n",
        ["f:1:4 F004 error anchors (&) are not allowed; write the value out"],
    ),
    "alias": ("a: *x\n", ["f:1:4 F004 error aliases (*) are not allowed; write the value out"]),
    "tag": (
        "a: !!int 1\n",
        ["f:1:4 F004 error tags (!) are not allowed; leave it out, or quote the text"],
    ),
    "merge key": (
        "a:\n  <<: b\n",
        ["f:2:3 F004 error merge keys (<<) are not allowed; write the entries out"],
    ),
    "directive": (
        "%YAML 1.1\n---\na: b\n",
        ["f:1:1 F004 error directives (%) are not allowed; delete this line"],
    ),
    "question mark key": (
        "? a\n: b\n",
        ['f:1:1 F004 error "? " keys are not allowed; write key: value'],
    ),
    "list as key": ("[a]: b\n", ["f:1:1 F004 error a key must be text"]),
    "second document": (
        "a: b\n---\nc: d\n",
        ["f:2:1 F004 error a second document (---) is not allowed; use a second file"],
    ),
    "too large": (b"a" * 1_250_001, ["f:1:1 F005 error file is 1.3 MB, at most 1 MB"]),
    "too deep": ("[" * 41 + "]" * 41, ["f:1:41 F005 error more than 40 levels deep"]),
    "too many values": ("- a\n" * 50_000, ["f:50000:3 F005 error more than 50,000 values"]),
    "half an expression": (
        "- {a: =f(x, None)}\n",
        ['f:1:13 F006 error "None)" has no value; quote an expression with a comma inside { }'],
    ),
    "bare star": ("keys:\n  *: {go: a}\n", ['f:2:3 F007 error quote this key: "*"']),
    "bare hash": ("keys:\n  #: {go: a}\n  1: b\n", ['f:2:3 F007 error quote this key: "#"']),
    "empty": ("- menu: a\n  giveup:\n", ["f:2:3 F008 error giveup is empty"]),
}


@pytest.mark.parametrize("name", CASES)
def test_each_code_names_the_place_and_the_remedy(name: str) -> None:
    text, expected = CASES[name]
    assert lines(text) == expected


def test_all_problems_come_in_one_pass_and_in_order() -> None:
    text = 'a: 1\na: &x 2\nb:\n- {c, *: d}\ne: "\\u0085"\nf: \u202e\n? g\n: {h: [i]\n'
    _, problems = read("f", text.encode())
    assert [(problem.code, problem.at.line) for problem in problems] == [
        ("F003", 2),
        ("F004", 2),
        ("F006", 4),
        ("F007", 4),
        ("F001", 5),
        ("F001", 6),
        ("F004", 7),
        ("F002", 8),
    ]


def test_at_most_200_problems_are_told() -> None:
    assert len(lines("a: &x b\n" * 3000)) == 200


def test_a_refused_file_still_gives_its_tree_when_it_could_be_read_to_the_end() -> None:
    document, problems = read("f", b"a: 1\na: 2\nb: &x c\n<<: d\n*: e\n")
    assert len(problems) == 4
    assert document is not None
    assert document.root is not None
    assert plain(document.root) == {"a": "1", "b": "c", "*": "e"}


@pytest.mark.parametrize("text", ["a: [", "a: b\n---\nc", "[" * 41, "\ud800"])
def test_no_half_tree_is_given(text: str) -> None:
    document, problems = read("f", text.encode(errors="surrogatepass"))
    assert document is None
    assert problems


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "\ufeff"])
def test_an_empty_file_has_no_root(text: str) -> None:
    document, problems = read("f", text.encode())
    assert problems == ()
    assert document is not None
    assert document.root is None


def test_every_scalar_stays_what_its_author_wrote() -> None:
    assert tree(NUMBERS) == {
        "a": "0212",
        "b": "+902121234567",
        "c": "9:00",
        "d": "22:00",
        "e": "0077",
        "no": "off",
        "f": "~",
        "g": "1e3",
    }
    assert tree("\"*\": a\n'#': b\n") == {"*": "a", "#": "b"}
    assert tree("a: ''\nb: null\nc: {d: ~}\n") == {"a": "", "b": "null", "c": {"d": "~"}}


def test_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert tree(BANK) == tree(BANK.replace("\n", "\r\n")) == tree(f"\ufeff{BANK}")
    assert tree("a: |\n  b") == tree("a: |\n  b\n") == {"a": "b\n"}


def test_hangup_alone_or_without_value_is_fine() -> None:
    assert tree("- hangup\n- hangup:\n- {hangup: }\n") == ["hangup", {"hangup": ""}, {"hangup": ""}]


def test_the_caller_says_which_keys_may_be_empty() -> None:
    data = b"talk:\nhangup:\n"
    problems = read("f", data, empty_ok=lambda key: key == "talk")[1]
    assert [str(problem) for problem in problems] == ["f:2:1 F008 error hangup is empty"]


def test_comments_are_told_from_hashes_in_texts() -> None:
    document, problems = read("f", BANK.encode())
    assert problems == ()
    assert document is not None
    assert document.comments == {
        1: "# flows/bank.yaml: Anadolu Bank, 0850 222 00 00",
        13: "# ok F406: a withheld number has no ANI",
        18: "# the block",
    }
    assert document.columns == {1: 1, 13: 45, 18: 18}


def test_places_count_characters_from_one() -> None:
    document, _ = read("f", f"\ufeff{TURKISH}".encode())
    assert document is not None
    assert isinstance(document.root, Map)
    inner = document.root.get("İ")
    assert isinstance(inner, Map)
    items = inner.get("ş😀")
    assert isinstance(items, List)
    assert [(item.at.line, item.at.column, item.end.column) for item in items.items] == [
        (2, 10, 11),
        (2, 13, 15),
    ]
    assert document.columns == {1: 12}


# --- hostile files -------------------------------------------------------------------------------


def filled(unit: str, start: str = "", end: str = "") -> bytes:
    """As much of a unit as 1 MB holds."""
    room = 1_000_000 - len(start.encode()) - len(end.encode())
    return (start + unit * (room // len(unit.encode())) + end).encode()


BOMBS = {
    "lists": filled("["),
    "maps": filled("{a: "),
    "dashes": filled("- "),
    "lines of dashes": filled("-\n"),
    "question marks": filled("? "),
    "anchors": filled("&a "),
    "laughs": "".join(
        f"x{i}: &x{i} [{','.join([f'*x{i - 1}'] * 9)}]\n" for i in range(20_000)
    ).encode()[:1_000_000],
    "merges": "".join(f"b{i}: &b{i} {{<<: [*b, *b]}}\n" for i in range(30_000)).encode(),
    "doubled keys": filled("a: b\n"),
    "empty keys": filled("a:\n"),
    "items": filled("a,", "[", "]"),
    "stars": filled("*:\n"),
    "hashes": filled("#:\n"),
    "controls": filled("\x01"),
    "escapes": filled("\\x85", '"', '"'),
    "documents": filled("---\n"),
    "open quote": filled("a\n", '"'),
    "colons": filled("a: b: "),
    "one more byte": b" " * 1_000_001,
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_less_than_a_second(name: str) -> None:
    begun = time.process_time()
    _, problems = read(name, BOMBS[name])
    assert (
        time.process_time() - begun < 3
    )  # a second, and room for a machine that measures coverage
    assert 0 < len(problems) <= 200


PIECES = (
    *("*", "&", "!", "#", "? ", ": ", ":", "- ", '"', "'", "{", "}", "[", "]", "|", ">", "%", "@"),
    *("\n", "\n  ", "\t", "\r", "\x85", "😀", "ğ", "\\", "\\ud800", "*:", "#:", "<<: ", "---\n"),
    *("...\n", "%YAML 1.1\n", "\ufeff", "!%ED%A0%80 ", "\ufdd0", "\0", "a", "b c", ", "),
)


def check_never_raises(data: bytes) -> None:
    document, problems = read("f", data)
    assert document is not None or problems
    assert list(problems) == sorted(problems, key=lambda problem: problem.at)
    assert all("\n" not in str(problem) for problem in problems)
    if document and document.root:
        plain(document.root)


@given(st.binary(max_size=200))
def test_random_bytes_never_raise(data: bytes) -> None:
    check_never_raises(data)


@given(st.text(max_size=100))
def test_random_text_never_raises(text: str) -> None:
    check_never_raises(text.encode(errors="surrogatepass"))


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_random_signs_never_raise(text: str) -> None:
    check_never_raises(text.encode())


@given(st.integers(0, len(BANK)), st.integers(0, 3), st.sampled_from(PIECES))
def test_a_slip_of_the_pen_never_raises(index: int, removed: int, piece: str) -> None:
    check_never_raises((BANK[:index] + piece + BANK[index + removed :]).encode())


LETTERS = st.text("abcğıİş😀 #:*&!{}[]?-\"'\\\n\t019+.", max_size=12)
TREES = st.recursive(
    LETTERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(LETTERS, inner, max_size=4),
    max_leaves=20,
)


@given(TREES, st.sampled_from([None, 2]))
def test_what_json_writes_is_read_back(value: object, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    assert tree(text) == value


# --- the parser ----------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["yaml.cyaml", "yaml"])
def test_without_libyaml_the_reader_says_what_is_missing(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    spec = importlib.util.spec_from_file_location("reader_without_libyaml", reader.__file__)
    assert spec is not None
    assert spec.loader is not None
    with pytest.raises(ImportError, match="PyYAML with libyaml"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
