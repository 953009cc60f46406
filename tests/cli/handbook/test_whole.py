"""Finding one thing among everything that can be explained."""

from __future__ import annotations

import pytest

from ivr.cli.handbook.whole import TOPICS, codes, every_entry, found, near

ENTRIES = every_entry()


@pytest.mark.parametrize("name", ["menu", "F303", "f303", "web.listen", "serve", "ivr serve"])
def test_a_name_is_found_however_it_is_typed(name: str) -> None:
    [one] = found(name, ENTRIES)
    assert one.name.lower() == name.removeprefix("ivr ").lower()


def test_a_name_with_two_meanings_gives_both() -> None:
    assert [each.kind for each in found("languages", ENTRIES)] == [TOPICS["flow"], TOPICS["config"]]


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_gives_all_of_its_kind(topic: str) -> None:
    listed = found(topic, ENTRIES)
    assert {each.kind for each in listed} == {TOPICS[topic]}
    assert len(listed) > 5


def test_a_code_is_told_with_its_remedy() -> None:
    first = next(codes())
    assert first.name == "F001"
    assert first.lines[1].startswith("  What to do: ")


def test_the_name_that_was_meant_is_offered() -> None:
    assert near("mneu", ENTRIES) == "menu"
    assert near("F330", ENTRIES) == ""
    assert near("nothing_like_it", ENTRIES) == ""
