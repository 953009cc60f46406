"""Walking the tree: a path of pydantic leads to the place an author must go to."""

from __future__ import annotations

import pytest

from ivr.domain.problem import Position
from ivr.flow.reader import List, Map, Node, Text, locate, plain, read

FLOW = b"""\
flow: bank
nodes:
  main:
    - say: hello
      only: known(x)
    - menu: main_menu
      keys:
        "1": {go: balance}
        0: [a, b]
"""


def root() -> Node:
    document, problems = read("bank.yaml", FLOW)
    assert problems == ()
    assert document is not None
    assert document.root is not None
    return document.root


PATHS: list[tuple[tuple[str | int, ...], bool, tuple[int, int]]] = [
    ((), False, (1, 1)),
    (("flow",), False, (1, 7)),
    (("flow",), True, (1, 1)),
    (("nodes", "main"), False, (4, 5)),
    (("nodes", "main"), True, (3, 3)),
    (("nodes", "main", 0), False, (4, 7)),
    (("nodes", "main", 0), True, (4, 7)),
    (("nodes", "main", 1, "keys", "1", "go"), False, (8, 19)),
    (("nodes", "main", 1, "keys", "1", "go"), True, (8, 15)),
    (("nodes", "main", 1, "keys", 0, 1), False, (9, 16)),
    (("nodes", "main", 1, "<menu>", "keys", "1", "<target>", "go"), False, (8, 19)),
    (("nodes", "main", 1, "<menu>"), True, (6, 7)),
    (("nodes", "main", 1, "keys", "1", "[key]"), False, (8, 9)),
    (("[key]",), False, (1, 1)),
]


@pytest.mark.parametrize(("path", "key", "place"), PATHS)
def test_a_path_leads_to_its_value_or_key(
    path: tuple[str | int, ...], key: bool, place: tuple[int, int]
) -> None:
    assert locate(root(), path, key=key) == Position("bank.yaml", *place)


LOST: list[tuple[tuple[str | int, ...], tuple[int, int]]] = [
    (("nope",), (1, 1)),
    (("nodes", "main", 1, "giveup"), (6, 7)),
    (("nodes", "main", 1, "giveup", "deeper", 3), (6, 7)),
    (("nodes", "main", 7), (4, 5)),
    (("nodes", "main", -1), (4, 5)),
    (("nodes", "main", "0"), (4, 5)),
    (("flow", "x"), (1, 7)),
]


@pytest.mark.parametrize(("path", "place"), LOST)
def test_what_is_missing_is_told_at_its_nearest_parent(
    path: tuple[str | int, ...], place: tuple[int, int]
) -> None:
    assert locate(root(), path) == Position("bank.yaml", *place)
    assert locate(root(), path, key=True) == Position("bank.yaml", *place)


def test_a_key_in_angle_brackets_is_a_key_when_it_exists() -> None:
    document, _ = read("f", b"<a>:\n  <b>: c\n")
    assert document is not None
    assert document.root is not None
    assert locate(document.root, ("<a>", "<b>")) == Position("f", 2, 8)


def test_a_map_gives_values_entries_and_keys() -> None:
    found = root()
    assert isinstance(found, Map)
    assert found.keys() == ("flow", "nodes")
    assert found.get("nope") is None
    assert found.entry("nope") is None
    entry = found.entry("flow")
    assert entry is not None
    assert (entry.key.value, entry.value) == ("flow", found.get("flow"))


def test_the_plain_tree_is_dict_list_and_str() -> None:
    assert plain(root()) == {
        "flow": "bank",
        "nodes": {
            "main": [
                {"say": "hello", "only": "known(x)"},
                {"menu": "main_menu", "keys": {"1": {"go": "balance"}, "0": ["a", "b"]}},
            ]
        },
    }


def test_equal_trees_are_equal_and_can_be_kept_in_a_dict() -> None:
    assert root() == root()
    assert {root(): 1}[root()] == 1


def test_a_tree_can_be_built_by_hand() -> None:
    at = Position("x")
    assert plain(List((Text("a", at, at), Map((), at, at)), at, at)) == ["a", {}]
