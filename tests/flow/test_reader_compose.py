"""From events to a tree: shapes, places and ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.reader import Document, List, Map, Node, Text, read


def document_of(text: str) -> Document:
    document, problems = read("f", text.encode())
    assert problems == ()
    assert document is not None
    return document


def span(node: Node) -> tuple[int, int, int, int]:
    return (node.at.line, node.at.column, node.end.line, node.end.column)


def test_a_block_ends_with_the_last_thing_in_it() -> None:
    root = document_of("a:\n  b: c\n  d: [e, f]\n\n# far below\n\ng: h\n").root
    assert isinstance(root, Map)
    inner = root.get("a")
    assert inner is not None
    assert span(inner) == (2, 3, 3, 12)
    assert span(root) == (1, 1, 7, 5)


def test_brackets_belong_to_their_value() -> None:
    root = document_of("a: [b,\n  {c: d} ]\n").root
    assert isinstance(root, Map)
    items = root.get("a")
    assert isinstance(items, List)
    assert span(items) == (1, 4, 2, 11)
    assert span(items.items[1]) == (2, 3, 2, 9)


def test_a_text_knows_whether_it_was_quoted() -> None:
    root = document_of("- a\n- 'b'\n- \"c\"\n- |\n  d\n- >\n  e\n").root
    assert isinstance(root, List)
    quoted = [item.quoted for item in root.items if isinstance(item, Text)]
    assert quoted == [False, True, True, True, True]


def test_a_missing_value_is_plain_and_empty_and_has_a_place() -> None:
    root = document_of("hangup:").root
    assert isinstance(root, Map)
    value = root.get("hangup")
    assert isinstance(value, Text)
    assert (value.value, value.quoted) == ("", False)
    assert span(value) == (1, 8, 1, 8)


def test_a_pair_in_a_list_is_a_map() -> None:
    root = document_of("[a: b, c]\n").root
    assert isinstance(root, List)
    assert [type(item) for item in root.items] == [Map, Text]


def test_a_star_in_a_text_stays_a_star() -> None:
    root = document_of("a: '*: b'\nc: |\n  *: d\ne: f *x\n").root
    assert isinstance(root, Map)
    values = [entry.value.value for entry in root.entries if isinstance(entry.value, Text)]
    assert values == ["*: b", "*: d\n", "f *x"]


WORDS = st.text("abğış😀.=()", min_size=1, max_size=8).filter(lambda word: word[0] not in "=.")


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8, unique_by=lambda pair: pair[0]))
def test_each_plain_text_stands_where_it_says(pairs: list[tuple[str, str]]) -> None:
    text = "".join(f"- {{{key}: {value}}} # {key}\n" for key, value in pairs)
    document = document_of(text)
    assert isinstance(document.root, List)
    lines = text.splitlines()
    for item in document.root.items:
        assert isinstance(item, Map)
        for entry in item.entries:
            assert isinstance(entry.value, Text)
            for part in (entry.key, entry.value):
                line = lines[part.at.line - 1]
                assert line[part.at.column - 1 : part.end.column - 1] == part.value
    assert list(document.comments.values()) == [f"# {key}" for key, _ in pairs]
