"""What the readers share: names, labels in each language, names that must be there."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.problem import Position
from ivr.flow.load.findings import Findings
from ivr.flow.reader import Map, read
from ivr.tickets.catalogue.reading import Reading
from ivr.tickets.catalogue.shapes import TeamFields
from tests.tickets.catalogue.house import AROUND

AT = Position("x.yaml")


def tree(text: str) -> Map:
    document, problems = read("x.yaml", text.encode())
    assert problems == ()
    assert document is not None
    assert isinstance(document.root, Map)
    return document.root


def reading(**changes: object) -> Reading:
    return Reading(replace(AROUND, **changes), Findings())  # type: ignore[arg-type]


def told(one: Reading) -> list[str]:
    return [str(each).partition(" ")[2] for each in one.findings.problems]


def test_named_maps_are_found_and_remembered_with_their_path() -> None:
    one = reading()
    found = list(one.entries(tree("a: {b: c}\nd: e\n'1x': {}"), "team", dotted="up"))
    assert [(each.name, each.path) for each in found] == [("a", "up.a")]
    assert one.places == {"team up.a": Position("x.yaml", 1, 1)}
    assert told(one) == [
        'F103 error team "d" wants a map of settings',
        'F105 error "1x" is not a name; begin with a letter a-z',
    ]


def test_nothing_written_is_nothing_found() -> None:
    one = reading()
    assert list(one.entries(None, "team")) == []
    assert one.labels(tree("a: b"), "label", "x") == {}
    assert told(one) == []


def test_a_word_of_the_flow_language_may_name_a_category() -> None:
    one = reading()
    assert [each.name for each in one.entries(tree("queue: {a: b}"), "category")] == ["queue"]


def test_each_language_of_the_house_is_wanted_and_others_may_be_there() -> None:
    one = reading(languages=("tr", "en", "az"))
    assert one.texts(tree("tr: a\nde: b"), "x") == {"tr": "a", "de": "b"}
    assert told(one) == ["F922 error x has no en", "F922 error x has no az"]


def test_a_language_that_is_none_is_told_alone() -> None:
    one = reading()
    assert one.texts(tree("tr: a\nEN: b"), "x") == {"tr": "a"}
    assert told(one) == ['F103 error "EN" is not a language; write it as tr or en']


def test_a_name_that_is_not_there_is_told_with_what_is_near_or_there() -> None:
    one = reading()
    assert one.check("branch", ("branch",), "calendar", AT)
    assert not one.check("brunch", ("branch",), "calendar", AT)
    assert not one.check("x", (), "calendar", AT)
    assert not one.check("x", [f"long_name_{n}" for n in range(9)], "calendar", AT)
    assert told(one) == [
        'F920 error no calendar "brunch"; did you mean "branch"?',
        'F920 error no calendar "x"; the house has none',
        'F920 error no calendar "x"',
    ]


def test_a_second_of_the_same_name_is_told_with_the_line_of_the_first() -> None:
    one, seen = reading(), {"a": Position("x.yaml", 7, 1)}
    one.once(seen, "b", "code", AT)
    one.once(seen, "a", "code", AT)
    assert told(one) == ['F921 error code "a" is there already, in line 7']
    assert seen["a"].line == 7


def test_a_stand_in_lets_the_rest_of_a_map_be_read() -> None:
    one = reading()
    fields = one.settled(TeamFields, tree("parent: [a]\nlabel: b"), "team", parent="c")
    assert fields.parent == "c"
    assert told(one) == ["F103 error parent wants one value, not a list or a map"]


def test_places_of_keys_and_items() -> None:
    (named,) = reading().entries(tree("a: {b: [c, d], e: f}"), "team")
    assert named.places("b", 1).column == 12
    assert named.places("e", 0) == named.place("e")
    assert named.place("nothing") == named.raw.at
